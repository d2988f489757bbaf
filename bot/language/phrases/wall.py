"""Dates and clocks in words: 11月23日 周一, 上午10:30; Mon 23 Nov, 10:30."""

from datetime import date

from bot.language.phrase import Phrase

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = Phrase(zh="{month}月{day}日 周{weekday}", en="{weekday} {day} {month}")
_DAY_OF_YEAR = Phrase(zh="{year}年{month}月{day}日 周{weekday}", en="{weekday} {day} {month} {year}")
#: From which hour on a part of the day has its name.
_PERIODS = ((0, "凌晨"), (6, "早上"), (9, "上午"), (12, "中午"), (13, "下午"), (18, "傍晚"), (19, "晚上"))


def day(when: date, language: str, *, with_year: bool) -> str:
    """A date with its weekday."""
    chinese = language == "zh"
    return (_DAY_OF_YEAR if with_year else _DAY).say(
        language,
        year=when.year,
        month=when.month if chinese else MONTHS_EN[when.month - 1],
        day=when.day,
        weekday=WEEKDAYS_ZH[when.weekday()] if chinese else WEEKDAYS_EN[when.weekday()][:3],
    )


def clock(hour: int, minute: int, language: str) -> str:
    """A time of day: 下午3:30, 15:30."""
    if language != "zh":
        return f"{hour:02}:{minute:02}"
    period = [name for start, name in _PERIODS if hour >= start][-1]
    return f"{period}{hour - 12 if hour > 12 else hour}:{minute:02}"
