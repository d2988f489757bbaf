"""A moment as people say it in a list: "today 15:00", 明天 09:00, "Fri 20 Nov 15:00"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.language import noun
from bot.language.phrase import Phrase

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = {
    -1: Phrase(zh="昨天 {clock}", en="yesterday {clock}"),
    0: Phrase(zh="今天 {clock}", en="today {clock}"),
    1: Phrase(zh="明天 {clock}", en="tomorrow {clock}"),
}
_DAY = Phrase(zh="{month}月{day}日 周{weekday} {clock}", en="{weekday} {day} {month} {clock}")
_YEAR = Phrase(zh="{year}年{month}月{day}日 周{weekday} {clock}", en="{weekday} {day} {month} {year} {clock}")
_IN = Phrase(zh="{span}后", en="in {span}")
_AGO = Phrase(zh="{span}前", en="{span} ago")
_NOW = Phrase(zh="现在", en="now")


def short(at: datetime, *, now: datetime, zone: ZoneInfo, language: str) -> str:
    """The day as seen from `now`, and the clock, in this zone."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M}"
    near = _NEAR.get((local.date() - today).days)
    if near is not None:
        return near.say(language, clock=clock)
    return _dated(local, today.year, language)


def distance(at: datetime, *, now: datetime, language: str) -> str:
    """How far off: "in 2 days", 3 小时前; the largest unit that is at least one, rounded."""
    away = at - now
    if abs(away) < timedelta(seconds=30):
        return _NOW.say(language)
    return (_IN if away > timedelta() else _AGO).say(language, span=span(abs(away), language))


def span(length: timedelta, language: str) -> str:
    """How long: "2 hours", 3 天; hours with their minutes while that matters."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    if minutes < 60:
        return noun.MINUTES.count(language, minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 12 and minutes:
        return " ".join((noun.HOURS.count(language, hours), noun.MINUTES.count(language, minutes)))
    if hours < 36:
        return noun.HOURS.count(language, round(length / timedelta(hours=1)))
    return noun.DAYS.count(language, round(length / timedelta(days=1)))


def _dated(local: datetime, this_year: int, language: str) -> str:
    chinese = language == "zh"
    return (_DAY if local.year == this_year else _YEAR).say(
        language,
        year=local.year,
        month=local.month if chinese else _MONTHS[local.month - 1],
        day=local.day,
        weekday=_WEEKDAYS_ZH[local.weekday()] if chinese else _WEEKDAYS_EN[local.weekday()],
        clock=f"{local:%H:%M}",
    )
