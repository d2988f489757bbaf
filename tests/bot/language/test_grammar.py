"""How a text calls a command."""

import pytest

from bot.language import grammar, shortly
from bot.language.nearest import nearest
from bot.language.speaking import language_of

WORDS = {"查": "find", "find": "find", "记": "note", "note": "note", "记一下": "note", "帮助": "help", "help": "help"}


@pytest.mark.parametrize(
    ("text", "command", "rest", "explicit"),
    [
        ("查 张总", "find", "张总", True),
        ("查张总", "find", "张总", False),
        ("查：张总", "find", "张总", True),
        ("查＃12", "find", "＃12", True),
        ("FIND Zhang", "find", "Zhang", True),
        ("ｆｉｎｄ　Zhang", "find", "Zhang", True),
        ("find张总", "find", "张总", False),
        ("记一下张三今天来过", "note", "张三今天来过", False),
        ("note: Acme: called", "note", "Acme: called", True),
        ("帮助", "help", "", True),
        ("记 张三：今天拜访，聊得不错", "note", "张三：今天拜访，聊得不错", True),
    ],
)
def test_a_word_calls_its_command(text: str, command: str, rest: str, explicit: bool) -> None:
    assert grammar.read(text, WORDS) == grammar.Intent(command, rest, explicit)


@pytest.mark.parametrize("text", ["notebook", "finder", "helper", "张三", ""])
def test_a_longer_word_calls_nothing(text: str) -> None:
    assert grammar.read(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("/crm find Acme", "find Acme"),
        ("/find Acme", "find Acme"),
        ("@bot 查 张三", "查 张三"),
        ("@crmbot，/crm 查 张三", "查 张三"),
        ("\u202e张\u200b三\x00\u202c", "张三"),
        ("  \n ", ""),
        ("👨‍👩‍👧 家庭", "👨‍👩‍👧 家庭"),
    ],
)
def test_what_calls_the_bot_and_what_is_invisible_is_cut_off(text: str, cleaned: str) -> None:
    assert grammar.clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("请帮我查张三", "查张三"),
        ("麻烦查一下张三，谢谢", "查一下张三"),
        ("could you please find Acme", "find Acme"),
        ("Hi, find Acme please!", "find Acme"),
        ("please", "please"),
    ],
)
def test_courtesies_are_cut_off(text: str, plain: str) -> None:
    assert grammar.without_courtesy(text) == plain


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((text, "2") for text in ("2", "２", "二", "第二个", "选2", "2.", "the second one", "no. 2", "第2位")),
        *((text, "yes") for text in ("是", "好的", "确认", "Yes", "ok!", "嗯。")),
        *((text, "no") for text in ("取消", "不用了", "No", "cancel", "算了")),
        *((text, None) for text in ("#2", "8812", "好人", "note", "二十五", "yes we can", "")),
    ],
)
def test_short_answers_are_known_in_both_languages(text: str, answer: str | None) -> None:
    assert shortly.answer_of(text) == answer


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("题醒 李四 明天", "提醒 李四 明天"),
        ("提性李四明天", "提醒 李四明天"),
        ("帮主", "帮助"),
        ("fnid zhang", "find zhang"),
        ("braodcast VIP: hi", "broadcast VIP: hi"),
        ("helpp", "help"),
        ("签标 张三 VIP", "标签 张三 VIP"),
        ("cha zhangsan", "查 zhangsan"),
        ("tixing lisi 10:00", "提醒 lisi 10:00"),
    ],
)
def test_a_mistyped_command_suggests_the_nearest(text: str, meant: str) -> None:
    found = nearest(text, ["提醒", "标签", "查", "帮助", "find", "help", "broadcast", "remind"])
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize("text", ["张三", "李四", "Acme", "cha", "你好", "zs", "8812", "helsinki", "", "提"])
def test_a_name_is_no_mistyped_command(text: str) -> None:
    assert nearest(text, ["提醒", "标签", "历史", "查", "帮助", "find", "help", "remind"]) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("查 Acme", "zh"),
        ("find 张三", "en"),
        ("what's 张三's stage?", "en"),
        ("Acme的电话", "zh"),
        ("find Acme", "en"),
        ("who owns it", "en"),
        ("Acme", "zh"),
        ("zs", "zh"),
        ("8812", "zh"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text, words=frozenset({"find"}), otherwise="zh") == language
