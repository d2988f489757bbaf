"""Cards as WeCom's texts, markdown and template cards: every byte counted, nobody's words taken for marks."""

import pytest

from adapters.wecom import cards, format, markup  # noqa: A004
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote

BUTTONS = (Button("完成", "完成 #1", ButtonStyle.PRIMARY), Button("删除", "删除 #1", ButtonStyle.DANGER))


@pytest.mark.parametrize("words", ["字" * 3000, "a" * 5000, "🙂" * 900, "一句话。" * 700, "word " * 900, "行\n" * 1500])
def test_no_page_is_longer_than_a_message_and_no_letter_is_lost(words: str) -> None:
    for style in (format.TEXT, format.MARKDOWN):
        pages = format.pages(Card(text=words), style)
        assert len(pages) > 1
        for page in pages:
            said = format.to_message(page, style, "key")
            assert len(said[style.msgtype]["content"].encode()) <= format.MOST
        bare = "".join(page.rpartition("\n(")[0] for page in pages)
        assert "".join(bare.split()) == "".join(words.split())


def test_a_short_answer_is_one_page_without_a_number() -> None:
    assert format.pages(Card(text="你好"), format.TEXT) == ["你好"]


def test_a_card_is_read_from_top_to_bottom() -> None:
    card = Card(
        title="Acme #1",
        text="hello",
        fields=(Field("阶段", "成交"),),
        quotes=(Quote("张三", "昨天", "明天见"),),
        items=("一", "二"),
        footer="foot",
    )
    assert format.pages(card, format.TEXT) == ["Acme #1\nhello\n阶段: 成交\n张三 · 昨天: 明天见\n一\n二\nfoot"]
    assert format.pages(card, format.MARKDOWN)[0].startswith("**Acme #1**\nhello\n")
    assert format.style_of(card) is format.MARKDOWN
    assert format.style_of(Card(text="hello")) is format.TEXT


@pytest.mark.parametrize(
    "words",
    ["<a href='http://evil'>click</a>", "[click](http://evil)", "**bold**", "`code`", "# head", "> quote",
     "<font color='warning'>x</font>", "<@zhangsan>"],
)  # fmt: skip
def test_what_somebody_wrote_is_neither_a_link_nor_a_mark(words: str) -> None:
    said = format.pages(Card(text=words), format.MARKDOWN)[0]
    for mark in ("<a", "](", "**", "<font"):
        assert mark not in said
    assert not said.startswith(("#", ">"))
    assert "<a" not in format.pages(Card(text=words), format.TEXT)[0]


def test_the_same_words_under_two_keys_differ_where_nobody_sees_it() -> None:
    one, two, again = (format.to_message("你好", format.TEXT, key)["text"]["content"] for key in ("1", "2", "1"))
    assert one == again
    assert one != two
    assert one.strip("\u200b\u200c") == "你好"


def test_a_task_id_is_the_same_for_the_same_key_and_never_another_ones() -> None:
    assert cards.task_id_of("a", 0) == cards.task_id_of("a", 0)
    ids = [cards.task_id_of(key, number) for key in ("a", "b", "", "") for number in (0, 1)]
    assert len(set(ids)) == 8


def test_long_words_on_a_card_are_shortened_to_what_is_shown() -> None:
    card = Card(title="很长" * 40, buttons=(Button("很长的按钮名字不止十个字", "x"),))
    (made,) = cards.of(card, "k")
    assert cards.width(made["main_title"]["title"]) <= 26
    assert made["button_list"][0]["text"].endswith("…")
    assert not cards.fits(card)


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("张三：加上 VIP\n现在的标签：VIP", "张三：加上 VIP", "现在的标签：VIP"),
        ("已通知 Bob。", "已通知 Bob。", ""),
        ("活码「展会」正在生成，几秒后发送 活码 展会 查看它的二维码。", "活码「展会」正在生成",
         "几秒后发送 活码 展会 查看它的二维码。"),
        ("The code is being made, write 'code fair' in a few seconds to see it", "The code is being made",
         "write 'code fair' in a few seconds to see it"),
    ],
)  # fmt: skip
def test_a_card_without_a_title_says_nothing_twice(text: str, title: str, rest: str) -> None:
    (made,) = cards.of(Card(text=text, buttons=(Button("OK", "ok"),)), "k")
    assert (made["main_title"]["title"], made.get("sub_title_text", "")) == (title, rest)


def test_a_command_that_is_too_long_has_no_button_and_each_has_one() -> None:
    card = Card(text="x", buttons=(Button("a", "字" * 400), Button("b", "same"), Button("c", "same"), Button(" ", "d")))
    (made,) = cards.of(card, "k")
    assert [(each["text"], each["key"]) for each in made["button_list"]] == [("b", "same")]
    assert cards.of(Card(text="x"), "k") == []


def test_a_changed_card_keeps_its_buttons_or_is_grey() -> None:
    assert [each["key"] for each in cards.changed(Card(text="x", buttons=BUTTONS))["button_list"]] == [
        "完成 #1",
        "删除 #1",
    ]
    assert cards.changed(Card(text="好了"))["replace_text"] == "已处理"


def test_a_card_in_a_reply_is_the_same_in_xml() -> None:
    card = cards.changed(Card(title="a]]>b", fields=(Field("阶段", "成交"), Field("标签", "vip")), buttons=BUTTONS))
    xml = markup.write({"TemplateCard": cards.to_markup(card)})
    read = markup.inside(markup.read(xml), "TemplateCard")
    assert read["MainTitle"] == {"Title": "a]]>b"}
    assert [row["KeyName"] for row in markup.each(read, "HorizontalContentList")] == ["阶段", "标签"]
    assert [button["Style"] for button in markup.each(read, "ButtonList")] == ["1", "3"]


@pytest.mark.parametrize("words", ["]]>", "a]]>b]]>", "]]", "\x00\x0b字", "<x>&amp;", "\ud800"])
def test_whatever_is_written_is_read_again(words: str) -> None:
    read = markup.read(markup.write({"Content": words, "n": 5}))
    assert read == {"Content": words.translate({0: None, 0x0B: None, 0xD800: None}), "n": "5"}
