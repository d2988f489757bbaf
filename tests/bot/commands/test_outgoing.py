"""退信/undelivered, 暂停外发/stop outgoing, 恢复外发/resume outgoing."""

import pytest
from sqlmodel import select

from crm_core.outreach import holding
from crm_core.outreach.holding import Held
from crm_core.outreach.tables import Delivery, DeliveryState
from tests.bot.conftest import Chat, shown


def refused(chat: Chat, problem: str = "message/send: 81013") -> int:
    """A reminder of Alice's that WeCom refused; the id of its delivery."""
    chat.card("alice", "remind me in 2 hours to call Acme")
    with chat.database.writing() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state, delivery.problem = DeliveryState.DEAD, problem
        session.add(delivery)
        return delivery.id


@pytest.mark.parametrize(
    ("text", "says"), [("退信", "企业微信里没有这个成员"), ("undelivered", "WeCom knows no such member")]
)
def test_the_list_says_why_in_plain_words_and_offers_another_try(chat: Chat, text: str, says: str) -> None:
    number = refused(chat)
    card = chat.card("alice", text)
    assert says in card.items[0]
    assert card.buttons[0].command.endswith(str(number))
    assert shown(chat.card("charlie", text)) != shown(card)
    assert not chat.card("charlie", text).items


def test_a_reason_nobody_knows_is_quoted(chat: Chat) -> None:
    refused(chat, "something_new")
    assert "the platform refused: something_new" in chat.card("alice", "undelivered").items[0]


def test_the_button_puts_it_on_its_way_again(chat: Chat) -> None:
    refused(chat)
    chat.later(hours=3)
    again = chat.card("alice", "undelivered").buttons[0].command
    assert "goes out once more" in chat.card("alice", again).text
    with chat.database.reading() as session:
        delivery = session.exec(select(Delivery)).one()
        assert (delivery.state, delivery.problem, delivery.not_before) == (DeliveryState.DUE, "", chat.now)
    assert "did not fail" in chat.card("alice", again).text
    assert chat.card("alice", "undelivered").items == ()


def test_others_cannot_try_it_again(chat: Chat) -> None:
    number = refused(chat)
    assert "no such message" in chat.card("charlie", f"undelivered retry {number}").text


@pytest.mark.parametrize(
    ("stop", "resume", "stopped", "resumed"),
    [
        ("暂停外发", "恢复外发", "外发已暂停", "外发已恢复，1 条"),
        ("stop outgoing", "resume outgoing", "Nothing goes out by itself", "goes out again; 1 overdue"),
    ],
)
def test_an_administrator_stops_and_resumes_everything(
    chat: Chat, stop: str, resume: str, stopped: str, resumed: str
) -> None:
    chat.card("alice", "remind me in 2 hours to call Acme")
    assert stopped in chat.card("dora", stop).text
    chat.later(hours=3)
    again = chat.card("dora", stop)
    assert "1" in again.text
    assert again.buttons[0].command == resume
    assert resumed in chat.card("dora", resume).text
    assert chat.card("dora", resume).text in {"外发没有暂停。", "Nothing was stopped."}


def test_after_a_restore_it_is_said_what_is_waited_for(chat: Chat) -> None:
    with chat.database.writing() as session:
        holding.hold(session, Held(chat.now, chat.now))
    card = chat.card("dora", "resume outgoing")
    assert "brought back from a backup" in card.text
    assert "release later" in shown(chat.card("dora", card.buttons[0].command))


def test_nobody_else_does(chat: Chat) -> None:
    for text in ("stop outgoing", "resume outgoing"):
        assert "Ask an administrator" in chat.card("bob", text).text


def test_a_page_of_many_leads_to_the_next(chat: Chat) -> None:
    for number in range(12):
        chat.card("alice", f"remind me in {number + 2} hours to call {number}")
    with chat.database.writing() as session:
        for delivery in session.exec(select(Delivery)).all():
            delivery.state, delivery.problem = DeliveryState.DEAD, "no answer"
            session.add(delivery)
    first = chat.card("alice", "undelivered")
    assert len(first.items) == 10
    assert len(chat.card("alice", first.buttons[-1].command).items) == 2
