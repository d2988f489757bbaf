"""Plain arithmetic of the calendar."""

from calendar import monthrange
from datetime import date, timedelta

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKWEEK = WEEKDAYS[:5]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def months_from(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month."""
    year, month = month_of(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_of(day: date, months: int = 0) -> tuple[int, int]:
    """Year and month, so many months on."""
    count = day.year * 12 + day.month - 1 + months
    return count // 12, count % 12 + 1


def day_in(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has none. Negative days count from the end of the month."""
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if day < 0:
        day = length + 1 + day
    return date(year, month, day) if 1 <= day <= length else None


def nth_weekday(year: int, month: int, place: int, weekday: int) -> date | None:
    """The place-th weekday (0 = Monday) of a month, from the end when negative; None when the month has none."""
    if place < 0:
        last = month_end(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7 - 7 * (place + 1))
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))
    return found if found.month == month else None


def quarter_start(day: date, quarters: int = 0) -> date:
    """The first day of the quarter, so many quarters on."""
    year, month = month_of(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3 * quarters)
    return date(year, month, 1)


def quarter_end(day: date, quarters: int = 0) -> date:
    """The last day of the quarter, so many quarters on."""
    return quarter_start(day, quarters + 1) - timedelta(days=1)
