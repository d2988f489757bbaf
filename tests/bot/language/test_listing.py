"""Several values in one line."""

from bot.language.listing import listed


def test_values_stand_beside_each_other_as_each_language_writes_it() -> None:
    assert listed(["张三", "李四"], "zh") == "张三、李四"
    assert listed(["Alice", "Bob"], "en") == "Alice, Bob"
    assert listed([], "en") == ""
