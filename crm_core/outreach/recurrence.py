"""When something that repeats happens next, in the wall time of a person.

A rule is an RRULE (RFC 5545) without its prefix. Times of day are those on the person's wall, so "every day at nine"
stays at nine when the clocks change: an hour the clocks skip moves forward by the change, an hour they repeat counts
once. Steps shorter than a day are elapsed time. A weekly rule over exactly Monday to Friday means workdays: it follows
the statutory calendar of the country, make-up workdays included.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count, islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import holidays
from dateutil.rrule import rrule, rrulestr

from crm_core.errors import Invalid

_WORKWEEK = frozenset({"MO", "TU", "WE", "TH", "FR"})
_STEPS = {"HOURLY": timedelta(hours=1), "MINUTELY": timedelta(minutes=1)}
_SHORTEST = timedelta(minutes=5)
_HORIZON = timedelta(days=366 * 12)
_DAY = timedelta(days=1)


def check(rule: str) -> None:
    """Raise `Invalid` unless the rule can be read and does not repeat more often than every five minutes."""
    parts = _parts(rule)
    if parts["FREQ"] == "SECONDLY":
        raise Invalid("recurrence_too_often")
    if parts["FREQ"] in _STEPS and any(name.startswith("BY") and name != "BYMINUTE" for name in parts):
        raise Invalid("recurrence_invalid")  # one that never comes true would be searched for very long
    start = datetime(2026, 1, 1, tzinfo=UTC)
    sample = list(islice(_after(rule, start, start, "UTC", ""), 20))
    if any(later - earlier < _SHORTEST for earlier, later in pairwise(sample)):
        raise Invalid("recurrence_too_often")


def next_after(rule: str, start: datetime, after: datetime, timezone: str, country: str) -> datetime | None:
    """The first occurrence later than `after`, in UTC; None when the rule has ended.

    `start` is the first occurrence: it gives the time of day and the phase where the rule does not. Raises `Invalid`
    for a rule that cannot be read.
    """
    return next(_after(rule, start, after, timezone, country), None)


def missed(
    rule: str, start: datetime, after: datetime, timezone: str, country: str, *, until: datetime
) -> list[datetime]:
    """The occurrences later than `after`, up to and including `until`; the last 1,000 if there are more."""
    found = list(takewhile(lambda moment: moment <= until, _after(rule, start, after, timezone, country)))
    return found[-1000:]


def is_workday(day: date, country: str) -> bool:
    """Whether people work on this day. A country or year nobody has published falls back to Monday to Friday."""
    calendar = _calendar(country, day.year)
    return day.weekday() < 5 if calendar is None else bool(calendar.is_working_day(day))


def add_workdays(day: date, n: int, country: str) -> date:
    """The n-th workday after this day; before it for a negative n."""
    step = _DAY if n >= 0 else -_DAY
    for _ in range(abs(n)):
        day += step
        while not is_workday(day, country):
            day += step
    return day


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> holidays.HolidayBase | None:
    try:
        calendar = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return None
    return calendar if calendar.start_year <= year <= calendar.end_year else None


def _after(rule: str, start: datetime, after: datetime, timezone: str, country: str) -> Iterator[datetime]:
    parts = _parts(rule)
    zone = ZoneInfo(timezone)
    try:
        if _is_stepped(parts):
            found = _stepped(parts, start, after, zone)
        elif _means_workdays(parts):
            found = _on_workdays(parts, start, after, zone, country)
        else:
            found = _on_wall(parts, start, after, zone)
        for moment in found:
            if moment > after:
                yield moment
    except (ValueError, TypeError, OverflowError):
        raise Invalid("recurrence_invalid") from None


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in rule.strip().upper().removeprefix("RRULE:").split(";") if part]
    parts = {name: value for name, _, value in pairs}
    numbers = [parts.get(name, "1") for name in ("INTERVAL", "COUNT")]
    if "FREQ" not in parts or not all(number.isdecimal() and 0 < int(number) < 10_000 for number in numbers):
        raise Invalid("recurrence_invalid")
    return parts


def _counted(parts: dict[str, str], moments: Iterable[datetime]) -> Iterator[datetime]:
    return islice(moments, int(parts["COUNT"]) if "COUNT" in parts else None)


def _is_stepped(parts: dict[str, str]) -> bool:
    return parts["FREQ"] in _STEPS and not any(name.startswith("BY") for name in parts)


def _stepped(parts: dict[str, str], start: datetime, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    step = _STEPS[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))
    first = max(0, (after - start) // step)
    until = _until(parts, zone)
    for number in range(first, int(parts["COUNT"])) if "COUNT" in parts else count(first):
        moment = start + step * number
        if until is not None and moment > _from_wall(until, zone):
            return
        yield moment


def _means_workdays(parts: dict[str, str]) -> bool:
    every_week = parts["FREQ"] in {"WEEKLY", "DAILY"} and int(parts.get("INTERVAL", "1")) == 1
    return every_week and set(parts.get("BYDAY", "").split(",")) == _WORKWEEK


def _on_workdays(
    parts: dict[str, str], start: datetime, after: datetime, zone: ZoneInfo, country: str
) -> Iterator[datetime]:
    daily = {**parts, "FREQ": "DAILY"}
    del daily["BYDAY"]
    working = (day for day in _walls(daily, start, after, zone) if is_workday(day.date(), country))
    return (_from_wall(day, zone) for day in _counted(parts, working))


def _on_wall(parts: dict[str, str], start: datetime, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    return (_from_wall(wall, zone) for wall in _counted(parts, _walls(parts, start, after, zone)))


def _walls(parts: dict[str, str], start: datetime, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The occurrences in wall time: from the first one where they are counted, else from shortly before `after`.

    They end at a horizon, so that a rule that never comes true is not searched for ever.
    """
    begin, horizon = _wall(start, zone).replace(microsecond=0), _wall(max(after, start) + _HORIZON, zone)
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name not in {"UNTIL", "COUNT"})
    rule = rrulestr(text, dtstart=begin)
    if not isinstance(rule, rrule):
        raise Invalid("recurrence_invalid")
    rule = rule.replace(until=min(_until(parts, zone) or horizon, horizon))
    return iter(rule) if "COUNT" in parts else rule.xafter(max(begin, _wall(after, zone) - _DAY), inc=True)


def _until(parts: dict[str, str], zone: ZoneInfo) -> datetime | None:
    text = parts.get("UNTIL")
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return _wall(moment, zone)
    return moment + _DAY - timedelta(seconds=1) if len(text) == 8 else moment


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _from_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)
