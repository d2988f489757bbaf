"""On which days of the month or quarter: 每月15号和30号, 每季度末, the last Friday of each month."""

import re

from bot.language.times import numerals
from bot.language.times.meaning import By, Cycle, Matcher, Meaning, Scene, pattern
from bot.language.times.nth import ORDINAL_WORD, ZH_PLACE, nth_by, ordinal_place, zh_place
from bot.language.times.recurrences.every import OTHER
from bot.language.times.weekdays import EN_DAY, ZH_DAYS, ZH_WEEK, en_day

_ORDINALS = rf"(?:the\s)?{numerals.ORDINAL}(?:(?:,\s?|\s?(?:and|&)\s?|,\sand\s)(?:the\s)?{numerals.ORDINAL})*"


def _zh_monthdays(match: re.Match[str], _: Scene) -> Meaning | None:
    days = tuple(dict.fromkeys(numerals.whole(each) for each in re.findall(numerals.ZH_SMALL, match["days"])))
    if not all(1 <= day <= 31 for day in days):
        return None
    interval = numerals.whole(match["number"]) if match["number"] else 1
    return Meaning(cycle=Cycle("MONTHLY", interval, By(monthdays=tuple(sorted(days)))))


def _zh_month_edge(match: re.Match[str], _: Scene) -> Meaning:
    edge = match["edge"]
    day = -1 if edge[-1] in "底末" or edge.startswith("最后") else 15 if "中" in edge else 1
    return Meaning(cycle=Cycle("MONTHLY", 1, By(monthdays=(day,))))


def _zh_month_nth(match: re.Match[str], _: Scene) -> Meaning:
    weekday = None if match["workday"] else ZH_DAYS[match["day"]]
    return Meaning(cycle=Cycle("MONTHLY", 1, nth_by(zh_place(match["place"]), weekday)))


def _quarter_edge(match: re.Match[str], _: Scene) -> Meaning:
    """The quarters' months are said by name, since an interval would count from the first reminder."""
    last = re.search(r"底|末|最后|end|last", match["edge"])
    by = By(months=(3, 6, 9, 12), monthdays=(-1,)) if last else By(months=(1, 4, 7, 10), monthdays=(1,))
    return Meaning(cycle=Cycle("YEARLY", 1, by))


def _en_monthdays(match: re.Match[str], _: Scene) -> Meaning | None:
    days = [numerals.ordinal(each) for each in re.findall(numerals.ORDINAL, match["days"])]
    if not all(1 <= day <= 31 for day in days):
        return None
    interval = 2 if match["other"] else 1
    return Meaning(cycle=Cycle("MONTHLY", interval, By(monthdays=tuple(sorted(set(days))))))


def _en_month_nth(match: re.Match[str], _: Scene) -> Meaning:
    if match["plain"]:
        return Meaning(cycle=Cycle("MONTHLY", 1, By(monthdays=(ordinal_place(match["place"]),))))
    weekday = en_day(match["day"]) if match["day"] else None
    return Meaning(cycle=Cycle("MONTHLY", 1, nth_by(ordinal_place(match["place"]), weekday)))


def _en_every_nth(match: re.Match[str], scene: Scene) -> Meaning:
    if match["place"]:
        return _en_month_nth(match, scene)
    return Meaning(cycle=Cycle("MONTHLY", 1, nth_by(ordinal_place(match["place2"]), en_day(match["day2"]))))


def _en_month_edge(match: re.Match[str], _: Scene) -> Meaning:
    edge = match["edge"] or "end"
    day = -1 if re.search("end|last", edge) else 15 if "mid" in edge else 1
    return Meaning(cycle=Cycle("MONTHLY", 1, By(monthdays=(day,))))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"每(?:隔?(?P<number>{numerals.ZH})个"
            rf"|个)?月的?(?P<days>{numerals.ZH_SMALL}[日号]?(?:\s?[、,和及与跟]\s?{numerals.ZH_SMALL}[日号]?)*("
            r"?<=[日号]))"
        ),
        _zh_monthdays,
    ),
    (
        pattern(r"每个?月的?(?P<edge>最后一天|月?底|月?末|月初|初(?![一二三四五六七八九十])|月?中(?!国)|第一天|首日)"),
        _zh_month_edge,
    ),
    (
        pattern(rf"每个?月的?(?P<place>{ZH_PLACE})(?:{ZH_WEEK}(?P<day>[一二三四五六日天])|(?P<workday>工作日))"),
        _zh_month_nth,
    ),
    (pattern(r"每个?季度?的?(?P<edge>第一天|首日|季?初|最后一天|季?末|季?底)"), _quarter_edge),
    (
        pattern(rf"\b(?:on\s)?(?P<days>{_ORDINALS})(?:\sday)?\s(?:of|in)\s(?:every|each)\s{OTHER}month\b"),
        _en_monthdays,
    ),
    (pattern(rf"\b(?:every|each)\s{OTHER}month\s(?:on\s)?(?P<days>{_ORDINALS})"), _en_monthdays),
    (
        pattern(
            rf"(?P<other>)\b(?:monthly\son|every)\s(?P<days>{_ORDINALS})(?!\s(?:{EN_DAY}|of|day|week|month"
            r"|year|hour|minute|customer|client|order|time|call)|\s?\w+\sof)"
        ),
        _en_monthdays,
    ),
    (
        pattern(
            rf"\b(?:on\s)?(?:the\s|every\s)?(?P<place>{ORDINAL_WORD})\s(?:(?P<day>{EN_DAY})|(?:business"
            r"|working|work)\s?day|(?P<plain>day))\s(?:of|in)\s(?:every|each|a)\s(?:calendar\s)?month\b"
        ),
        _en_month_nth,
    ),
    (
        pattern(
            rf"\bevery\s(?P<place>{ORDINAL_WORD})\s(?:(?P<day>{EN_DAY})|(?:business|working|work)\s?day"
            r"|(?P<plain>day))\sof\sthe\smonth\b"
            rf"|\b(?:every\smonth|monthly)\son\sthe\s(?P<place2>{ORDINAL_WORD})\s(?P<day2>{EN_DAY})\b"
        ),
        _en_every_nth,
    ),
    (
        pattern(
            r"\b(?:at\s|on\s)?(?:the\s)?(?P<edge>beginning|start|middle|mid|end|last\sday"
            r"|first\sday)\s(?:of\s)?(?:every|each)\smonth\b|\bevery\smonth[\s-]?end\b"
        ),
        _en_month_edge,
    ),
    (
        pattern(
            r"\b(?:at\s|on\s)?(?:the\s)?(?P<edge>beginning|start|end|last\sday|first\sday)\sof\s(?:every"
            r"|each)\squarter\b"
        ),
        _quarter_edge,
    ),
    (
        pattern(rf"\bevery\s(?P<place>first|1st|third|3rd|fourth|4th|last)\s(?P<day>{EN_DAY})\b(?P<plain>)(?!\sof)"),
        _en_month_nth,
    ),
    (
        pattern(rf"(?P<other>)\bevery\s(?P<days>{_ORDINALS})\sof\s(?:the|each|every)\smonth\b"),
        _en_monthdays,
    ),
    (pattern(r"\b(?:every|each)\squarter[\s-](?P<edge>end|start)\b"), _quarter_edge),
)
