"""Days by their place in a month: 12月的第二个周一, 下月最后一个工作日, the first Monday of December."""

import re
from datetime import date

from bot.language.times import numerals, reckoning, workdays
from bot.language.times.dates import MONTH, ZH_MONTH, ZH_RELATIVE_MONTH, ZH_YEAR, month_number, zh_month_shift, zh_year
from bot.language.times.meaning import By, Day, Matcher, Meaning, Scene, pattern
from bot.language.times.weekdays import EN_DAY, ZH_DAYS, en_day

_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "last": -1,
}
ORDINAL_WORD = r"(?:first|1st|second|2nd|third|3rd|fourth|4th|fifth|last)"
ZH_PLACE = r"(?:第[一二三四五1-5]个?|首个|最后一?个)"


def ordinal_place(word: str) -> int:
    """1 to 5, or -1 for the last."""
    return _ORDINALS[word]


def zh_place(said: str) -> int:
    """Of 第二个, 首个, 最后一个."""
    if said.startswith("最后"):
        return -1
    return 1 if said.startswith("首") else numerals.whole(said.strip("第个"))


def _nth(months: tuple[tuple[int, int], ...], place: int, weekday: int | None, country: str) -> tuple[date, ...]:
    """The place-th weekday (None: working day) of each month that has it."""
    if weekday is None:
        return tuple(workdays.workday_of_month(year, month, place, country) for year, month in months)
    found = (reckoning.nth_weekday(year, month, place, weekday) for year, month in months)
    return tuple(day for day in found if day)


def nth_by(place: int, weekday: int | None) -> By:
    """How the place-th weekday (None: working day) of a month repeats."""
    if weekday is None:
        return By(weekdays=reckoning.WORKWEEK, place=place)
    return By(weekdays=(f"{place}{reckoning.WEEKDAYS[weekday]}",))


def _nth_day(months: tuple[tuple[int, int], ...], place: int, weekday: int | None, scene: Scene) -> Meaning:
    return Meaning(day=Day(_nth(months, place, weekday, scene.country), by=nth_by(place, weekday)))


def _zh_nth(match: re.Match[str], scene: Scene) -> Meaning | None:
    weekday = None if match["workday"] else ZH_DAYS[match["day"]]
    months: tuple[tuple[int, int], ...]
    if match["rel"]:
        months = (reckoning.month_of(scene.today, zh_month_shift(match["rel"])),)
    else:
        month = numerals.whole(match["month"])
        if not 1 <= month <= 12:
            return None
        year = zh_year(match["year"], scene)
        years = (scene.today.year, scene.today.year + 1) if year is None else (year,)
        months = tuple((each, month) for each in years)
    return _nth_day(months, zh_place(match["place"]), weekday, scene)


def _en_nth(match: re.Match[str], scene: Scene) -> Meaning:
    weekday = en_day(match["day"]) if match["day"] else None
    if match["month"]:
        years = (int(match["year"]),) if match["year"] else (scene.today.year, scene.today.year + 1)
        months = tuple((year, month_number(match["month"])) for year in years)
    elif match["rel"] in ("next", "following"):
        months = (reckoning.month_of(scene.today, 1),)
    else:
        months = (reckoning.month_of(scene.today), reckoning.month_of(scene.today, 1))
    return _nth_day(months, ordinal_place(match["place"]), weekday, scene)


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"(?:(?P<rel>{ZH_RELATIVE_MONTH})|(?P<year>{ZH_YEAR})?(?<![\d零一二三四五六七八九十])(?P<month>"
            rf"{ZH_MONTH})月份?)的?(?P<place>{ZH_PLACE})"
            r"(?:(?:周|星期|礼拜)(?P<day>[一二三四五六日天])|(?P<workday>工作日))"
        ),
        _zh_nth,
    ),
    (
        pattern(
            rf"\b(?:on\s)?(?:the\s)?(?P<place>{ORDINAL_WORD})\s(?:(?P<day>{EN_DAY})|(?:business|working"
            r"|work)\s?day)\s(?:of|in)\s"
            r"(?:(?:the\s)?(?P<rel>next|this|following|current|the)?\s?month"
            rf"|(?P<month>{MONTH})\b\.?(?:,?\s(?P<year>20\d\d))?)\b"
        ),
        _en_nth,
    ),
)
