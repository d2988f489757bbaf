"""What a piece of text says about a time, before it is set against the others.

A pattern finds a piece and a builder gives its `Meaning`; pieces that stand together are merged into one meaning
(`clustering`), which is then resolved against now (`resolving`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Period(StrEnum):
    """A part of the day, for an hour that was said without one."""

    SMALL_HOURS = "small hours"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    DUSK = "dusk"
    EVENING = "evening"
    MIDNIGHT = "midnight"


class Said(StrEnum):
    """How surely an hour was said: with am/pm, as a 24-hour clock shows it, or bare."""

    EXACT = "exact"
    CLOCK = "clock"
    BARE = "bare"


@dataclass(frozen=True)
class Hour:
    hour: int
    minute: int = 0
    said: Said = Said.BARE


@dataclass(frozen=True)
class By:
    """The BY parts of a rule. `weekdays`: MO … SU, with a place in front where one was said (-1FR)."""

    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[str, ...] = ()
    place: int = 0


@dataclass(frozen=True)
class Day:
    """Dates in the order of preference: the first that is still ahead is meant.

    `weekly`: today counts only while its hour is ahead. `today`: today was said. `by`: how it would repeat;
    None when it cannot. `problem`: why there is no such day, a key of `bot/language/problems/times.py`.
    """

    dates: tuple[date, ...]
    weekly: bool = False
    today: bool = False
    by: By | None = None
    problem: str = ""


@dataclass(frozen=True)
class Shift:
    """So far from a day or an hour said elsewhere ("two weeks from", "前三天").

    `unit`: minute, day, month, workday; or weekday, where `amount` (0 = Monday) names the first one to come.
    `start`: days to go before counting.
    """

    amount: int
    unit: str
    start: int = 0


@dataclass(frozen=True)
class Cycle:
    """What repeats. `freq` as in RRULE."""

    freq: str
    interval: int = 1
    by: By = field(default_factory=By)


@dataclass(frozen=True)
class Meaning:
    """Every part may be missing. `weak`: counts only beside something stronger ("morning", 下班)."""

    day: Day | None = None
    period: Period | None = None
    hours: tuple[Hour, ...] = ()
    moment: datetime | None = None
    shift: Shift | None = None
    cycle: Cycle | None = None
    starts: Day | None = None
    until: Day | None = None
    count: int = 0
    deadline: bool = False
    after: bool = False
    weak: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Scene:
    """The text under reading and the moment it is read. `folded` has the positions of `text`."""

    text: str
    folded: str
    now: datetime
    country: str

    @property
    def today(self) -> date:
        return self.now.date()

    def before(self, position: int, width: int = 24) -> str:
        """The folded text just before a position."""
        return self.folded[max(0, position - width) : position]

    def after(self, position: int, width: int = 24) -> str:
        """The folded text just after a position."""
        return self.folded[position : position + width]


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    meaning: Meaning


#: A pattern over folded text, and what its match means; None when it is no time after all.
Matcher = tuple[re.Pattern[str], Callable[[re.Match[str], Scene], Meaning | None]]


def pattern(text: str) -> re.Pattern[str]:
    """A pattern over folded text; spaces and line ends in it are only for the eye, ` ` is written `\\s`."""
    return re.compile(text, re.ASCII | re.VERBOSE)
