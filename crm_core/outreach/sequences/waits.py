"""When a step is due: pure functions of a wait, the moment it counts from, and the wall of the customer."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.outreach import recurrence
from crm_core.outreach.sequences.plans import Unit, Wait

_DAY = timedelta(days=1)
_ELAPSED = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


def due(wait: Wait, *, since: datetime, entered: datetime, zone: ZoneInfo, country: str) -> datetime:
    """Never before `since`, the end of the step before it. Workdays are those of the country's calendar; days and
    workdays keep the time of day unless another one is asked for."""
    if wait.unit in _ELAPSED:
        return _from(since + wait.count * _ELAPSED[wait.unit], wait.at, zone)
    local = since.astimezone(zone)
    day = _day(wait, local.date(), entered.astimezone(zone).date(), country)
    moment = _moment(day, wait.at or local.time(), zone, like=since)
    if moment >= since:
        return moment
    return since if wait.unit is Unit.DAY_NUMBER else _from(since, wait.at, zone)


def _day(wait: Wait, today: date, first: date, country: str) -> date:
    if wait.unit is Unit.DAY_NUMBER:
        return first + (wait.count - 1) * _DAY
    if wait.unit is Unit.WORKDAYS:
        return recurrence.add_workdays(today, wait.count, country)
    return today + wait.count * _DAY


def _from(moment: datetime, at: time | None, zone: ZoneInfo) -> datetime:
    """The first time this hour strikes from the moment on."""
    if at is None:
        return moment
    day = moment.astimezone(zone).date()
    today = _moment(day, at, zone, like=moment)
    return today if today >= moment else _moment(day + _DAY, at, zone, like=moment)


def _moment(day: date, at: time, zone: ZoneInfo, *, like: datetime) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(like.tzinfo)
