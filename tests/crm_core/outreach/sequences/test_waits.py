"""When a step is due."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from crm_core.outreach.sequences import waits
from crm_core.outreach.sequences.plans import Unit, Wait

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("wait", "due"),
    [
        (Wait(), "2026-09-24 16:20"),
        (Wait(90, Unit.MINUTES), "2026-09-24 17:50"),
        (Wait(0, Unit.MINUTES, time(10)), "2026-09-25 10:00"),
        (Wait(0, Unit.DAYS, time(18)), "2026-09-24 18:00"),
        (Wait(0, Unit.DAYS, time(10)), "2026-09-25 10:00"),
        (Wait(2, Unit.DAYS), "2026-09-26 16:20"),
        (Wait(2, Unit.DAYS, time(9)), "2026-09-26 09:00"),
        # Mid-Autumn is on Friday 25 September; 1 to 7 October is free, and Saturday 10 October is worked.
        (Wait(1, Unit.WORKDAYS), "2026-09-28 16:20"),
        (Wait(4, Unit.WORKDAYS, time(9)), "2026-10-08 09:00"),
        (Wait(6, Unit.WORKDAYS, time(9)), "2026-10-10 09:00"),
        (Wait(7, Unit.DAY_NUMBER, time(10)), "2026-09-28 10:00"),
        (Wait(2, Unit.DAY_NUMBER), "2026-09-24 16:20"),
    ],
)
def test_a_wait_ends_where_people_would_say(wait: Wait, due: str) -> None:
    entered, since = at("2026-09-22 11:00"), at("2026-09-24 16:20")
    assert waits.due(wait, since=since, entered=entered, zone=SHANGHAI, country="CN") == at(due)


def test_the_wall_is_that_of_the_customer() -> None:
    since = datetime(2026, 3, 6, 20, tzinfo=UTC)
    zone = ZoneInfo("America/New_York")
    due = waits.due(Wait(1, Unit.WORKDAYS, time(10)), since=since, entered=since, zone=zone, country="US")
    assert due == datetime(2026, 3, 9, 14, tzinfo=UTC)
