"""What the router does around every command."""

from sqlmodel import select

from bot.commands import COMMANDS
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from tests.bot.conftest import CUSTOMER, GUEST, Chat, shown


def test_an_unknown_person_is_told_whom_to_ask(chat: Chat) -> None:
    answer = shown(chat.card("mallory", "whoami"))
    assert "dora" in answer
    assert "fake:mallory" in answer


def test_a_customer_in_a_group_is_answered_without_data(chat: Chat) -> None:
    chat.platform.rooms["group:acme"] = (CUSTOMER, GUEST)
    for outsider in (CUSTOMER, GUEST):
        (message,) = chat.say(outsider, "帮助", room="group:acme")
        assert "同事" in message.card.text
        assert not message.card.items


def test_an_administrator_of_the_configuration_is_staff_from_the_start(chat: Chat) -> None:
    assert "管理员" in shown(chat.card("dora", "我是谁"))


def test_the_help_names_every_command_in_the_language_of_the_turn(chat: Chat) -> None:
    for text, language in (("帮助", "zh"), ("help", "en")):
        answer = shown(chat.card("dora", text))
        for command in COMMANDS:
            assert command.usage.say(language).splitlines()[0] in answer


def test_an_answered_message_is_marked(chat: Chat) -> None:
    chat.say("alice", "帮助")
    with chat.database.reading() as session:
        assert session.exec(select(EnvelopeRow.state)).all() == [EnvelopeState.ANSWERED]


def test_nothing_to_undo_is_said_in_a_sentence(chat: Chat) -> None:
    assert "没有可以撤销" in shown(chat.card("alice", "撤销"))
    assert "nothing to undo" in shown(chat.card("alice", "undo"))


def test_a_text_too_long_is_never_a_command(chat: Chat) -> None:
    assert "太长" in shown(chat.card("alice", "帮助 " + "啊" * 100_000))
