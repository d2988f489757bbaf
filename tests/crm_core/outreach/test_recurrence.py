"""Repeating: wall time, clocks that change, month ends, and the days people work."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.errors import Invalid
from crm_core.outreach import recurrence

SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def upcoming(rule: str, start: str, zone: str, times: int, country: str = "CN") -> list[str]:
    """The start and the occurrences after it, as read on the wall."""
    first = moment = local(start, zone)
    found = []
    for _ in range(times):
        later = recurrence.next_after(rule, first, moment, zone, country)
        if later is None:
            break
        moment = later
        found.append(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}")
    return found


def test_nine_o_clock_stays_nine_when_the_clocks_change() -> None:
    rule = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"
    assert upcoming(rule, "2026-03-06T09:00", NEW_YORK, 3) == [
        "2026-03-07 09:00",
        "2026-03-08 09:00",
        "2026-03-09 09:00",
    ]
    assert upcoming(rule, "2026-10-30T09:00", NEW_YORK, 3) == [
        "2026-10-31 09:00",
        "2026-11-01 09:00",
        "2026-11-02 09:00",
    ]


def test_an_hour_the_clocks_skip_moves_forward() -> None:
    rule = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"
    assert upcoming(rule, "2026-03-07T02:30", NEW_YORK, 2) == ["2026-03-08 03:30", "2026-03-09 02:30"]


def test_an_hour_the_clocks_repeat_comes_once() -> None:
    rule = "FREQ=DAILY;BYHOUR=1;BYMINUTE=30"
    start = local("2026-10-31T01:30", NEW_YORK)
    first = recurrence.next_after(rule, start, start, NEW_YORK, "US")
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert recurrence.next_after(rule, start, first, NEW_YORK, "US") == local("2026-11-02T01:30", NEW_YORK)


def test_every_two_hours_is_two_hours_of_elapsed_time() -> None:
    start = local("2026-11-01T00:30", NEW_YORK)
    moment = start
    for _ in range(4):
        later = recurrence.next_after("FREQ=HOURLY;INTERVAL=2", start, moment, NEW_YORK, "US")
        assert later is not None
        assert later - moment == timedelta(hours=2)
        moment = later


def test_a_month_without_that_day_is_left_out() -> None:
    assert upcoming("FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=9;BYMINUTE=0", "2026-01-31T09:00", SHANGHAI, 3) == [
        "2026-03-31 09:00",
        "2026-05-31 09:00",
        "2026-07-31 09:00",
    ]


def test_the_last_day_of_a_month_is_its_last_day() -> None:
    assert upcoming("FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=17;BYMINUTE=0", "2027-12-31T17:00", SHANGHAI, 3) == [
        "2028-01-31 17:00",
        "2028-02-29 17:00",
        "2028-03-31 17:00",
    ]


def test_the_start_gives_the_time_and_the_phase() -> None:
    assert upcoming("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-11-18T10:00", SHANGHAI, 2) == [
        "2026-12-02 10:00",
        "2026-12-16 10:00",
    ]


def test_a_weekday_rule_follows_the_golden_week_and_its_make_up_saturday() -> None:
    assert upcoming(WORKDAYS, "2026-09-29T09:00", SHANGHAI, 5) == [
        "2026-09-30 09:00",
        "2026-10-08 09:00",
        "2026-10-09 09:00",
        "2026-10-10 09:00",
        "2026-10-12 09:00",
    ]


def test_a_weekday_rule_elsewhere_is_monday_to_friday() -> None:
    assert upcoming(WORKDAYS, "2026-10-01T09:00", SHANGHAI, 3, country="") == [
        "2026-10-02 09:00",
        "2026-10-05 09:00",
        "2026-10-06 09:00",
    ]


def test_a_weekday_rule_counts_workdays_only() -> None:
    rule = WORKDAYS + ";COUNT=3"
    assert upcoming(rule, "2026-09-30T09:00", SHANGHAI, 9) == ["2026-10-08 09:00", "2026-10-09 09:00"]


def test_days_people_work() -> None:
    assert recurrence.is_workday(date(2026, 10, 10), "CN")
    assert not recurrence.is_workday(date(2026, 10, 1), "CN")
    assert recurrence.is_workday(date(2026, 10, 1), "")
    assert not recurrence.is_workday(date(2026, 10, 10), "")
    assert recurrence.is_workday(date(2150, 6, 1), "CN")
    assert not recurrence.is_workday(date(2150, 6, 6), "CN")


def test_workdays_are_counted_in_both_directions() -> None:
    assert recurrence.add_workdays(date(2026, 9, 30), 3, "CN") == date(2026, 10, 10)
    assert recurrence.add_workdays(date(2026, 10, 8), -1, "CN") == date(2026, 9, 30)
    assert recurrence.add_workdays(date(2026, 10, 3), 0, "CN") == date(2026, 10, 3)


@pytest.mark.parametrize(
    ("ending", "last"), [("UNTIL=20261120", "2026-11-20 08:30"), ("UNTIL=20261120T003000Z", "2026-11-20 08:30")]
)
def test_a_rule_ends(ending: str, last: str) -> None:
    rule = f"FREQ=DAILY;BYHOUR=8;BYMINUTE=30;{ending}"
    assert upcoming(rule, "2026-11-18T08:30", SHANGHAI, 9)[-1] == last


def test_what_was_missed_is_known() -> None:
    start = local("2026-11-18T09:00", SHANGHAI)
    until = local("2026-11-21T12:00", SHANGHAI)
    assert len(recurrence.missed("FREQ=DAILY", start, start, SHANGHAI, "CN", until=until)) == 3


@pytest.mark.parametrize("rule", ["", "EVERY DAY", "FREQ=SOMETIMES", "FREQ=DAILY;BYHOUR=99", "FREQ=DAILY;INTERVAL=0"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(Invalid, match="recurrence_invalid"):
        recurrence.check(rule)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY;BYMINUTE=0,1"])
def test_a_rule_that_never_rests_is_refused(rule: str) -> None:
    with pytest.raises(Invalid, match="recurrence_too_often"):
        recurrence.check(rule)


def test_a_rule_that_never_comes_true_just_ends() -> None:
    assert upcoming("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "2026-11-18T09:00", SHANGHAI, 1) == []


@pytest.mark.parametrize(
    "rule", ["FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;BYSETPOS=400", "FREQ=HOURLY;BYDAY=MO"]
)
def test_steps_of_hours_and_minutes_take_no_days(rule: str) -> None:
    with pytest.raises(Invalid, match="recurrence_invalid"):
        recurrence.check(rule)
