"""The reading of a text's time.

A text is folded, scanned for pieces, the pieces are merged, and the strongest of them is resolved against now. Where
two different times stand in a text, the one with a rule, a moment, a day and an hour counts before the one with less,
the earlier before the later, and a time that only describes a thing ("周五的会议") after any other.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.language.times import clustering, resolving, titles
from bot.language.times.clustering import Cluster
from bot.language.times.folding import fold
from bot.language.times.impossible import ImpossibleTime
from bot.language.times.meaning import Meaning, Scene
from bot.language.times.scanning import scan

#: Times beyond this many characters of a text are not looked for.
LONGEST = 1000
_FIRST_YEAR, _LAST_YEAR = 1950, 2150


@dataclass(frozen=True)
class Reading:
    """A time as it was meant.

    `at`: aware, in the zone of the `now` it was read at; for a rule the first moment it falls on. `date_only`: no
    time of day was said, and `at` is at 9:00 of the day. `rule`: an RRULE in local wall time, or "". `deadline`: by
    then, not then. `spans`: where in the text the time stands. `rest`: the text without it. `workdays`: the rule
    keeps to the working days of the country's statutory calendar.
    """

    at: datetime
    date_only: bool
    rule: str = ""
    deadline: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    rest: str = ""
    workdays: bool = False

    @property
    def has_time(self) -> bool:
        """Whether a time of day was said."""
        return not self.date_only


def read(text: str, *, now: datetime, country: str = "CN") -> Reading | None:
    """The time in a text, or None when there is none or an impossible one (`read_strictly` tells them apart).

    `now` is aware and in the person's zone; `country` (ISO 3166) gives the holidays and working days.
    """
    try:
        return read_strictly(text, now=now, country=country)
    except ImpossibleTime:
        return None


def read_strictly(text: str, *, now: datetime, country: str = "CN") -> Reading | None:
    """As `read`, but a time that cannot be (2月31日, 25点, yesterday) raises ImpossibleTime with the mend."""
    head = text[:LONGEST]
    if now.tzinfo is None or not _FIRST_YEAR < now.year < _LAST_YEAR:
        raise ValueError("now is aware and of this age")
    scene = Scene(head, fold(head), now, country)
    found = clustering.clusters(scene, scan(scene))
    chosen = _strongest(found, scene.today)
    if chosen is None:
        return None
    meaning, used = _completed(chosen, found)
    spans = tuple(sorted(part for each in used for part in each.parts))
    said = " ".join(head[start:end].strip() for start, end in spans)
    resolved = resolving.resolve(meaning, scene, said)
    rest = _rest(head, chosen, used) + text[LONGEST:]
    return Reading(
        resolved.at, resolved.date_only, resolved.rule, resolved.deadline, spans, rest, workdays=resolved.workdays
    )


def output(reading: Reading) -> str:
    """The reading in one word: an RRULE, an ISO date, or YYYY-MM-DDTHH:MM on the clock of its zone."""
    if reading.rule:
        return reading.rule
    return f"{reading.at:%Y-%m-%d}" if reading.date_only else f"{reading.at:%Y-%m-%dT%H:%M}"


def _strongest(found: list[Cluster], today: date) -> Cluster | None:
    best: Cluster | None = None
    for each in found:
        strength = _strength(each, today)
        if strength > 0 and (best is None or strength > _strength(best, today)):
            best = each
    return best


def _strength(cluster: Cluster, today: date) -> float:
    meaning = cluster.meaning
    if meaning.weak:
        return 0
    if meaning.day and meaning.day.dates and max(meaning.day.dates) < today and not meaning.cycle:
        return 0 if cluster.attributive else 0.5
    strength = 8 * bool(meaning.cycle) + 6 * bool(meaning.moment) + 4 * bool(meaning.day)
    strength += 3 * bool(meaning.hours or meaning.problem) + bool(meaning.period)
    return max(strength - 3 * cluster.attributive, min(strength, 0.75))


def _completed(chosen: Cluster, found: list[Cluster]) -> tuple[Meaning, list[Cluster]]:
    """The day said here and the hour said there: "call Bob tomorrow … at 3pm"."""
    meaning, used = chosen.meaning, [chosen]
    for each in found:
        if each is not chosen and not each.attributive and _completes(meaning, each.meaning):
            merged = clustering.merge(meaning, each.meaning)
            if merged is not None:
                meaning, used = merged, [*used, each]
    return meaning, used


def _completes(meaning: Meaning, other: Meaning) -> bool:
    if meaning.cycle and (other.count or other.until):
        return True
    if other.weak or other.problem or other.moment or other.cycle:
        return False
    if other.day:
        return not meaning.day and not meaning.moment and not other.hours
    return not meaning.hours and not meaning.moment


def _rest(text: str, chosen: Cluster, used: list[Cluster]) -> str:
    """A time that describes a thing stays with it: "准备周五的会议"."""
    places = [part for each in used for part in each.parts]
    if chosen.attributive and titles.tidy(text[: chosen.start]):
        return titles.tidy(text)
    return titles.tidy(titles.without(text, places)).removeprefix("的")
