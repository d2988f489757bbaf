"""From a text to the command it calls: pending answers first, then commands, phrases, and names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.commands import BARE, WORDS
from bot.language import grammar, natural, shortly
from bot.language.grammar import Intent


@dataclass(frozen=True)
class Pending:
    """What the last answer in this room left open for this person. `answers` as in `Reply`."""

    answers: Mapping[str, str] = field(default_factory=dict)
    subject_id: int | None = None


class Unanswerable(Exception):
    """A short answer without a question it answers. `choice`: what was answered."""

    def __init__(self, choice: str, *, offered: bool) -> None:
        super().__init__("nothing is waiting for this answer")
        self.choice = choice
        self.offered = offered


def interpret(text: str, pending: Pending) -> Intent:
    """The command meant by a cleaned text; `BARE` with the whole text when it calls none."""
    answered = _answered(text, pending)
    if answered is not None:
        return called(answered)
    return _command_of(text, pending.answers.get(shortly.ANYTHING))


def calls_a_command(text: str, pending: Pending) -> bool:
    """Whether a cleaned text calls a command of its own accord, so that it was not meant for the question that waits.
    Where that takes any text, only a command's word set apart does."""
    if shortly.answer_of(text) is not None:
        return False
    plain = grammar.without_courtesy(text)
    intent = grammar.read(text, WORDS) or grammar.read(plain, WORDS)
    if shortly.ANYTHING in pending.answers:
        return intent is not None and intent.explicit
    return intent is not None or natural.read(plain) is not None


def _answered(text: str, pending: Pending) -> str | None:
    """The command a short answer stands for; None when the text is no short answer. A number of three digits or more
    is one only where it was offered: it may be a telephone number."""
    choice = shortly.answer_of(text)
    if choice is None and shortly.SEND in pending.answers and shortly.is_send(text):
        return pending.answers[shortly.SEND]
    if choice is None:
        number = grammar.fold(text).strip()
        return pending.answers.get(number) if number.isdecimal() else None
    command = pending.answers.get(choice)
    if command is None and (pending.answers or not _may_be_a_name(text)):
        raise Unanswerable(choice, offered=bool(pending.answers))
    return command


def _may_be_a_name(text: str) -> bool:
    """ "一" and "十" may be part of a name; "2" and "yes" are not looked up."""
    return re.fullmatch("[一二三四五六七八九十]", text.strip()) is not None


def _command_of(text: str, awaited: str | None = None) -> Intent:
    """A command's word set apart, then what a free text was awaited for, then sentences, then a word glued on."""
    plain = grammar.without_courtesy(text)
    intent = grammar.read(text, WORDS) or grammar.read(plain, WORDS)
    apart = intent is not None and intent.explicit
    if awaited is not None and not apart:
        return called(awaited.replace("{}", text))
    sentence = natural.read(plain, led_only=apart)
    if sentence is not None:
        return called(sentence)
    return intent or Intent(BARE.name, text, explicit=False)


def called(command: str) -> Intent:
    """The intent of a command text that the bot itself wrote."""
    return grammar.read(command, WORDS) or Intent(BARE.name, command, explicit=False)
