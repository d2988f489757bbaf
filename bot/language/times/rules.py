"""Recurrence rules: their spelling (RRULE, in local wall time) and the first day they fall on."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.language.times import reckoning, workdays
from bot.language.times.meaning import By, Cycle

#: Eight years and a day hold every February 29.
_HORIZON = 366 * 8 + 1


def spell(cycle: Cycle, hours: tuple[tuple[int, int], ...], until: date | None, count: int) -> str:
    """The rule. Hours that differ in their minutes cannot stand in one rule: the first minute counts for all."""
    by = cycle.by
    parts = [f"FREQ={cycle.freq}"]
    parts += [f"INTERVAL={cycle.interval}"] * (cycle.interval > 1)
    parts += [f"COUNT={count}"] * bool(count)
    if until and not count:
        parts.append(f"UNTIL={until:%Y%m%d}T235959")
    parts += _listed("BYMONTH", by.months) + _listed("BYMONTHDAY", by.monthdays) + _listed("BYDAY", by.weekdays)
    parts += [f"BYSETPOS={by.place}"] * bool(by.place)
    if hours:
        same = sorted({hour for hour, minute in hours if minute == hours[0][1]})
        parts += [*_listed("BYHOUR", tuple(same)), f"BYMINUTE={hours[0][1]}"]
    return ";".join(parts)


def _listed(name: str, values: tuple[int, ...] | tuple[str, ...]) -> list[str]:
    return [f"{name}={','.join(map(str, values))}"] if values else []


def days_of(cycle: Cycle, start: date, country: str) -> Iterator[date]:
    """The days of a rule from a start on, its interval left out: the first one is where the interval counts from."""
    if cycle.by == By():
        yield start
        yield _one_on(cycle, start)
        return
    for distance in range(_HORIZON):
        day = start + timedelta(days=distance)
        if _falls_on(cycle.by, day, country):
            yield day


def _one_on(cycle: Cycle, start: date) -> date:
    months = {"MONTHLY": cycle.interval, "YEARLY": 12 * cycle.interval}.get(cycle.freq)
    if months:
        return reckoning.months_from(start, months)
    return start + timedelta(days=cycle.interval * (7 if cycle.freq == "WEEKLY" else 1))


def _falls_on(by: By, day: date, country: str) -> bool:
    if by.months and day.month not in by.months:
        return False
    if by.monthdays and not _is_monthday(by.monthdays, day):
        return False
    if by.weekdays == reckoning.WORKWEEK:
        return _is_placed_workday(by.place, day, country) if by.place else workdays.is_workday(day, country)
    return not by.weekdays or any(_is_weekday(each, day) for each in by.weekdays)


def _is_monthday(monthdays: tuple[int, ...], day: date) -> bool:
    length = reckoning.month_end(day.year, day.month).day
    return day.day in monthdays or day.day - length - 1 in monthdays


def _is_placed_workday(place: int, day: date, country: str) -> bool:
    return day == workdays.workday_of_month(day.year, day.month, place, country)


def _is_weekday(said: str, day: date) -> bool:
    """MO, 1MO, -1FR."""
    if said[-2:] != reckoning.WEEKDAYS[day.weekday()]:
        return False
    place = int(said[:-2] or 0)
    return not place or day == reckoning.nth_weekday(day.year, day.month, place, day.weekday())
