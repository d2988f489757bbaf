"""When a task is looked after next: pure functions of its age and `now`."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.outreach import recurrence
from crm_core.outreach.manners import Manners

#: So long after the platform was asked to create a task, one that it does not list is not there.
SETTLED = timedelta(minutes=2)
#: A task that nobody confirmed by then is taken back: its words are old.
END = timedelta(days=7)
#: Whom a member left out when they sent it is not waited for any longer.
LEFT_OUT = timedelta(days=1)
#: A look somebody asks for comes no sooner after the last.
SOONEST = timedelta(minutes=1)

_DAY = timedelta(days=1)
#: Reminders of one task within 24 hours (WeCom, page 97610).
MOST_REMINDERS = 3

#: Younger than this → the distance between two looks.
_LOOKS = (
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(hours=3), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(minutes=30)),
)
_SELDOM = timedelta(hours=3)
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(minutes=10)
_MORNING = 9


def next_look(created_at: datetime, now: datetime, remind_at: datetime | None = None) -> datetime:
    """Often in the first hours, when most members answer; seldom later. When a member is to be reminded, then at least:
    who confirmed meanwhile is not."""
    age = now - created_at
    at = now + next((wait for younger, wait in _LOOKS if age < younger), _SELDOM)
    return at if remind_at is None else min(at, max(remind_at, now + SOONEST))


def after_failure(failures: int, now: datetime) -> datetime:
    """10 s, 20 s … 10 minutes."""
    wait: timedelta = _FIRST_WAIT * 2 ** min(max(failures, 1) - 1, 10)
    return now + min(wait, _LONGEST_WAIT)


def next_morning(now: datetime, timezone: str, manners: Manners, country: str) -> datetime:
    """When the quiet hours end on the next workday of somebody who lives in this zone."""
    zone = ZoneInfo(timezone or manners.timezone)
    day: date = recurrence.add_workdays(now.astimezone(zone).date(), 1, country)
    return datetime.combine(day, time(max(manners.quiet_to, _MORNING)), tzinfo=zone)


def lately(reminders: list[str], now: datetime) -> list[datetime]:
    """The reminders of the last 24 hours."""
    return [at for at in map(datetime.fromisoformat, reminders) if at > now - _DAY]
