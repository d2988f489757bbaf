"""So far from a day or an hour said beside it: two weeks from Monday, 春节前三天, 国庆后第一个周一."""

import re
from datetime import date, timedelta

from bot.language.times import numerals, reckoning, workdays
from bot.language.times.meaning import Matcher, Meaning, Scene, Shift, pattern
from bot.language.times.units import DAYS, EN_AMOUNT, LONGEST_DAYS, MINUTES, MONTHS, WORKDAYS, en_amount, singular
from bot.language.times.weekdays import EN_DAY, ZH_DAYS, ZH_WEEK, en_day

_MOST = {"minute": LONGEST_DAYS * 24 * 60, "day": LONGEST_DAYS, "month": 1200, "workday": 1000, "weekday": 6}


def possible(shift: Shift) -> bool:
    """Whether a shift stays within the century."""
    return abs(shift.amount) <= _MOST[shift.unit]


def shifted(day: date, shift: Shift, country: str) -> date:
    """The day so far from another one."""
    day += timedelta(days=shift.start)
    if shift.unit == "workday":
        return workdays.add_workdays(day, shift.amount, country)
    if shift.unit == "month":
        return reckoning.months_from(day, shift.amount)
    if shift.unit == "weekday":
        return day + timedelta(days=(shift.amount - day.weekday()) % 7)
    return day + timedelta(days=shift.amount if shift.unit == "day" else 0)


def _shift_of(amount: float, unit: str) -> Meaning | None:
    if unit in WORKDAYS:
        shift = Shift(round(amount), "workday")
    elif unit in MONTHS:
        shift = Shift(round(amount * MONTHS[unit]), "month")
    elif unit in DAYS:
        shift = Shift(round(amount * DAYS[unit]), "day")
    else:
        shift = Shift(round(amount * MINUTES[unit]), "minute")
    return Meaning(shift=shift, weak=True) if possible(shift) else None


def _en(match: re.Match[str], _: Scene) -> Meaning | None:
    unit, side = singular(match["unit"]), match["side"]
    if side is None and unit not in DAYS:
        return None
    return _shift_of((-1 if side in ("before", "prior to", "ahead of") else 1) * en_amount(match), unit)


def _zh(match: re.Match[str], _: Scene) -> Meaning | None:
    sign = -1 if "前" in match["side"] else 1
    amount = 0.5 if match["number"] == "半" else numerals.value(match["number"]) + 0.5 * bool(match["half"])
    return _shift_of(sign * amount, match["unit"])


def _zh_first(match: re.Match[str], _: Scene) -> Meaning:
    """第一个工作日, 第一个周一, after a day, or from the day on that 春节后 already is."""
    strictly = match[0].startswith(("后", "之"))
    if match["workday"]:
        return Meaning(shift=Shift(1, "workday", start=0 if strictly else -1), weak=True)
    return Meaning(shift=Shift(ZH_DAYS[match["day"]], "weekday", start=int(strictly)), weak=True)


def _en_first(match: re.Match[str], _: Scene) -> Meaning:
    if match["workday"]:
        return Meaning(shift=Shift(-1 if match["side"] == "before" else 1, "workday"), weak=True)
    start = 1 if match["side"] in ("after", "following") else -7
    return Meaning(shift=Shift(en_day(match["day"]), "weekday", start=start), weak=True)


_ZH_FIRST = rf"(?:{ZH_WEEK}(?P<day>[一二三四五六日天])|(?P<workday>工作日))"

MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"(?:\bin\s)?(?<![\w.-]){EN_AMOUNT}\s(?:(?P<side>before|prior\sto|ahead\sof|after|from|following"
            r"|on)\s(?=\w)"
            r"|(?=(?:today|tomorrow)\b))"
        ),
        _en,
    ),
    (
        pattern(
            rf"(?P<side>提前|(?:之|以)?[前后]的?第?)(?P<number>半|{numerals.ZH})\s?个?(?P<half>半)?"
            r"(?P<unit>工作日|天|日|周|星期|礼拜|月|年|小时|钟头|刻钟|分钟)(?:内)?"
        ),
        _zh,
    ),
    (pattern(rf"之?后的?第一个{_ZH_FIRST}"), _zh_first),
    (pattern(rf"(?<=后)的?第一个{_ZH_FIRST}"), _zh_first),
    (
        pattern(
            rf"\b(?:the\s)?(?:first\s|last\s)?(?:(?P<day>{EN_DAY})|(?P<workday>(?:business|working|work)\s?day))"
            r"\s(?P<side>after|following|before)\s(?=\w)(?!next)"
        ),
        _en_first,
    ),
)
