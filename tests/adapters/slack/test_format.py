"""Cards as messages of Slack: nothing of anybody's words means anything, and every card fits."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from adapters.slack.format import to_blocks, to_message, to_text
from crm_core.chat import Button, ButtonStyle, Card, Document, Field, Picker, Quote
from tests.adapters.slack import limits
from tests.fakes.slack.block_kit.surfaces import message_blocks
from tests.fakes.slack.ids import Ids

ACME = Card(
    title="Acme #12",
    text="Asked for a quote.",
    fields=(Field("Stage", "interested"), Field("Owner", "Alice")),
    quotes=(Quote("Bob", "2 hours ago", "Tuesday 14:30 is fine"),),
    items=("1. call", "2. write"),
    footer="Undo within 5 minutes.",
)

_signs = st.one_of(st.sampled_from("<>&*_~`|@#!:\n 。客a"), st.characters())
_texts = st.one_of(
    st.sampled_from(
        ["", " ", "<!channel>", "<@U1>", "&amp;", "https://acme.example/?a=1&b=<2>", "张三", "\ud800", "\x00"]
    ),
    st.text(_signs, max_size=60),
    st.builds(str.__mul__, st.text(_signs, min_size=1, max_size=9), st.sampled_from([1, 40, 400, 2_000])),
)
_buttons = st.builds(Button, _texts, _texts, st.sampled_from(list(ButtonStyle)), _texts)
_cards = st.builds(
    Card,
    text=_texts,
    title=_texts,
    fields=st.lists(st.builds(Field, _texts, _texts), max_size=60).map(tuple),
    quotes=st.lists(st.builds(Quote, _texts, _texts, _texts), max_size=30).map(tuple),
    items=st.lists(_texts, max_size=80).map(tuple),
    buttons=st.lists(_buttons, max_size=40).map(tuple),
    picker=st.none() | st.builds(Picker, _texts, _texts),
    footer=_texts,
)


@settings(max_examples=60, deadline=None)
@given(_cards)
def test_trap_36_every_card_fits_and_nobodys_words_mean_anything(card: Card) -> None:
    message = to_message(card)
    limits.check(message)
    if message["blocks"]:
        message_blocks(message["blocks"], Ids(1))
    for block in message["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()


def test_a_card_has_its_parts_in_their_order() -> None:
    assert [block["type"] for block in to_blocks(ACME)] == [
        "header",
        "section",
        "section",
        "section",
        "section",
        "context",
    ]
    assert to_blocks(ACME)[2]["fields"][0]["text"] == "*Stage*\ninterested"
    assert to_blocks(ACME)[3]["text"]["text"] == "*Bob* · 2 hours ago\n>Tuesday 14:30 is fine"


def test_trap_29_the_text_beside_the_blocks_carries_the_substance() -> None:
    text = to_text(ACME)
    for part in (
        "Acme #12",
        "Asked for a quote.",
        "Owner: Alice",
        "Bob · 2 hours ago: Tuesday 14:30 is fine",
        "2. write",
    ):
        assert part in text
    assert to_text(Card()) == "…"


def test_a_customer_called_channel_notifies_nobody() -> None:
    evil = "<!channel> <@U1> <https://evil.example|Acme> & co"
    message = to_message(Card(title=evil, text=evil, fields=(Field(evil, evil),), quotes=(Quote(evil, evil, evil),)))
    said = [message["text"], *limits.texts(message["blocks"][1:])]
    assert all("<!" not in text and "<@" not in text and "|Acme>" not in text for text in said)
    assert "&lt;!channel&gt;" in message["text"]


def test_web_addresses_can_be_clicked_whole() -> None:
    (section,) = to_blocks(Card(text="See https://acme.example/c/12?a=1&b=2. Or (https://b.example)!"))
    assert section["text"]["text"] == ("See <https://acme.example/c/12?a=1&amp;b=2>. Or (<https://b.example>)!")


def test_long_texts_are_split_at_lines_and_lose_nothing() -> None:
    lines = [f"line {number} of a long story" for number in range(250)]
    blocks = to_blocks(Card(text="\n".join(lines)))
    assert len(blocks) == 3
    assert "\n".join(block["text"]["text"] for block in blocks) == "\n".join(lines)


@pytest.mark.parametrize(("sign", "said"), [("好", "只显示开头"), ("a ", "only its beginning")])
def test_what_is_too_much_is_shortened_and_says_so_in_its_language(sign: str, said: str) -> None:
    blocks = to_blocks(Card(text=sign * 20_000, buttons=(Button("…", "help"),), footer="…"))
    assert said in str(blocks[-3])
    assert [block["type"] for block in blocks[-3:]] == ["context", "actions", "context"]


def elements(*buttons: Button) -> list[list[Document]]:
    return [block["elements"] for block in to_blocks(Card(title="Acme", buttons=buttons))[1:]]


def test_three_buttons_are_seen_the_others_are_in_the_menu_and_then_below() -> None:
    first, second = elements(*(Button(f"Button {number}", f"command {number}") for number in range(10)))
    assert [each["action_id"] for each in first] == ["command:0", "command:1", "command:2", "more"]
    assert [option["value"] for option in first[3]["options"]] == [f"command {number}" for number in range(3, 8)]
    assert [each["value"] for each in second] == ["command 8", "command 9"]


def test_a_menu_of_one_is_a_button_and_what_a_menu_cannot_carry_stands_below() -> None:
    plain = [Button(f"B{number}", f"c{number}") for number in range(3)]
    assert [[each["type"] for each in row] for row in elements(*plain, Button("B3", "c3"))] == [
        ["button"] * 3,
        ["button"],
    ]
    long, asks = Button("Long", "note " + "x" * 100), Button("Merge", "merge", confirm="Sure?")
    first, second = elements(*plain, long, asks, Button("B3", "c3"), Button("B4", "c4"))
    assert [option["value"] for option in first[3]["options"]] == ["c3", "c4"]
    assert [each["value"] for each in second] == [long.command, "merge"]


def test_styles_and_questions_are_carried() -> None:
    ((delete, done),) = elements(
        Button("删除", "delete 12", ButtonStyle.DANGER, confirm="真的删除？"),
        Button("Done", "done 3", ButtonStyle.PRIMARY),
    )
    assert (delete["style"], done["style"]) == ("danger", "primary")
    assert delete["confirm"]["text"]["text"] == "真的删除？"
    assert delete["confirm"]["confirm"]["text"] == "确定"
    assert "confirm" not in done
    assert done["accessibility_label"] == "Done · Acme"


def test_a_customer_is_picked_while_typing() -> None:
    (row,) = to_blocks(Card(picker=Picker("Which customer?", "link")))
    assert row["block_id"] == "link"
    (menu,) = row["elements"]
    assert (menu["type"], menu["action_id"], menu["min_query_length"]) == ("external_select", "pick", 0)


def test_the_libraries_have_nothing_to_warn_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for block in to_blocks(ACME):
            assert Block.parse(block) is not None
