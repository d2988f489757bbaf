"""From an hour as it was said to the clock: 3点 is 15:00, 晚上1点 belongs to the next day.

Without am, pm or a part of the day an hour is the one of business: 7 to 11 in the morning, 12 at noon, 1 to 6 in the
afternoon. 7 to 11 mean the evening when no other day was said and the morning has passed. Hours written for a 24-hour
clock (15:30, 09:00, 10:15) are taken as they stand.
"""

from dataclasses import dataclass

from bot.language.times.meaning import Hour, Period, Said


@dataclass(frozen=True, order=True)
class Clock:
    """A time of day, so many days after the day that was said."""

    days: int
    hour: int
    minute: int


DEFAULT = Clock(0, 9, 0)
_OF_PERIODS = {
    Period.SMALL_HOURS: Clock(0, 5, 0),
    Period.MORNING: Clock(0, 9, 0),
    Period.NOON: Clock(0, 12, 0),
    Period.AFTERNOON: Clock(0, 15, 0),
    Period.DUSK: Clock(0, 18, 0),
    Period.EVENING: Clock(0, 20, 0),
    Period.MIDNIGHT: Clock(1, 0, 0),
}


def clocks(hour: Hour | None, period: Period | None) -> tuple[Clock, ...]:
    """What was meant first, then what may be meant when that has passed; empty when nothing was said."""
    if hour is None:
        return (_OF_PERIODS[period],) if period else ()
    late = period in (Period.EVENING, Period.MIDNIGHT)
    if hour.hour % 24 == 0 and (late or hour.hour == 24):
        return (Clock(1, 0, hour.minute),)
    if hour.said == Said.EXACT or hour.hour > 12:
        return (Clock(0, hour.hour, hour.minute),)
    if period:
        return (_in_period(hour, period),)
    if hour.said == Said.CLOCK:
        return (Clock(0, hour.hour, hour.minute),)
    return _bare(hour)


def _in_period(hour: Hour, period: Period) -> Clock:
    value = hour.hour
    if period == Period.SMALL_HOURS:
        return Clock(0, value % 12, hour.minute)
    if period in (Period.EVENING, Period.MIDNIGHT):
        return _at_night(hour)
    if period == Period.MORNING or value == 12:
        return Clock(0, value, hour.minute)
    if period == Period.NOON and value >= 10:
        return Clock(0, value, hour.minute)
    return Clock(0, value + 12, hour.minute)


def _at_night(hour: Hour) -> Clock:
    """From 5 on it is the evening; 12 and the hours after it are the next day's."""
    if hour.hour == 12:
        return Clock(1, 0, hour.minute)
    return Clock(0, hour.hour + 12, hour.minute) if hour.hour >= 5 else Clock(1, hour.hour, hour.minute)


def _bare(hour: Hour) -> tuple[Clock, ...]:
    if hour.hour <= 6:
        return (Clock(0, hour.hour + 12, hour.minute),)
    morning = Clock(0, hour.hour, hour.minute)
    return (morning, Clock(0, hour.hour + 12, hour.minute)) if hour.hour < 12 else (morning,)
