"""Names are said as people say them, in every reading that is common."""

from crm_core.text.pinyin import fuzzy, readings, syllables


def said(name: str) -> list[str]:
    return ["".join(reading) for reading in readings(name)]


def test_surnames_have_their_own_readings_and_both_where_both_are_said() -> None:
    assert said("张三丰") == ["zhangsanfeng"]
    assert said("单田芳") == ["shantianfang", "dantianfang"]
    assert said("曾国藩") == ["zengguofan", "cengguofan"]
    assert said("尉迟恭") == ["yuchigong", "weichigong"]
    assert said("吕布") == ["lvbu"]
    assert set(said("王重阳")) == {"wangzhongyang", "wangchongyang"}


def test_many_heteronyms_do_not_make_more_than_four_readings() -> None:
    assert len(readings("乐乐乐乐乐乐乐乐")) == 4


def test_what_dialects_do_not_tell_apart_is_folded() -> None:
    assert fuzzy("zhangchengshing") == fuzzy("zancensin")
    assert fuzzy("lvbu") == fuzzy("lyubu") == fuzzy("lubu")


def test_a_text_is_said_character_by_character() -> None:
    assert syllables("重要 Level 2级") == ["zhong", "yao", " Level 2", "ji"]
    assert syllables("") == []
