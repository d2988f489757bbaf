"""So far from now: 两个半小时后, 3个工作日内, in an hour and a half, two weeks from Monday, 春节前三天."""

import re
from dataclasses import replace
from datetime import UTC, date, timedelta

from bot.language.times import numerals, reckoning, workdays
from bot.language.times.meaning import Day, Matcher, Meaning, Scene, Shift, pattern

_MINUTES = {
    **dict.fromkeys(("分钟", "分", "minute", "min", "m"), 1),
    **dict.fromkeys(("刻钟",), 15),
    **dict.fromkeys(("小时", "钟头", "钟", "hour", "hr", "h"), 60),
}
_DAYS = {
    **dict.fromkeys(("天", "日", "day", "d"), 1),
    **dict.fromkeys(("周", "星期", "礼拜", "week", "wk", "w"), 7),
    **dict.fromkeys(("fortnight",), 14),
}
_MONTHS = {
    **dict.fromkeys(("月", "month"), 1),
    **dict.fromkeys(("季度", "quarter"), 3),
    **dict.fromkeys(("年", "year", "yr"), 12),
}
_WORKDAYS = ("工作日", "business day", "working day", "workday", "work day")
#: Nobody plans a century ahead; larger numbers are something else.
_LONGEST_DAYS = 36_525
_ZH_UNIT = r"(?:分钟|分|小时|钟头|钟|刻钟|工作日|天|日|周|星期|礼拜|月|季度|年)"
_EN_UNIT = (
    r"(?:minute|min|m|hour|hr|h|business\sday|working\sday|work\s?day|day|d|week|wk|w|fortnight|month"
    r"|quarter|year|yr)s?"
)
_AFTER = r"(?:之后|以后|过后|后(?![天面台续期勤悔端年]))"
_WITHIN = r"(?:之内|以内|内(?![容部存销]))"
_AGO = r"(?:之前|以前|前(?![台面端任天提期往景]))"
_EN_AMOUNT = (
    r"(?:(?P<half>half\s(?:an?\s)?)"
    rf"|(?P<number>{numerals.EN})\s?)(?P<and_half>and\sa\shalf\s)?(?P<unit>{_EN_UNIT})\b(?P<half_after>"
    r"\sand\sa\shalf)?"
)
_EN_MORE = rf"(?:\s?(?:and\s)?(?P<number2>{numerals.EN})\s?(?P<unit2>minute|min|m|hour|hr|h|day)s?\b)?"


def _ahead(amount: float, unit: str, scene: Scene) -> Meaning | None:
    """The moment or the day so far from now (back, when negative)."""
    if unit in _MINUTES:
        return _moment(amount * _MINUTES[unit], scene)
    if unit in _WORKDAYS:
        return _on(Shift(round(amount), "workday"), scene)
    if unit in _DAYS:
        days = amount * _DAYS[unit]
        return _on(Shift(int(days), "day"), scene) if days % 1 == 0 else _moment(days * 24 * 60, scene)
    months = amount * _MONTHS[unit]
    shifted = _on(Shift(int(months), "month"), scene)
    if shifted is None or shifted.day is None or months % 1 == 0:
        return shifted
    rest = timedelta(days=round(months % 1 * 30))
    return Meaning(day=Day((shifted.day.dates[0] + rest,)))


def _moment(minutes: float, scene: Scene) -> Meaning | None:
    if abs(minutes) > _LONGEST_DAYS * 24 * 60:
        return None
    moment = scene.now.astimezone(UTC) + timedelta(minutes=minutes)
    return Meaning(moment=moment.astimezone(scene.now.tzinfo).replace(microsecond=0))


def _on(shift: Shift, scene: Scene) -> Meaning | None:
    if not possible(shift):
        return None
    return Meaning(day=Day((shifted(scene.today, shift, scene.country),)))


def possible(shift: Shift) -> bool:
    """Whether a shift stays within the century."""
    return abs(shift.amount) <= {"day": _LONGEST_DAYS, "month": 1200, "workday": 1000}[shift.unit]


def shifted(day: date, shift: Shift, country: str) -> date:
    """The day so far from another one."""
    if shift.unit == "workday":
        return workdays.add_workdays(day, shift.amount, country)
    if shift.unit == "month":
        return reckoning.months_from(day, shift.amount)
    return day + timedelta(days=shift.amount)


def _both(first: Meaning | None, second: Meaning | None, scene: Scene) -> Meaning | None:
    """1 小时 and 30 分钟 together."""
    if first is None or second is None or second.moment is None:
        return first
    start = first.moment or (scene.now + (first.day.dates[0] - scene.today) if first.day else scene.now)
    return Meaning(moment=start + (second.moment - scene.now.replace(microsecond=0)))


def _zh_amount(match: re.Match[str]) -> float | None:
    if match["number"] == "半":
        return 0.5
    amount = numerals.value(match["number"])
    return amount + 0.5 if match["half"] or match["half_after"] else amount


