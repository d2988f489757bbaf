"""Whoever is given customers is told, unless it was taken back before."""

import pytest

from tests.bot.conftest import shown
from tests.scenarios.conftest import Chat


@pytest.fixture
def chat(chat: Chat) -> Chat:
    chat.say("alice", "new Acme tag VIP")
    chat.say("alice", "new Beta tag VIP")
    chat.say("alice", "note Acme wants the large package")
    chat.say("bob", "staff language en")
    return chat


def test_one_customer_comes_with_its_notes_and_to_dos(chat: Chat) -> None:
    chat.say("alice", "remind me tomorrow 9am to call Acme")
    chat.say("alice", "assign Acme to Bob")
    chat.later(minutes=1)
    told = "\n".join(shown(card) for card in chat.new("bob").cards)
    assert "Alice gave you the customer Acme" in told
    assert "wants the large package" in told
    assert "tomorrow 09:00 call Acme" in told


def test_several_customers_come_in_one_notice(chat: Chat) -> None:
    chat.say("alice", "assign VIP to Bob")
    chat.say("alice", "yes")
    chat.later(minutes=1)
    (card,) = chat.new("bob").cards
    assert card.title == "Alice gave you 2 customers"
    assert [item.split(" (")[0] for item in card.items] == ["Acme", "Beta"]


def test_what_was_undone_before_tells_nobody(chat: Chat) -> None:
    chat.say("bob", "hello")
    chat.say("alice", "assign Acme to Bob")
    chat.say("alice", "undo")
    chat.later(minutes=1)
    assert chat.new("bob").posts == ()


def test_whoever_was_told_of_a_customer_is_on_record(chat: Chat) -> None:
    chat.say("alice", "assign Acme to Bob")
    chat.later(minutes=1)
    assert "notice" in chat.say("bob", "audit Acme").text


def test_who_set_no_language_is_told_in_the_one_they_last_wrote_in(chat: Chat) -> None:
    chat.say("alice", "remind me in 2 hours to call Acme")
    chat.later(hours=2)
    assert "Reminder" in shown(chat.new("alice").cards[0])
    chat.say("alice", "一小时后提醒我给 Acme 打电话")
    chat.later(hours=1)
    assert "提醒" in shown(chat.new("alice").cards[0])


def test_a_text_in_no_language_is_answered_in_the_one_they_last_wrote_in(chat: Chat) -> None:
    chat.say("alice", "find Acme")
    assert "Owner" in chat.say("alice", "acme").text
    chat.say("alice", "查 Acme")
    assert "负责人" in chat.say("alice", "acme").text
