"""Beginnings, middles and ends: 月底, 下季度初, 年底, end of next month, next week."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.language.times import numerals, reckoning
from bot.language.times.dates import (
    MONTH,
    ZH_MONTH,
    ZH_RELATIVE_MONTH,
    ZH_YEAR,
    month_number,
    zh_month_shift,
    zh_year,
)
from bot.language.times.meaning import By, Day, Matcher, Meaning, Scene, pattern

#: The day of a month that an edge means, as in BYMONTHDAY.
_EDGES = {
    **dict.fromkeys(("初", "头", "上旬", "beginning", "start", "early", "first day"), 1),
    **dict.fromkeys(("中", "中旬", "mid", "middle"), 15),
    **dict.fromkeys(("下旬", "late"), 21),
    **dict.fromkeys(("底", "末", "尾", "终", "end", "last day", "close"), -1),
}
_EDGE = r"(?:beginning|start|middle|end|early|mid|late|first\sday|last\sday|close)"
_EN_SHIFTS = {"this": 0, "current": 0, "next": 1, "following": 1}
_SPACES = re.compile(r"\s+")


def _edge_of_month(edge: str, months: int | None, scene: Scene) -> Day:
    """`months` None: this month's, or the next one's when it is over."""
    day = _EDGES[edge]
    shifts = (0, 1) if months is None else (months,)
    found = (reckoning.day_in(*reckoning.month_of(scene.today, shift), day) for shift in shifts)
    return Day(tuple(date for date in found if date), by=By(monthdays=(day,)))


def _edge_of_year(edge: str, year: int | None, scene: Scene) -> Day:
    month, day = {1: (1, 1), 15: (7, 1), 21: (12, 1), -1: (12, 31)}[_EDGES[edge]]
    years = (scene.today.year, scene.today.year + 1) if year is None else (year,)
    return Day(tuple(date(each, month, day) for each in years), by=By(months=(month,), monthdays=(day,)))


def _edge_of_quarter(edge: str, quarters: int | None, scene: Scene) -> Day:
    shifts = (0, 1) if quarters is None else (quarters,)
    return Day(tuple(_in_quarter(edge, scene.today, shift) for shift in shifts))


def _in_quarter(edge: str, day: date, quarters: int) -> date:
    if _EDGES[edge] == -1:
        return reckoning.quarter_end(day, quarters)
    start = reckoning.quarter_start(day, quarters)
    return start if _EDGES[edge] == 1 else start + timedelta(days=45)


def _edge_of_week(edge: str, weeks: int | None, scene: Scene) -> Day:
    """A working week: from Monday to Friday."""
    monday = reckoning.monday_of(scene.today)
    distance = {1: 0, 15: 2, 21: 3, -1: 4}[_EDGES[edge]]
    shifts = (0, 1) if weeks is None else (weeks,)
    return Day(tuple(monday + timedelta(days=7 * shift + distance) for shift in shifts))


_EDGE_OF: dict[str, Callable[[str, int | None, Scene], Day]] = {
    "week": _edge_of_week,
    "month": _edge_of_month,
    "quarter": _edge_of_quarter,
    "year": lambda edge, years, scene: _edge_of_year(edge, None if years is None else scene.today.year + years, scene),
}


def _zh_month_edge(match: re.Match[str], scene: Scene) -> Meaning:
    said = match["rel"]
    return Meaning(day=_edge_of_month(match["edge"], zh_month_shift(said) if said else None, scene))


def _zh_named_month(match: re.Match[str], scene: Scene) -> Meaning | None:
    month = numerals.whole(match["month"])
    if not 1 <= month <= 12:
        return None
    day = _EDGES[match["edge"]] if match["edge"] else 1
    return _named_month(month, day, zh_year(match["year"], scene), scene, edge=bool(match["edge"] or match["year"]))


def _named_month(month: int, day: int, year: int | None, scene: Scene, *, edge: bool) -> Meaning | None:
    """None for the bare name of the month that is now."""
    if not edge and month == scene.today.month:
        return None
    years = (scene.today.year, scene.today.year + 1) if year is None else (year,)
    dates = tuple(found for each in years if (found := reckoning.day_in(each, month, day)))
    return Meaning(day=Day(dates, by=By(months=(month,), monthdays=(day,))))


def _zh_year_edge(match: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(day=_edge_of_year(match["edge"], zh_year(match["year"], scene), scene))


def _zh_quarter_edge(match: re.Match[str], scene: Scene) -> Meaning:
    said = match["rel"] or ""
    shift = said.count("下") - said.count("上") if said else None
    return Meaning(day=_edge_of_quarter(match["edge"], shift, scene))


def _numbered_quarter(number: int, edge: str, scene: Scene, year: int | None = None) -> Meaning:
    years = (scene.today.year, scene.today.year + 1) if year is None else (year,)
    return Meaning(day=Day(tuple(_in_quarter(edge, date(each, number * 3, 1), 0) for each in years)))


def _zh_numbered_quarter(match: re.Match[str], scene: Scene) -> Meaning:
    number = numerals.whole(match["number"] or match["q"])
    return _numbered_quarter(number, match["edge"], scene, zh_year(match["year"], scene))


def _en_numbered_quarter(match: re.Match[str], scene: Scene) -> Meaning:
    said = match["number"] or match["number_after"]
    year = int(match["year"]) if match["year"] else None
    return _numbered_quarter(int(said), match["edge"] or match["edge_after"], scene, year)


def _zh_week_edge(match: re.Match[str], scene: Scene) -> Meaning:
    said = match["rel"]
    return Meaning(day=_edge_of_week(match["edge"], said.count("下") if said else None, scene))


def _zh_within(match: re.Match[str], scene: Scene) -> Meaning:
    """本周内 and the like: its end is the deadline."""
    said, unit = match["rel"] or "", match["unit"]
    name = {"周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}.get(unit, "quarter")
    shift = said.count("下") + said.count("明")
    day = _EDGE_OF[name]("底", shift, scene)
    if name == "week":
        day = Day((*day.dates, day.dates[0] + timedelta(days=2)))
    return Meaning(day=day, deadline=True)


def _zh_next(match: re.Match[str], scene: Scene) -> Meaning:
    """下周, 下个月, 下季度 alone: their first day."""
    shift = match["rel"].count("下")
    unit = {"周": "week", "星期": "week", "礼拜": "week", "月": "month"}.get(match["unit"], "quarter")
    return Meaning(day=_EDGE_OF[unit]("初", shift, scene))


def _zh_next_year(match: re.Match[str], scene: Scene) -> Meaning | None:
    year = zh_year(match["year"], scene) or scene.today.year
    if year == scene.today.year and not match["half"]:
        return None
    return Meaning(day=Day((date(year, 7 if match["half"] else 1, 1),)))


def _half_year(_: re.Match[str], scene: Scene) -> Meaning:
    years = (scene.today.year, scene.today.year + 1)
    return Meaning(day=Day(tuple(date(year, 7, 1) for year in years)))


def _en_edge(match: re.Match[str], scene: Scene) -> Meaning:
    edge = _SPACES.sub(" ", match["edge"].replace("-", ""))
    shift = 2 if match["after_next"] else _EN_SHIFTS.get(match["rel"] or "")
    return Meaning(day=_EDGE_OF[match["unit"]](edge, shift, scene))


def _en_short_edge(match: re.Match[str], scene: Scene) -> Meaning:
    unit = {"w": "week", "m": "month", "q": "quarter", "y": "year"}[match["unit"]]
    return Meaning(day=_EDGE_OF[unit]("end", None, scene))


def _en_unit_end(match: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(day=_EDGE_OF[match["unit"]]("end", None, scene))


def _en_mid_month(_: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(day=_edge_of_month("mid", None, scene))


def _en_next(match: re.Match[str], scene: Scene) -> Meaning:
    shift = 2 if match["after"] else 1
    return Meaning(day=_EDGE_OF[match["unit"] or match["after"]]("start", shift, scene))


def _en_named_month(match: re.Match[str], scene: Scene) -> Meaning | None:
    lead, edge = match["lead"], match["edge"]
    if not (lead or edge or match["year"]):
        return None
    name = scene.text[match.start("month") : match.end("month")]
    if name in ("may", "march", "mar") and not (edge or match["year"]):
        return None
    month = month_number(match["month"])
    day = _EDGES[_SPACES.sub(" ", edge.replace("-", "").removesuffix(" of"))] if edge else 1
    year = int(match["year"]) if match["year"] else None
    return _named_month(month, day, year, scene, edge=bool(edge or year))


def _zh_first_or_last_day(match: re.Match[str], scene: Scene) -> Meaning:
    edge = "底" if match["place"].startswith("最后") else "初"
    said, unit = match["rel"], match["unit"]
    name = {"周": "week", "星期": "week", "月": "month", "年": "year"}.get(unit, "quarter")
    return Meaning(day=_EDGE_OF[name](edge, said.count("下") + said.count("明"), scene))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"(?:(?P<rel>{ZH_RELATIVE_MONTH})|(?<![\d零一二两三四五六七八九十几个每N整半年])月)的?(?P<edge>底"
            r"|末|初(?![一二三四五六七八九十])|中旬|中(?!国)|上旬|下旬|头)"
        ),
        _zh_month_edge,
    ),
    (
        pattern(
            rf"(?:(?P<year>{ZH_YEAR})\s?)?(?<![\d零一二三四五六七八九十.])(?P<month>{ZH_MONTH})月(?:份)?的?"
            r"(?:(?P<edge>底|末|初(?![一二三四五六七八九十])|中旬|中|上旬|下旬|头)|(?=$|[\s,，。;、]|再|前"
            r"|后(?!天)|之|左右|去|要|给|联系|跟进|拜访|见|打|签|交|续|提醒))"
        ),
        _zh_named_month,
    ),
    (
        pattern(
            rf"(?:(?P<year>{ZH_YEAR})年?|(?<![\d零一二两三四五六七八九十几个每半大])年)的?(?P<edge>底|末"
            r"|初(?![一二三四五六七八九十])|中(?!国|心)|尾|终(?!奖))"
        ),
        _zh_year_edge,
    ),
    (
        pattern(r"(?P<rel>本|这个?|当|下下个?|下个?|上个?)?(?<!每)(?<![一二三四1-4个])季度?的?(?P<edge>末|底|初|中)"),
        _zh_quarter_edge,
    ),
    (
        pattern(
            rf"(?P<year>{ZH_YEAR})?(?:第?(?P<number>[一二三四1-4])季度的?|q(?P<q>[1-4])\s?的?)(?P<edge>末|底|初|中)"
        ),
        _zh_numbered_quarter,
    ),
    (
        pattern(
            r"(?P<rel>本|这个?|下下个?|下个?)?(?<![每一二两三四五六七八九十\d几])(?:周|星期|礼拜)(?P<edge>初|中(?!国))"
        ),
        _zh_week_edge,
    ),
    (
        pattern(
            r"(?P<rel>本|这一?个?|下个?|今|明)?(?<![每一二两三四五六七八九十\d几个半])(?P<unit>周|星期|礼拜"
            r"|月|年|季度)(?:之内|以内|内(?!容|部))"
        ),
        _zh_within,
    ),
    (
        pattern(
            r"(?P<rel>(?<!以)(?<!楼)下下下个?|(?<!以)(?<!楼)下下个?|(?<!以)(?<!楼)下个?)(?P<unit>周|星期|礼拜"
            r"|月|季度?)(?![刊报饼亮薪供])(?:的?某一?天|找个时间)?"
        ),
        _zh_next,
    ),
    (
        pattern(
            r"(?P<year>明年|后年|来年|20\d\d年(?=$|[\s,，。]|再|前|后|之|开始|起|下半年))(?P<half>下半年)?"
            r"(?![度的级款份版]|\s?\d{1,2}月|[一二三四五六七八九十]{1,2}月)"
        ),
        _zh_next_year,
    ),
    (pattern(r"(?<!每)下半年"), _half_year),
    (
        pattern(
            rf"\b(?:the\s)?(?P<edge>{_EDGE})(?:\sof|-|\sin)?(?:\sthe|\sour)?\s?(?P<rel>this|next|following"
            r"|current)?\s?(?P<unit>week|month|quarter|year)(?P<after_next>\safter\snext)?\b(?!-)"
        ),
        _en_edge,
    ),
    (pattern(r"\beo(?P<unit>[wmqy])\b"), _en_short_edge),
    (pattern(r"\b(?P<unit>week|month|quarter|year)[ -]?end\b(?!s)"), _en_unit_end),
    (pattern(r"\bmid-?\s?month\b"), _en_mid_month),
    (
        pattern(
            r"\b(?:(?:the\s)?(?P<edge>beginning\sof|start\sof|middle\sof|end\sof|early|mid|late|last\sday\sof"
            r"|first\sday\sof)[\s-](?:in\s)?"
            r"|(?P<lead>(?:in|by|before|until|till|next|this|during|every|each"
            rf"|of)\s))?(?:next\s)?(?P<month>{MONTH})\b\.?"
            r"(?!\s?\d{1,2}(?!\d)|-\w)(?:,?\s(?P<year>20\d\d)(?![\d:]))?"
        ),
        _en_named_month,
    ),
    (
        pattern(
            r"\b(?:(?:the\s)?(?P<edge>beginning|start|middle|end)\sof\s(?:the\s)?q(?P<number>[1-4])"
            r"|q(?P<number_after>[1-4])[\s-](?P<edge_after>end|start))\b(?:\s(?P<year>20\d\d))?"
        ),
        _en_numbered_quarter,
    ),
    (
        pattern(
            r"\b(?:(?:the\s)?(?P<after>week|month|quarter|year)\safter\snext"
            r"|(?:some\s?time\s)?(?:the\s)?(?:next|following)\s(?P<unit>week|month|quarter|year))\b(?!'s|-)"
        ),
        _en_next,
    ),
    (
        pattern(
            r"(?P<rel>本|这个?|下下个?|下个?|今|明)(?P<unit>周|星期|月|季度?|年)的?(?P<place>第一天|首日|最后一天)"
        ),
        _zh_first_or_last_day,
    ),
)
