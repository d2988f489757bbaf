"""审计/audit and 没有下一步/stale."""

import pytest

from tests.bot.conftest import Chat, shown


@pytest.fixture
def chat(chat: Chat) -> Chat:
    chat.card("alice", "new Acme phone 13800138801")
    chat.card("bob", "set Acme tier A")
    chat.card("bob", "undo")
    chat.card("bob", "find Acme")
    return chat


def test_the_owner_reads_who_saw_and_changed_a_customer(chat: Chat) -> None:
    answer = shown(chat.card("alice", "audit Acme"))
    assert "Who saw or changed Acme" in answer
    assert "Bob saw it: find (in a direct chat)" in answer
    assert "Bob changed it: set Acme" in answer
    assert "Bob undid a change of it: set Acme" in answer
    assert "Alice changed it: new Acme" in answer


def test_how_it_was_seen_is_said_in_the_words_of_the_reader(chat: Chat) -> None:
    chat.card("bob", "Acme")
    answer = shown(chat.card("alice", "审计 Acme"))
    assert "Bob 看了TA：查" in answer


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("bob", "审计 Acme", "Bob 改了TA：set Acme"),
        ("dora", "audit", "Bob saw Acme: find"),
        ("dora", "audit Acme", "Bob changed it"),
        ("alice", "audit", "does not let you run the bot"),
        ("charlie", "audit Acme", 'I found no "Acme"'),
        ("charlie", "audit #1", "no such customer"),
    ],
)
def test_the_trail_is_for_those_who_may_read_it(chat: Chat, who: str, text: str, says: str) -> None:
    answer = shown(chat.card(who, text))
    assert says in answer
    assert "13800138801" not in answer or who != "charlie"


def test_customers_nobody_plans_anything_for_are_listed(chat: Chat) -> None:
    chat.later(days=20)
    card = chat.card("alice", "stale")
    assert card.title == "No next step and no contact for 14 days: 1 customer"
    assert card.items == ("1. Acme · never contacted",)
    assert "Acme #1" in shown(chat.card("alice", "1"))
    assert "1. Acme · 从未联系 · Alice" in shown(chat.card("bob", "没有下一步 20天"))
    assert "Well done" in shown(chat.card("charlie", "stale"))
    assert "Well done" in shown(chat.card("alice", "stale 30 days"))


def test_the_button_asks_for_the_next_step(chat: Chat) -> None:
    chat.later(days=20)
    card = chat.card("alice", "stale")
    assert "follow up with Acme" in shown(chat.card("alice", card.buttons[0].command))
    assert "follow up with Acme" in shown(chat.card("alice", "tomorrow"))
    assert "Well done" in shown(chat.card("alice", "stale"))


@pytest.mark.parametrize("text", ["stale x", "stale 0", "stale 99999", "没有下一步 很久"])
def test_days_that_are_none_are_refused(chat: Chat, text: str) -> None:
    assert "3650" in shown(chat.card("alice", text))
