"""Time during which people work: pure functions of two moments, a zone and a country's calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.outreach import recurrence

_DAY = timedelta(days=1)
_NONE = timedelta()


@dataclass(frozen=True)
class Hours:
    """A working day is from `begin` until before `end`, whole hours of the wall clock."""

    begin: int = 9
    end: int = 18


def between(start: datetime, end: datetime, *, zone: ZoneInfo, country: str, hours: Hours) -> timedelta:
    """How long people worked from the one moment to the other."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    worked = _NONE
    while day <= last:
        if recurrence.is_workday(day, country):
            opened, closed = _at(day, hours.begin, zone), _at(day, hours.end, zone)
            worked += max(_NONE, min(end, closed) - max(start, opened))
        day += _DAY
    return worked


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """24 is the midnight after the day."""
    return datetime.combine(day + (_DAY if hour == 24 else _NONE), time(hour % 24), tzinfo=zone)
