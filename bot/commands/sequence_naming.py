"""Which sequence is meant, and what it is called."""

import re

from bot import cards
from bot.commands.command import Turn
from bot.language.phrases import sequence as phrases
from crm_core.customers.names import matching_form
from crm_core.errors import NotFound
from crm_core.outreach.sequences import sequences
from crm_core.outreach.sequences.tables import Sequence

_NUMBER = re.compile(r"[#＃]?\s*(\d{1,18})")
#: A part of a name is at least so long.
_SHORTEST = 2
#: So many that could be meant are named.
_NAMED = 5


def find(turn: Turn, text: str) -> Sequence | None:
    """The sequence of this name, or number ("3", "#3"), if there is one."""
    number = _NUMBER.fullmatch(text.strip())
    try:
        return sequences.named(turn.session, _bare(text))
    except NotFound:
        return _numbered(turn, int(number[1])) if number is not None else None


def named(turn: Turn, text: str) -> Sequence:
    """The sequence of this name, number, or beginning or part of a name that no other has. Raises
    `NotFound("sequence_not_found")`, and `Detour` when it could be several."""
    exactly = find(turn, text)
    if exactly is not None:
        return exactly
    known = sequences.everything(turn.session)
    wanted = matching_form(_bare(text))
    names = [(each, matching_form(each.name)) for each in known] if len(wanted) >= _SHORTEST else []
    meant = [each for each, name in names if name.startswith(wanted)] or [
        each for each, name in names if wanted in name
    ]
    if len(meant) > 1:
        said = cards.listed(turn, [each.name for each in meant[:_NAMED]])
        raise turn.refusal(phrases.SEVERAL, name=cards.shortened(text, 40), names=said)
    return meant[0] if meant else sequences.named(turn.session, _bare(text))


def _numbered(turn: Turn, number: int) -> Sequence | None:
    try:
        return sequences.get(turn.session, number)
    except NotFound:
        return None


def _bare(text: str) -> str:
    return text.strip(" 「」“”\"'\n:：")


def title(turn: Turn, sequence: Sequence, version: int) -> str:
    """Its name, a version of it, and its state."""
    return turn.say(phrases.TITLE, name=sequence.name, version=version, state=turn.say(phrases.STATES[sequence.state]))
