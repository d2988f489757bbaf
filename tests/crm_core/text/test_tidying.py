import pytest

from crm_core.text.tidying import shortened


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("short enough", 12, "short enough"),
        ("two\n lines", 20, "two lines"),
        ("a note about the large package", 20, "a note about the…"),
        ("a note about the large package", 17, "a note about the…"),
        ("客户想要大套餐,下周再谈", 8, "客户想要大套餐…"),
        ("客户想要 Enterprise", 10, "客户想要…"),
        ("https://example.com/a/very/long/address", 20, "https://example.com…"),
        ("see https://example.com/a/very/long/address", 30, "see https://example.com/a/ver…"),
        ("x" * 100, 10, "xxxxxxxxx…"),
    ],
)
def test_a_cut_stands_between_words_where_there_are_any(text: str, longest: int, shown: str) -> None:
    assert shortened(text, longest) == shown
    assert len(shown) <= longest
