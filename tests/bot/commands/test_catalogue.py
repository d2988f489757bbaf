"""What holds for every command."""

import pytest

from bot.commands import COMMANDS
from bot.commands.command import Command
from tests.bot.conftest import Chat, shown


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_explains_itself_in_both_languages(chat: Chat, command: Command, language: str) -> None:
    ask = "帮助" if language == "zh" else "help"
    answer = shown(chat.card("alice", f"{ask} {command.word(language)}"))
    assert command.summary.say(language) in answer
    assert command.usage.say(language).splitlines()[0] in answer


def test_no_word_calls_two_commands() -> None:
    words = [word for command in COMMANDS for word in command.words]
    assert len(words) == len(set(words))
