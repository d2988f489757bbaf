"""群发/broadcast after the confirmation: tried, approved by somebody else, followed, and the failed tried again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from bot import config
from bot.commands import broadcast_recipients
from bot.outreach.messages import notice
from bot.outreach.messages import reader as readers
from crm_core.chat import Card, Happening
from crm_core.database import Database
from crm_core.outreach import live
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState
from tests.adapters.cupboard import PDF
from tests.bot.commands.vips import introduce, recipients, rows, went
from tests.bot.conftest import Chat, hire, shown
from tests.conftest import NOW

SENT, DEAD, DUE = DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.DUE


@pytest.fixture
def chat(chat: Chat) -> Chat:
    introduce(chat)
    return chat


@pytest.fixture
def careful(sqlite_database: Database) -> Iterator[Chat]:
    """Where two customers are too many for one person to decide."""
    hire(sqlite_database, NOW)
    chat = Chat(sqlite_database, broadcasts={"approval_above": 1})
    introduce(chat)
    yield chat
    chat.close()


def send(chat: Chat, text: str = "broadcast VIP: Hello {name}") -> None:
    chat.card("alice", text)
    chat.card("alice", "yes")


def test_a_test_comes_to_whoever_asks_and_to_nobody_else(chat: Chat) -> None:
    card = chat.card("alice", "broadcast VIP: Hello {name}")
    (test,) = [button for button in card.buttons if "test" in button.command]
    assert "on its way to you" in shown(chat.card("alice", test.command))
    (notice,) = rows(chat, DeliveryKind.NOTICE)
    assert (notice.recipient, notice.body["notice"]) == ("alice", "broadcast_test")
    assert recipients(chat) == []


def test_the_confirmation_goes_on_to_show_how_it_goes(chat: Chat) -> None:
    chat.card("alice", "broadcast VIP: Hello")
    (message,) = chat.say("alice", "yes")
    with chat.database.reading() as session:
        (place,) = live.places(session, now=chat.now.replace(hour=23))
    assert (place.room, place.message) == (message.room_id, str(len(chat.platform.sent)))
    assert place.language == "en"


def test_who_presses_a_colleagues_button_is_answered_in_their_own_language(chat: Chat) -> None:
    send(chat)
    chat.card("bob", "待办")
    (message,) = chat.say("bob", "broadcast 1", happening=Happening.PRESSED)
    assert message.card.title == "群发 1：发送中"
    chat.say("dora", "broadcast 1", happening=Happening.PRESSED)
    assert chat.platform.sent[-1].card.title == "Broadcast 1: being sent"


def test_to_many_somebody_else_approves(careful: Chat) -> None:
    send(careful)
    assert "to be approved" in shown(careful.card("alice", "broadcast 1"))
    assert "of your own" in shown(careful.card("alice", "broadcast approve 1"))
    assert recipients(careful) == []
    assert "已批准" in shown(careful.card("bob", "群发 批准 1"))
    assert recipients(careful) == ["ann", "ben"]
    assert "to be approved" not in shown(careful.card("alice", "broadcast 1"))


@pytest.mark.parametrize(
    ("who", "text", "offers"),
    [
        ("bob", "broadcast 1", ["broadcast approve 1", "broadcast refuse 1", "broadcast test 1"]),
        ("dora", "群发 1", ["群发 批准 1", "群发 拒绝 1", "群发 测试 1"]),
        ("alice", "broadcast 1", ["broadcast cancel 1"]),
    ],
)
def test_who_may_decide_is_offered_it_where_they_look(careful: Chat, who: str, text: str, offers: list[str]) -> None:
    send(careful)
    assert [button.command for button in careful.card(who, text).buttons] == offers


def test_refused_nobody_gets_it(careful: Chat) -> None:
    send(careful)
    assert "refused" in shown(careful.card("bob", "broadcast refuse 1"))
    assert careful.card("alice", "broadcast 1").title == "Broadcast 1: refused by Bob"
    assert careful.card("alice", "群发 1").title == "群发 1：被Bob拒绝"
    assert careful.card("alice", "broadcast").items == ("1 · refused by Bob · VIP · Hello {name} · nothing was sent",)
    for order in ("cancel", "resend", "resume", "attach"):
        told = careful.card("alice", f"broadcast {order} 1", files={"a.pdf": PDF} if order == "attach" else None)
        assert "nothing more can be done with it. Change what was wrong and make a new one" in shown(told)
    assert recipients(careful) == []


@pytest.mark.parametrize(
    ("text", "says", "label", "footer"),
    [
        (
            "broadcast VIP: Hello",
            "once you confirm, a colleague has to agree before it is sent: Bob, dora (one of them)",
            "Ask for approval (2)",
            "Answer yes to ask for approval",
        ),
        (
            "群发 VIP: 您好",
            "批准: 超过 1 位客户，你确认后还要由同事批准才会发送：Bob、dora（其中一位）",
            "提交批准（2）",
            "回复“是”提交批准",
        ),
    ],
)
def test_the_preview_says_who_has_to_approve_it(careful: Chat, text: str, says: str, label: str, footer: str) -> None:
    card = careful.card("alice", text)
    assert says in shown(card)
    assert "at once, when confirmed" not in shown(card)
    assert card.buttons[0].label == label
    assert footer in card.footer
    assert "Approval" not in shown(careful.card("alice", "broadcast VIP & !lost: Hello"))


def test_where_nobody_may_approve_it_the_preview_offers_no_confirmation_and_names_the_mend(careful: Chat) -> None:
    careful.card("dora", "staff Bob role viewer")
    careful.card("dora", "staff Charlie role viewer")
    careful.card("dora", "staff Alice role viewer")
    card = careful.card("dora", "broadcast VIP: Hello")
    assert "Have an administrator add a manager or an administrator who sees the same customers" in shown(card)
    assert [button.label for button in card.buttons] == ["Cancel", "Send me a test"]
    assert card.footer.startswith("Answer no to cancel.")
    assert "add a manager" in shown(careful.card("dora", "yes"))


def test_who_approved_it_stands_in_its_card(careful: Chat) -> None:
    send(careful)
    careful.card("bob", "broadcast approve 1")
    assert "Approved by: Bob" in shown(careful.card("alice", "broadcast 1"))


def test_an_approval_says_when_it_is_sent(careful: Chat) -> None:
    send(careful, "broadcast VIP tomorrow 10am: Hello")
    assert "approved: at" in careful.card("bob", "broadcast approve 1").text
    send(careful)
    careful.card("dora", "stop outgoing")
    assert "approved: nothing goes out just now" in careful.card("bob", "broadcast approve 2").text


def test_who_asks_for_approval_while_nothing_goes_out_is_told_that_the_request_waits(careful: Chat) -> None:
    careful.card("alice", "broadcast VIP: Hello")
    careful.card("dora", "stop outgoing")
    assert "they are told once an administrator lets it" in shown(careful.card("alice", "yes"))


def test_a_request_that_comes_late_says_so_and_when_it_would_be_sent_now(careful: Chat) -> None:
    send(careful, "broadcast VIP tomorrow 10am: Hello")
    (row,) = [each for each in rows(careful, DeliveryKind.NOTICE) if each.recipient == "bob"]
    settings = config.parse({"bot": {"language": "en"}})
    for hours, says, says_not in (
        (0, "10:00", "late"),
        (1, "1 hour late", "at once"),
        (30, "at once, when approved", "10:00"),
    ):
        with careful.database.reading() as session:
            reader = readers.of(session, row, settings, careful.now + timedelta(hours=hours))
            assert reader is not None
            card = notice.compose(reader, row, settings)
        assert isinstance(card, Card)
        assert says in shown(card)
        assert says_not not in shown(card)


def test_whoever_does_not_see_it_cannot_approve_it(careful: Chat) -> None:
    send(careful)
    assert "no such broadcast" in shown(careful.card("charlie", "broadcast approve 1"))


def test_the_failed_are_listed_and_tried_again_alone(chat: Chat) -> None:
    send(chat)
    went(chat, ann=SENT, ben=DEAD)
    card = chat.card("alice", "broadcast 1")
    assert "Ben: blocked by them" in shown(card)
    commands = {button.label: button.command for button in card.buttons}
    assert "Ben #2 · blocked by them" in shown(chat.card("alice", commands["The 1 failed"]))
    again = chat.card("alice", commands["Try the failed again"])
    assert "1 customer would receive it" in again.title
    assert "those whom broadcast 1 did not reach" in shown(again)
    chat.card("alice", "yes")
    assert recipients(chat) == ["ann", "ben", "ben"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("broadcast 1 sent", "Ann #1"),
        ("broadcast 1 failed", "Ben #2"),
        ("broadcast 1 waiting", "Nobody"),
        ("broadcast 1 replied", "Nobody"),
        ("群发 1 已发", "Ann #1"),
        ("群发 1 失败", "Ben #2"),
        ("群发 1 回复", "没有"),
        ("broadcast 1 nonsense", "a colon and the text"),
        ("broadcast resend 1", "1 customer would receive it"),
        ("群发 重发 1", "1 位客户会收到"),
    ],
)
def test_recipients_by_what_came_of_it(chat: Chat, text: str, says: str) -> None:
    send(chat)
    went(chat, ann=SENT, ben=DEAD)
    assert says in shown(chat.card("alice", text))


def test_whom_a_cancelled_broadcast_did_not_reach_is_reached_by_another_try(chat: Chat) -> None:
    send(chat)
    went(chat, ann=SENT, ben=DUE)
    chat.card("alice", "broadcast cancel 1")
    assert "1 customer would receive it" in shown(chat.card("alice", "broadcast resend 1"))


def test_what_was_tried_before_it_was_cancelled_may_have_arrived_and_is_not_sent_again(chat: Chat) -> None:
    send(chat)
    went(chat, ann=SENT, ben=DUE)
    with chat.database.writing() as session:
        delivery = session.exec(select(Delivery).where(Delivery.state == DeliveryState.DUE)).one()
        delivery.attempts = 1
        session.add(delivery)
    chat.card("alice", "broadcast cancel 1")
    assert "Nobody" in shown(chat.card("alice", "broadcast resend 1"))


def test_what_a_restore_left_out_may_have_arrived_and_is_not_sent_again(chat: Chat) -> None:
    send(chat)
    went(chat, ann=SENT, ben=DUE)
    chat.card("alice", "broadcast cancel 1")
    with chat.database.writing() as session:
        delivery = session.exec(select(Delivery).where(Delivery.state == DeliveryState.CANCELLED)).one()
        delivery.problem = "restored"
        session.add(delivery)
    assert "Nobody" in shown(chat.card("alice", "broadcast resend 1"))


def test_undo_after_a_broadcast_takes_back_nothing_else(chat: Chat) -> None:
    chat.card("alice", "note Ann: likes tea")
    chat.later(minutes=1)
    send(chat)
    assert "broadcast cancel 1" in chat.card("alice", "undo").text
    assert "likes tea" in shown(chat.card("alice", "history Ann"))
    chat.later(minutes=1)
    chat.card("alice", "note Ann: likes coffee")
    assert "likes coffee" in shown(chat.card("alice", "undo"))


def test_a_long_list_is_turned_page_by_page(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_recipients, "PAGE", 1)
    send(chat)
    first = chat.card("alice", "broadcast 1 waiting")
    assert "Ann" in shown(first)
    second = chat.card("alice", first.buttons[0].command)
    assert "Ben" in shown(second)
    assert second.buttons == ()


def test_answers_are_counted_for_some_days(chat: Chat) -> None:
    send(chat)
    went(chat, ann=SENT, ben=SENT)
    assert "0 so far (0%, counted for 3 days)" in shown(chat.card("alice", "broadcast 1"))
    chat.later(days=4)
    assert "0 (0%, within 3 days)" in shown(chat.card("alice", "broadcast 1"))
