"""Two spellings of one name fold to the same."""

import pytest

from crm_core.text.folding import fold, key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＣＭＥ　張三", "acme 张三"),
        ("José MÜLLER", "jose muller"),
        ("Straße", "strasse"),
        ("乾隆餘余", "干隆余余"),
        ("张\u200b三\u202e\x00", "张三"),
        ("一\n二\t三", "一 二 三"),
        ("①号", "1号"),
        ("", ""),
    ],
)
def test_width_case_accents_and_script_do_not_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_part_folds_as_it_does_inside_the_whole() -> None:
    whole = "後軟體乾燥機開發餘額"
    assert fold(whole) == "".join(fold(character) for character in whole)


def test_a_key_has_no_spaces() -> None:
    assert key(" 張 三　丰 ") == "张三丰"
    assert key("Acme  Inc") == "acmeinc"
