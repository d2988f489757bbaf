"""Working days of a country: the statutory calendar, make-up workdays included. It is loaded when one is asked for."""

from datetime import date, timedelta


def is_workday(day: date, country: str) -> bool:
    """Whether people work on that day."""
    from crm_core.outreach import recurrence

    return recurrence.is_workday(day, country)


def add_workdays(day: date, count: int, country: str) -> date:
    """The count-th working day after (or, when negative, before) a day."""
    from crm_core.outreach import recurrence

    return recurrence.add_workdays(day, count, country)


def first_after_holiday(day: date, country: str) -> date:
    """The first day after the run of free days that a day stands in."""
    day += timedelta(days=1)
    while not is_workday(day, country):
        day += timedelta(days=1)
    return day


def next_holiday(day: date, country: str) -> date | None:
    """The next free Monday to Friday on or after a day; None in a country without any."""
    later = (day + timedelta(days=n) for n in range(400))
    return next((each for each in later if each.weekday() < 5 and not is_workday(each, country)), None)


def workday_of_month(year: int, month: int, place: int, country: str) -> date:
    """The place-th working day of a month, from its end when negative."""
    if place > 0:
        return add_workdays(date(year, month, 1) - timedelta(days=1), place, country)
    following = date(year + month // 12, month % 12 + 1, 1)
    return add_workdays(following, place, country)
