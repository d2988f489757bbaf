"""Tokens of what was said."""

from crm_core.text import tokens


def test_words_written_with_signs_are_found_together_too() -> None:
    assert tokens.of_text("order PO-12345.b of café-9") == [
        "worder",
        "wpo",
        "w12345",
        "wb",
        "wof",
        "wcafe",
        "w9",
        "wpo12345b",
        "wcafe9",
    ]


def test_one_endless_word_is_read_once_not_from_each_of_its_letters() -> None:
    """Tried from every letter, this text would take a minute and everybody's answers would wait for it."""
    assert tokens.of_text("x" * tokens.LONGEST_TEXT) == [f"w{'x' * tokens.LONGEST_WORD}"]
