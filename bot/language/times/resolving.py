"""A meaning set against now: the moment, or the rule and the first moment it falls on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.language.times import hours, reckoning, rules, shifts
from bot.language.times.hours import Clock
from bot.language.times.impossible import ImpossibleTime
from bot.language.times.meaning import Cycle, Day, Meaning, Scene

_SHORT = {"HOURLY": 60, "MINUTELY": 1}


@dataclass(frozen=True)
class Resolved:
    at: datetime
    date_only: bool
    rule: str = ""
    deadline: bool = False
    workdays: bool = False


def resolve(meaning: Meaning, scene: Scene, said: str) -> Resolved:
    """The time meant. Raises ImpossibleTime; `said` is what it quotes."""
    problem = meaning.problem or (meaning.day.problem if meaning.day else "")
    if problem:
        raise ImpossibleTime(problem, said=said)
    if meaning.cycle:
        return _recurring(meaning, meaning.cycle, scene, said)
    found = _shifted(meaning.moment or _single(meaning, scene), meaning)
    if found is None or not (_ahead(found, scene) or _is_today(found, meaning, scene)):
        raise ImpossibleTime("time_past", said=said)
    date_only = not (meaning.moment or meaning.hours or meaning.period)
    return Resolved(found, date_only, deadline=meaning.deadline)


def _shifted(moment: datetime | None, meaning: Meaning) -> datetime | None:
    """An hour before noon, 半小时 after something."""
    if moment is None or meaning.shift is None or meaning.shift.unit != "minute":
        return moment
    later = moment.astimezone(UTC) + timedelta(minutes=meaning.shift.amount)
    return later.astimezone(moment.tzinfo)


def _is_today(moment: datetime, meaning: Meaning, scene: Scene) -> bool:
    return moment.date() == scene.today and not (meaning.moment or meaning.hours or meaning.period)


def _single(meaning: Meaning, scene: Scene) -> datetime | None:
    """The first moment that is still ahead; None when all have passed."""
    hour = meaning.hours[0] if meaning.hours else None
    clocks = hours.clocks(hour, meaning.period)
    if meaning.day is None:
        yesterday = scene.today - timedelta(days=1)
        return _first(((yesterday + timedelta(days=n), clock) for n in range(3) for clock in clocks), scene)
    days = _days(meaning, meaning.day, scene)
    if not clocks:
        return _first_day(meaning.day, days, scene)
    likely = clocks if meaning.day.today else clocks[:1]
    return _first(((day, clock) for day in days for clock in likely), scene)


def _days(meaning: Meaning, day: Day, scene: Scene) -> list[date]:
    """The dates of a day, moved by what was said about it ("two weeks from", "after")."""
    days = list(day.dates)
    if meaning.shift:
        days = [shifts.shifted(each, meaning.shift, scene.country) for each in days]
    if meaning.after and not meaning.hours:
        days = [_after(each, day) for each in days]
    return days


def _after(date: date, day: Day) -> date:
    if day.by and day.by.weekdays == ("SA", "SU"):
        return reckoning.monday_of(date) + timedelta(days=7)
    return date + timedelta(days=1)


def _first_day(day: Day, days: list[date], scene: Scene) -> datetime | None:
    """A day alone: today is never over, unless it is only one of the weekdays."""
    for each in days:
        at = _at(each, hours.DEFAULT, scene)
        if _ahead(at, scene) or (each == scene.today and not day.weekly):
            return at
    return None


def _first(choices: Iterable[tuple[date, Clock]], scene: Scene) -> datetime | None:
    moments = (_at(day, clock, scene) for day, clock in choices)
    return next((moment for moment in moments if _ahead(moment, scene)), None)


def _at(day: date, clock: Clock, scene: Scene) -> datetime:
    """The moment on the wall clock; one that a change of the clocks leaves out moves on by the hour left out."""
    wall = datetime.combine(day + timedelta(days=clock.days), time(clock.hour, clock.minute), scene.now.tzinfo)
    return wall.astimezone(UTC).astimezone(scene.now.tzinfo)


def _ahead(moment: datetime, scene: Scene) -> bool:
    return moment.astimezone(UTC) > scene.now.astimezone(UTC)


def _recurring(meaning: Meaning, cycle: Cycle, scene: Scene, said: str) -> Resolved:
    until = _bound(meaning.until, scene)
    clocks = _clocks(meaning, cycle)
    at = _first_of(meaning, cycle, clocks, scene)
    if at is None or (until and at.date() > until):
        raise ImpossibleTime("rule_never", said=said)
    rule = rules.spell(cycle, tuple((clock.hour, clock.minute) for clock in clocks), until, meaning.count)
    workdays = cycle.by.weekdays == reckoning.WORKWEEK
    return Resolved(at, not clocks and cycle.freq not in _SHORT, rule, workdays=workdays)


def _clocks(meaning: Meaning, cycle: Cycle) -> tuple[Clock, ...]:
    if cycle.freq in _SHORT:
        return ()
    if not meaning.hours:
        return hours.clocks(None, meaning.period)
    return tuple(hours.clocks(hour, meaning.period)[0] for hour in meaning.hours)


def _bound(day: Day | None, scene: Scene) -> date | None:
    """The last day of a rule, or the first one it may start on."""
    if day is None or not day.dates:
        return None
    return next((each for each in day.dates if each >= scene.today), day.dates[-1])


def _first_of(meaning: Meaning, cycle: Cycle, clocks: tuple[Clock, ...], scene: Scene) -> datetime | None:
    start = _bound(meaning.starts, scene)
    if cycle.freq in _SHORT and start is None:
        minutes = cycle.interval * _SHORT[cycle.freq]
        later = scene.now.astimezone(UTC) + timedelta(minutes=minutes)
        return later.astimezone(scene.now.tzinfo).replace(microsecond=0)
    of_day = sorted(Clock(0, clock.hour, clock.minute) for clock in clocks or (hours.DEFAULT,))
    days = rules.days_of(cycle, max(start or scene.today, scene.today), scene.country)
    return _first(((day, clock) for day in days for clock in of_day), scene)
