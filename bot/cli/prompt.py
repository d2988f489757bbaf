"""The line editor of the terminal: history in a file of the person's own, completion of command words."""

import os
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot.commands import COMMANDS


def prompt_session(language: str) -> PromptSession[str]:
    """A prompt that completes the first word when Tab is pressed; the words of this language come first."""
    words = sorted({word for command in COMMANDS for word in command.words}, key=lambda word: _order(word, language))
    completer = WordCompleter(words, ignore_case=True, sentence=True)
    return PromptSession(history=_history(), completer=completer, complete_while_typing=False)


def _order(word: str, language: str) -> tuple[bool, str]:
    return word.isascii() is (language == "zh"), word


def _history() -> History:
    """Kept readable by its owner alone: it names customers."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "crmbot"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "history"
        file.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))
