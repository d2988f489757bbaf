"""帮助: every command is there, with examples that work."""

import pytest
from sqlmodel import select

from bot.answering.interpreting import Pending, interpret
from bot.commands import BY_NAME, COMMANDS
from bot.commands.command import Command
from crm_core.people.tables import Role, Staff
from tests.bot.conftest import Chat, shown

LANGUAGES = {"帮助": "zh", "help": "en"}


@pytest.mark.parametrize("text", LANGUAGES)
def test_the_overview_names_every_command_and_fits_one_screen(chat: Chat, text: str) -> None:
    card = chat.card("dora", text)
    for command in COMMANDS:
        assert command.word(LANGUAGES[text]) in shown(card)
    assert len(card.items) <= 24
    assert all(len(item) <= 60 for item in card.items)


def test_what_the_role_does_not_allow_is_not_offered(chat: Chat) -> None:
    with chat.database.writing() as session:
        session.exec(select(Staff).where(Staff.name == "Bob")).one().role = Role.VIEWER
    assert "新建 —" in shown(chat.card("alice", "帮助"))
    assert "新建 —" not in shown(chat.card("bob", "帮助"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_command_explains_itself_with_examples(chat: Chat, command: Command, language: str) -> None:
    asked = f"帮助 {command.word('zh')}" if language == "zh" else f"help {command.word('en')}"
    answer = shown(chat.card("dora", asked))
    for line in (*command.usage.say(language).splitlines(), command.summary.say(language)):
        assert line in answer


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_calls_its_command(command: Command, language: str) -> None:
    for example in command.usage.say(language).splitlines()[1:]:
        called = BY_NAME[interpret(example, Pending()).command].name
        assert called in {command.name, "bare"}, example


def test_every_word_of_a_command_finds_its_help(chat: Chat) -> None:
    assert "没有「不存在」这条指令" in shown(chat.card("dora", "帮助 不存在"))
    assert shown(chat.card("dora", "帮助 查找")) == shown(chat.card("dora", "帮助 查"))