def _zh(match: re.Match[str], scene: Scene) -> Meaning | None:
    unit, amount = match["unit"], _zh_amount(match)
    if amount is None or (unit == "月" and not match["ge"]) or (unit == "钟" and not match["ge"]):
        return None
    if unit in _WORKDAYS and amount % 1:
        return None
    if match["ago"]:
        return _ahead(-amount, unit, scene)
    found = _ahead(amount, unit, scene)
    if match["number2"]:
        found = _both(found, _ahead(numerals.value(match["number2"]), match["unit2"], scene), scene)
    return found and replace(found, deadline=bool(match["within"]))


def _singular(unit: str) -> str:
    unit = re.sub(r"\s", " ", unit)
    return unit[:-1] if len(unit) > 1 and unit.endswith("s") else unit


def _en_amount(match: re.Match[str]) -> float:
    if match["half"]:
        return 0.5
    amount = numerals.value(match["number"])
    return amount + 0.5 if match["and_half"] or match["half_after"] else amount


def _en(match: re.Match[str], scene: Scene) -> Meaning | None:
    found = _ahead(_en_amount(match), _singular(match["unit"]), scene)
    if match["number2"]:
        found = _both(found, _ahead(numerals.value(match["number2"]), match["unit2"], scene), scene)
    within = "lead" in match.re.groupindex and match["lead"] not in ("in", "after")
    return found and replace(found, deadline=within)


def _en_ago(match: re.Match[str], scene: Scene) -> Meaning | None:
    return _ahead(-_en_amount(match), _singular(match["unit"]), scene)


def _shift_of(amount: float, unit: str) -> Shift | None:
    if unit in _WORKDAYS:
        shift = Shift(round(amount), "workday")
    elif unit in _MONTHS:
        shift = Shift(round(amount * _MONTHS[unit]), "month")
    elif unit in _DAYS:
        shift = Shift(round(amount * _DAYS[unit]), "day")
    else:
        return None
    return shift if possible(shift) else None


def _en_from_day(match: re.Match[str], _: Scene) -> Meaning | None:
    sign = -1 if match["side"] in ("before", "prior to") else 1
    shift = _shift_of(sign * _en_amount(match), _singular(match["unit"]))
    return Meaning(shift=shift, weak=True) if shift else None


def _zh_from_day(match: re.Match[str], _: Scene) -> Meaning | None:
    sign = -1 if match["side"].startswith(("前", "之前", "提前")) else 1
    amount = sign * (0.5 if match["number"] == "半" else numerals.value(match["number"]))
    shift = _shift_of(amount, match["unit"])
    return Meaning(shift=shift, weak=True) if shift else None


def _next_workday(_: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(day=Day((workdays.add_workdays(scene.today, 1, scene.country),)))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            r"(?:再?过|再等|等)?(?<![\d.])(?P<number>半"
            rf"|{numerals.ZH})\s?(?P<ge>个)?(?P<half>半)?\s?(?P<unit>{_ZH_UNIT})(?P<half_after>半)?"
            rf"(?:零|又)?(?:(?P<number2>{numerals.ZH})\s?个?(?P<unit2>小时|分钟|分))?(?:的时间)?\s?(?:{_AFTER}"
            rf"|(?P<within>{_WITHIN})|(?P<ago>{_AGO}))"
        ),
        _zh,
    ),
    (
        pattern(
            r"(?:再过|过(?!去|了)|再等)(?P<number>半"
            rf"|{numerals.ZH})\s?(?P<ge>个)?(?P<half>半)?\s?(?P<unit>{_ZH_UNIT})(?P<half_after>半)?"
            rf"(?P<number2>)(?P<unit2>)(?P<within>)(?P<ago>)"
        ),
        _zh,
    ),
    (
        pattern(
            r"\b(?P<lead>in|after|within(?:\sthe\snext)?|(?:in|over|during)\sthe\snext"
            rf"|inside(?:\sof)?)\s(?:about\s|around\s|another\s)?{_EN_AMOUNT}{_EN_MORE}"
            r"(?:'s?(?:\stime)?|\sfrom\snow|\stime)?"
        ),
        _en,
    ),
    (pattern(rf"(?<![\w.-]){_EN_AMOUNT}{_EN_MORE}\s(?:from\snow|from\stoday|later|hence)\b"), _en),
    (pattern(rf"(?<![\w.-]){_EN_AMOUNT}\s(?:ago|earlier)\b"), _en_ago),
    (
        pattern(rf"(?:\bin\s)?(?<![\w.-]){_EN_AMOUNT}\s(?P<side>before|prior\sto|after|from|following|on)\s(?=\w)"),
        _en_from_day,
    ),
    (
        pattern(
            rf"(?P<side>提前|(?:之|以)?[前后]的?第?)(?P<number>半|{numerals.ZH})\s?个?(?P<unit>工作日|天|日|周"
            r"|星期|礼拜|月|年)(?:内)?"
        ),
        _zh_from_day,
    ),
    (pattern(r"(?:下|次)一?个?工作日|\b(?:the\s)?next\s(?:business|working|work)\s?day\b"), _next_workday),
)
