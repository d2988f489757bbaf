"""A card on the board, and in a terminal."""

from adapters.console.format import from_document, to_document, to_text
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote

FULL = Card(
    title="张三 · 示例科技",
    text="总经理",
    fields=(Field("阶段", "意向"), Field("Owner", "Alice")),
    quotes=(Quote("张三", "11月18日 10:20", "报价收到了"),),
    items=("1  张三", "2  张三丰"),
    buttons=(Button("提醒", "提醒 #1", ButtonStyle.PRIMARY), Button("历史", "历史 #1")),
    footer="10 分钟内可以撤销",
)


def test_a_card_comes_back_from_the_board_as_it_was() -> None:
    assert from_document(to_document(FULL)) == FULL
    assert from_document(to_document(Card())) == Card()


def test_empty_parts_take_no_room_on_the_board() -> None:
    assert to_document(Card(text="好的")) == {"text": "好的"}


def test_the_terminal_shows_every_part_and_what_to_type_for_a_button() -> None:
    assert to_text(FULL) == (
        "张三 · 示例科技\n总经理\n\n"
        "阶段   意向\nOwner  Alice\n\n"
        "│ 张三 · 11月18日 10:20\n│ 报价收到了\n\n"
        "1  张三\n2  张三丰\n\n"
        "[提醒] 提醒 #1   [历史] 历史 #1\n\n"
        "10 分钟内可以撤销"
    )


def test_nothing_a_customer_wrote_can_steer_the_terminal() -> None:
    assert to_text(Card(text="a\x1b[2Jb\u202ec\r\x07d")) == "a[2Jbcd"
