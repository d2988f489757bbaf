"""Days written in figures: 12/8, 2026-12-25T15:00Z, 20261225."""

import re
from datetime import UTC, datetime, timedelta, timezone

from bot.language.times import reckoning
from bot.language.times.dates import NO_SUCH_DAY, month_day
from bot.language.times.meaning import Day, Hour, Matcher, Meaning, Said, Scene, pattern


def _iso(match: re.Match[str], scene: Scene) -> Meaning | None:
    found = reckoning.day_in(int(match["year"]), int(match["month"]), int(match["day"]))
    if found is None:
        return Meaning(day=NO_SUCH_DAY)
    if match["hour"] is None:
        return Meaning(day=Day((found,)))
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        return Meaning(problem="hour_impossible")
    if match["offset"]:
        return Meaning(
            moment=_in_zone(datetime(*found.timetuple()[:3], hour, minute, tzinfo=_zone(match["offset"])), scene)
        )
    return Meaning(day=Day((found,)), hours=(Hour(hour, minute, Said.EXACT),))


def _zone(offset: str) -> timezone:
    if offset == "z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    distance = timedelta(hours=min(hours, 23), minutes=min(minutes, 59))
    return timezone(-distance if offset[0] == "-" else distance)


def _in_zone(moment: datetime, scene: Scene) -> datetime:
    return moment.astimezone(scene.now.tzinfo)


def _compact(match: re.Match[str], _: Scene) -> Meaning | None:
    found = reckoning.day_in(int(match["year"]), int(match["month"]), int(match["day"]))
    return Meaning(day=Day((found,))) if found else None


def _numeric(match: re.Match[str], scene: Scene) -> Meaning | None:
    month, day = int(match["first"]), int(match["second"])
    if month > 12 >= day:
        month, day = day, month
    year = int(match["year"]) if match["year"] else None
    if year is not None and year < 100:
        year += 2000
    found = month_day(month, day, year, scene)
    return Meaning(day=found) if not found.problem or year is not None else None


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            r"(?<![\w#/.-])(?P<year>(?:19|20)\d\d)(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?"
            r"![\d/-]|\.\d)"
            r"(?:(?:t|\s+)(?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d(?:\.\d{1,9})?)?(?!:|\d"
            r"|\s?[ap]\.?m)\s?(?P<offset>z\b|[+-]\d\d:?\d\d)?)?"
        ),
        _iso,
    ),
    (
        pattern(r"(?<![\w#.-])(?<!单号)(?<!编号)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?![\w-]|\.\d)"),
        _compact,
    ),
    (
        pattern(
            r"(?<![\w/.#$¥€£-])(?!24/7)(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>(?:19|20)?\d\d))?"
            r"(?![\w/%-]|\.\d|\s?(?:of|off|price|cup|inch|day)\b|的|份|成|杯|股|英寸|寸|折)"
        ),
        _numeric,
    ),
    (
        pattern(r"(?<![\w/.#-])(?P<first>\d{1,2})-(?P<second>\d{1,2})-(?P<year>20\d\d)(?![\w/-])"),
        _numeric,
    ),
    (
        pattern(
            r"(?<![\w/.#$¥€£-])(?P<first>0\d|1[0-2])-(?P<second>[0-2]\d|3[01])(?P<year>)(?![\w/%-]|\.\d|[个天元人件])"
        ),
        _numeric,
    ),
)
