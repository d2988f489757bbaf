"""Names are stored as typed and matched by what they mean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.customers import names
from crm_core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  张三  ", "张三"),
        ("张　三", "张 三"),
        ("ＡＣＭＥ  Ｉｎｃ．", "ACME Inc."),
        ("Alice\tB\nC", "Alice B C"),
        ("李\u200b四\u202e\u2066\ufeff", "李四"),
        ("王\x00五\x07", "王五"),
        ("半角ｶﾀｶﾅ", "半角カタカナ"),
        ("小红🌹", "小红🌹"),
        ("家庭👨\u200d👩\u200d👧", "家庭👨\u200d👩\u200d👧"),
        ("a\u200db", "ab"),
        ("陳鴻愷", "陳鴻愷"),
        ("lone\ud83d", "lone"),
        ("José O’Neil-Smith", "José O’Neil-Smith"),
    ],
)
def test_a_name_is_stored_as_typed_in_one_width_with_nothing_invisible(typed: str, stored: str) -> None:
    assert names.normalise(typed) == stored


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200d\u202e", "\x00\n\t", "　", "\ufe0f"])
def test_a_name_without_anything_visible_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="name_empty"):
        names.normalise(typed)


@pytest.mark.parametrize("typed", ["张" * 201, "x" * 100_000, "ﷺ" * 12])
def test_a_name_that_is_too_long_is_refused_also_when_it_grows_by_normalising(typed: str) -> None:
    with pytest.raises(Invalid, match="name_too_long"):
        names.normalise(typed)


def test_a_name_of_the_greatest_length_is_taken() -> None:
    assert names.normalise("张" * 200) == "张" * 200


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("陳鴻愷", "陈鸿恺"),
        ("陳乾坤", "陈干坤"),
        ("葉 小姐", "叶小姐"),
        ("ACME inc", "Ａｃｍｅ　Inc"),
        ("张 三", "张三"),
        ("阿凡提・买买提", "阿凡提·买买提"),
        ("小红❤️", "小红❤"),
        ("Straße", "STRASSE"),
    ],
)
def test_names_that_mean_the_same_have_the_same_key(one: str, other: str) -> None:
    assert names.key(one) == names.key(other)


def test_different_names_have_different_keys() -> None:
    assert len({names.key(name) for name in ("张三", "张四", "章三", "Zhang San", "张三丰", "小红🌹", "小红")}) == 7


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_stored_in_a_form_that_stays_or_is_refused(text: str) -> None:
    try:
        stored = names.normalise(text)
    except Invalid:
        return
    assert names.normalise(stored) == stored
    assert stored.encode()
    assert names.key(stored) == names.key(text)
    assert 0 < len(stored) <= 200
