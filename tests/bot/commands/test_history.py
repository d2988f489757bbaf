"""历史: what was said and done, and search in it."""

from datetime import timedelta

from crm_core.chat import Happening, InboundMessage, Room, RoomKind, SenderKind
from crm_core.conversations import messages
from tests.bot.conftest import CUSTOMER, Chat, colleague, shown

ACME = "group:acme"


def talk(chat: Chat, *lines: tuple[str, str]) -> None:
    """Lines said in the group of a customer, a minute apart."""
    with chat.database.writing() as session:
        for number, (who, text) in enumerate(lines):
            sender = CUSTOMER if who == "张三" else colleague(who)
            at = chat.now - timedelta(minutes=len(lines) - number)
            event = f"{at.isoformat()}"
            room = Room(ACME, RoomKind.SHARED, "Acme 项目群")
            inbound = InboundMessage("fake", event, Happening.POSTED, room, sender, event, text, sent_at=at)
            messages.record(session, inbound, now=at, country="CN")


def linked(chat: Chat) -> None:
    """张三 of Acme, whose group is linked to him."""
    chat.platform.rooms[ACME] = (colleague("alice"), CUSTOMER)
    chat.card("alice", "新建 张三 13800138000 Acme")
    talk(chat, ("张三", "报价什么时候给？"), ("alice", "明天上午发您"), ("张三", "发票也一起开"))
    chat.say("alice", "关联 张三", room=ACME)


def test_the_history_shows_what_was_said_and_done(chat: Chat) -> None:
    linked(chat)
    chat.card("alice", "记 张三: 催报价")
    answer = shown(chat.card("alice", "历史 张三"))
    for said in ("新建了这个客户", "报价什么时候给", "明天上午发您", "备注：催报价", "关联会话"):
        assert said in answer


def test_a_word_after_the_name_searches_inside(chat: Chat) -> None:
    linked(chat)
    chat.card("alice", "记 张三: 报价 3 万")
    answer = shown(chat.card("alice", "历史 张三 报价"))
    assert "报价什么时候给" in answer
    assert "报价 3 万" in answer
    assert "发票" not in answer
    assert "没有提到「合同」" in shown(chat.card("alice", "张三有没有提过合同"))


def test_a_word_without_a_name_searches_everywhere_one_may_see(chat: Chat) -> None:
    linked(chat)
    assert "发票也一起开" in shown(chat.card("alice", "历史 发票"))
    assert "发票也一起开" in shown(chat.card("alice", "谁提到过发票"))
    assert "没有找到提到「发票」" in shown(chat.card("charlie", "历史 发票"))


def test_questions_put_to_the_bot_do_not_push_out_what_was_said(chat: Chat) -> None:
    linked(chat)
    for number in range(31):
        chat.say("alice", f"历史 发票 {number}")
    assert "发票也一起开" in shown(chat.card("alice", "历史 发票"))


def test_the_card_shows_the_last_words_and_the_last_contact(chat: Chat) -> None:
    linked(chat)
    chat.later(hours=3)
    answer = shown(chat.card("alice", "张三"))
    assert "发票也一起开" in answer
    assert "最近联系: 3 小时" in answer


def test_earlier_pages_are_a_button_away(chat: Chat) -> None:
    linked(chat)
    talk(chat, *(("张三", f"订单 {number}") for number in range(25)))
    first = chat.card("alice", "历史 张三")
    second = chat.card("alice", first.buttons[0].command)
    assert first.quotes
    assert not {quote.text for quote in first.quotes} & {quote.text for quote in second.quotes}
    found = chat.card("alice", "历史 订单")
    more = chat.card("alice", found.buttons[0].command)
    assert len(found.quotes) == len(more.quotes) == 10
    assert not {quote.text for quote in found.quotes} & {quote.text for quote in more.quotes}


def test_without_a_name_right_after_a_card_it_is_that_customer_s(chat: Chat) -> None:
    linked(chat)
    chat.card("alice", "张三")
    assert "张三 的历史" in shown(chat.card("alice", "历史"))


def test_a_group_is_linked_shown_and_unlinked(chat: Chat) -> None:
    linked(chat)
    (message,) = chat.say("alice", "关联", room=ACME)
    assert "关联的是 张三" in message.card.text
    assert message.only_for == "alice"
    (message,) = chat.say("alice", "取消关联", room=ACME)
    assert "不再关联" in message.card.text
    (message,) = chat.say("alice", "关联", room=ACME)
    assert "还没有关联" in message.card.text


def test_a_link_can_be_undone(chat: Chat) -> None:
    linked(chat)
    (message,) = chat.say("alice", "撤销", room=ACME)
    assert "会话的关联恢复了" in shown(message.card)
    assert "发票" not in shown(chat.card("alice", "历史 张三"))


def test_in_a_linked_group_the_name_may_be_left_out(chat: Chat) -> None:
    linked(chat)
    chat.later(hours=2)
    (message,) = chat.say("alice", "记 今天聊得不错", room=ACME)
    assert "已记到 张三：今天聊得不错" in message.card.text


def test_a_direct_chat_is_not_linked(chat: Chat) -> None:
    chat.card("alice", "新建 张三")
    assert "私聊" in shown(chat.card("alice", "关联 张三"))


def test_a_link_needs_the_whole_name(chat: Chat) -> None:
    chat.platform.rooms[ACME] = (colleague("alice"), colleague("guest", SenderKind.GUEST))
    chat.card("alice", "新建公司 Acme")
    (message,) = chat.say("alice", "link Acme Holdings", room=ACME)
    assert "Holdings" in shown(message.card)
    (message,) = chat.say("alice", "link", room=ACME)
    assert "linked to no customer" in message.card.text


def test_what_a_customer_writes_to_the_bot_is_found_and_what_colleagues_ask_it_is_not(chat: Chat) -> None:
    linked(chat)
    room = Room("direct:zhang", RoomKind.DIRECT)
    inbound = InboundMessage(
        "fake", "apart", Happening.POSTED, room, CUSTOMER, "apart", "保修多久？", sent_at=chat.now, addressed=True
    )
    with chat.database.writing() as session:
        messages.record(session, inbound, now=chat.now, country="CN")
    asked = InboundMessage(
        "fake", "ask", Happening.POSTED, room, colleague("alice"), "ask", "历史 保修", sent_at=chat.now, addressed=True
    )
    with chat.database.writing() as session:
        messages.record(session, asked, now=chat.now, country="CN")
    answer = shown(chat.card("alice", "历史 保修"))
    assert "保修多久？" in answer
    assert "历史 保修" not in answer
