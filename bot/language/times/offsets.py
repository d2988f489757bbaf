"""So far from now: 两个半小时后, 3个工作日内, in an hour and a half, 3 days ago."""

import re
from dataclasses import replace
from datetime import UTC, timedelta

from bot.language.times import numerals, workdays
from bot.language.times.meaning import Day, Matcher, Meaning, Scene, Shift, pattern
from bot.language.times.shifts import possible, shifted
from bot.language.times.units import DAYS, EN_AMOUNT, LONGEST_DAYS, MINUTES, MONTHS, WORKDAYS, en_amount, singular

_ZH_UNIT = r"(?:秒钟|秒|分钟|分|小时|钟头|钟|刻钟|工作日|天|日|周|星期|礼拜|月|季度|年)"
_AFTER = r"(?:之后|以后|过后|后(?![天面台续期勤悔端年]))"
_WITHIN = r"(?:之内|以内|内(?![容部存销]))"
_AGO = r"(?:之前|以前|前(?![台面端任天提期往景]))"
_EN_MORE = rf"(?:\s?(?:and\s)?(?P<number2>{numerals.EN})\s?(?P<unit2>second|sec|minute|min|m|hour|hr|h|day)s?\b)?"


def _ahead(amount: float, unit: str, scene: Scene) -> Meaning | None:
    """The moment or the day so far from now (back, when negative)."""
    if unit in MINUTES:
        return _moment(amount * MINUTES[unit], scene)
    if unit in WORKDAYS:
        return _on(Shift(round(amount), "workday"), scene)
    if unit in DAYS:
        days = amount * DAYS[unit]
        return _on(Shift(int(days), "day"), scene) if days % 1 == 0 else _moment(days * 24 * 60, scene)
    months = amount * MONTHS[unit]
    shifted = _on(Shift(int(months), "month"), scene)
    if shifted is None or shifted.day is None or months % 1 == 0:
        return shifted
    rest = timedelta(days=round(months % 1 * 30))
    return Meaning(day=Day((shifted.day.dates[0] + rest,)))


def _moment(minutes: float, scene: Scene) -> Meaning | None:
    if abs(minutes) > LONGEST_DAYS * 24 * 60:
        return None
    moment = scene.now.astimezone(UTC) + timedelta(minutes=minutes)
    return Meaning(moment=moment.astimezone(scene.now.tzinfo).replace(microsecond=0))


def _on(shift: Shift, scene: Scene) -> Meaning | None:
    if not possible(shift):
        return None
    return Meaning(day=Day((shifted(scene.today, shift, scene.country),)))


def _both(first: Meaning | None, second: Meaning | None, scene: Scene) -> Meaning | None:
    """1 小时 and 30 分钟 together."""
    if first is None or second is None or second.moment is None:
        return first
    start = first.moment or (scene.now + (first.day.dates[0] - scene.today) if first.day else scene.now)
    return Meaning(moment=start + (second.moment - scene.now.replace(microsecond=0)))


def _zh_amount(match: re.Match[str]) -> float:
    """Of 两三天 the sooner one."""
    if match["number"] == "半":
        return 0.5
    said = match["number"]
    if len(said) == 2 and all(sign in "一二两三四五六七八九" for sign in said):
        said = said[0]
    amount = numerals.value(said)
    return amount + 0.5 if match["half"] or match["half_after"] else amount


def _zh(match: re.Match[str], scene: Scene) -> Meaning | None:
    unit, amount = match["unit"], _zh_amount(match)
    if (unit == "月" and not match["ge"]) or (unit == "钟" and not match["ge"]):
        return None
    if unit in WORKDAYS and amount % 1:
        return None
    if match["ago"]:
        return _ahead(-amount, unit, scene)
    found = _ahead(amount, unit, scene)
    if match["number2"]:
        found = _both(found, _ahead(numerals.value(match["number2"]), match["unit2"], scene), scene)
    return found and replace(found, deadline=bool(match["within"]))


def _en(match: re.Match[str], scene: Scene) -> Meaning | None:
    found = _ahead(en_amount(match), singular(match["unit"]), scene)
    if match["number2"]:
        found = _both(found, _ahead(numerals.value(match["number2"]), match["unit2"], scene), scene)
    within = "lead" in match.re.groupindex and match["lead"] not in ("in", "after")
    return found and replace(found, deadline=within)


def _en_ago(match: re.Match[str], scene: Scene) -> Meaning | None:
    return _ahead(-en_amount(match), singular(match["unit"]), scene)


def _next_workday(_: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(day=Day((workdays.add_workdays(scene.today, 1, scene.country),)))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            r"(?:再?过|再等|等)?(?<![\d.])(?P<number>半"
            rf"|{numerals.ZH})\s?(?P<ge>个)?(?P<half>半)?\s?(?P<unit>{_ZH_UNIT})(?P<half_after>半)?"
            rf"(?:零|又)?(?:(?P<number2>{numerals.ZH})\s?个?(?P<unit2>小时|分钟|分|秒钟|秒))?(?:的时间)?\s?(?:{_AFTER}"
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
            rf"|inside(?:\sof)?)\s(?:about\s|around\s|another\s)?{EN_AMOUNT}{_EN_MORE}"
            r"(?:'s?(?:\stime)?|\sfrom\snow|\stime)?"
        ),
        _en,
    ),
    (pattern(rf"(?<![\w.-]){EN_AMOUNT}{_EN_MORE}\s(?:from\snow|from\stoday|later|hence)\b"), _en),
    (pattern(rf"(?<![\w.-]){EN_AMOUNT}\s(?:ago|earlier)\b"), _en_ago),
    (
        pattern(r"(?:下|次)一?个?工作日|最近的?一?个?工作日|\b(?:the\s)?next\s(?:business|working|work)\s?day\b"),
        _next_workday,
    ),
)
