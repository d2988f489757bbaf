"""Times inside a command: read in the viewer's zone, and said back in words.

Reading a time that cannot be (31 February) raises `Detour` with the sentence that names the mend.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands.command import Detour, Reply, Turn
from bot.language.phrases import remind as phrases
from bot.language.phrases.rules import say_rule
from bot.language.phrases.times import say
from bot.language.times import ImpossibleTime, Reading, read_strictly
from crm_core.chat import Card

#: Stands for each character of a name while times are read, so that 周一鸣 is no Monday.
_MASK = "■"
#: A name that stands where the month or the weekday of this name would.
_DOUBTFUL = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*", re.IGNORECASE
)
_BEFORE_TIME = re.compile(
    r"(?:^|\b(?:in|on|by|until|till|next|every|this|since|from|before|after|of)\s+)$", re.IGNORECASE
)
_AFTER_MONTH = re.compile(r"\s+\d")
_EDGES = " \t\n,，.。;；:：、!！"


@dataclass(frozen=True)
class Within:
    """A time inside a text, and the text without it."""

    due: Reading
    left: str


def due(turn: Turn, text: str) -> Reading | None:
    """The time of a text that is about nothing else: "明天9点", "until Friday", "1小时", "2 hours"."""
    for wording in (text, f"{text}后", f"in {text}"):
        found = _reading(turn, wording)
        if found is not None:
            return found
    return None


def only(turn: Turn, text: str) -> Reading | None:
    """The time of a text that is nothing but a time, and lies ahead; else None."""
    found = within(turn, text, ())
    return found.due if found is not None and not found.left.strip(_EDGES) else None


def within(turn: Turn, text: str, names: Sequence[tuple[int, int]]) -> Within | None:
    """The time in a text, and the text without it. `names`: places that are no times.

    An hour of today that has passed is found as well.
    """
    masked = text
    for start, end in names:
        masked = masked[:start] + _MASK * (end - start) + masked[end:]
    found = _reading_of_today(turn, masked)
    return None if found is None else Within(found, _unmasked(found.rest, text, names))


def is_time(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, somebody's name, is rather the month or the weekday: "on May 5", "every Sunday"."""
    if _DOUBTFUL.fullmatch(text[start:end]) is None:
        return False
    return _BEFORE_TIME.search(text[:start]) is not None or _AFTER_MONTH.match(text, end) is not None


def apart(turn: Turn, text: str) -> tuple[str, str]:
    """A text parted into what is no time and what is: "张三 明天" gives ("张三", "明天")."""
    found = _reading(turn, text)
    if found is None:
        return ("", text) if due(turn, text) is not None else (text, "")
    return found.rest.strip(_EDGES), " ".join(text[start:end] for start, end in found.spans)


def offered(turn: Turn) -> tuple[tuple[str, str], ...]:
    """Three times to choose from: what a button says, and how a command says it."""
    return (
        (turn.say(phrases.IN_AN_HOUR), turn.say(phrases.IN_AN_HOUR_TEXT)),
        (turn.say(phrases.TOMORROW), turn.say(phrases.TOMORROW_TEXT)),
        (turn.say(phrases.MONDAY), turn.say(phrases.MONDAY_TEXT)),
    )


def next_like(turn: Turn, at: datetime) -> datetime:
    """The first day from now on at this hour of the viewer's clock."""
    local, now = at.astimezone(turn.zone), turn.now.astimezone(turn.zone)
    today = now.replace(hour=local.hour, minute=local.minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def written(turn: Turn, at: datetime) -> str:
    """A moment so that a command reads it back."""
    return f"{at.astimezone(turn.zone):%Y-%m-%d %H:%M}"


def in_full(turn: Turn, when: Reading | datetime) -> str:
    """The day, the weekday, the clock, the zone, and how far off."""
    return say(when, turn.language, turn.zone, turn.now)


def repeats(turn: Turn, rule: str) -> str:
    """An RRULE in words: "every Monday at 09:00"."""
    return say_rule(rule, turn.language)


def _reading(turn: Turn, text: str) -> Reading | None:
    try:
        return _read(turn, text, turn.now)
    except ImpossibleTime as problem:
        raise _impossible(turn, problem) from None


def _reading_of_today(turn: Turn, text: str) -> Reading | None:
    try:
        return _read(turn, text, turn.now)
    except ImpossibleTime as problem:
        found = _earlier_today(turn, text) if problem.problem == "time_past" else None
        if found is None:
            raise _impossible(turn, problem) from None
        return found


def _earlier_today(turn: Turn, text: str) -> Reading | None:
    midnight = turn.now.astimezone(turn.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        found = _read(turn, text, midnight)
    except ImpossibleTime:
        return None
    return None if found is None or found.rule or found.at > turn.now else found


def _read(turn: Turn, text: str, now: datetime) -> Reading | None:
    return read_strictly(text, now=now.astimezone(turn.zone), country=turn.config.bot.country)


def _impossible(turn: Turn, problem: ImpossibleTime) -> Detour:
    return Detour(Reply(Card(text=problem.sentence(turn.language)), personal=False))


def _unmasked(left: str, text: str, names: Sequence[tuple[int, int]]) -> str:
    """The masked names put back, in order: a reading never takes one of them away."""
    originals = iter([text[start:end] for start, end in sorted(names)])
    return re.sub(f"{_MASK}+", lambda _mask: next(originals, ""), left)
