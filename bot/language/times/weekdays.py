"""Days of the week: 周五, 这周三, 下下周二, Friday, next Wednesday, Friday of next week, weekends."""

import re
from datetime import date, timedelta

from bot.language.times import reckoning
from bot.language.times.meaning import By, Day, Matcher, Meaning, Scene, pattern

ZH_WEEK = "(?:周|星期|礼拜)"
ZH_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {str(n + 1): n for n in range(7)}
EN_DAY = (
    r"(?:monday|mon|tuesday|tues|tue|wednesday|weds|wed|thursday|thurs|thur|thu|friday|fri|saturday|sat|sunday|sun)"
)
_EN_DAYS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
#: After 周一, what makes the 一 a part of another word: 下周一起吃饭, 每周一次.
_ZH_NOT_ONE = (
    r"(?!一(?:起|定|直|般|共|同|样|些|下(?!午|班)|次|个|旦|边|切|致|律|再|并|味|贯|线)"
    r"|[二三四五六](?:次|个(?!半?小时)|名|位)|[1-7][次个名位])"
)
_LISTED = r"(?<![每隔双半两零一二三四五六七八九十\d几整个单])"
#: Before a short name of a day that is meant as one.
_LEADS = re.compile(
    r"(?:\b(?:on|by|before|until|till|from|every|each|and|or|through|this|next|due|for|after|starting)\s|[,、&/(]\s?)$"
)
_FOLLOWS = re.compile(
    r"\s*(?:$|[,.;!?)、，。&-]|\d|@|[\u4e00-\u9fff]|(?:at|on|and|or|by|before|after|am|pm|morning"
    r"|afternoon|evening|night|noon|midnight|eod"
    r"|cob|to|thru|through|until|please|remind|of|next|half|quarter)\b)"
)
_CAPITALISED = re.compile(r"\s[A-Z][a-z]+")


def en_day(word: str) -> int:
    """0 = Monday, of a match of `EN_DAY`."""
    return _EN_DAYS[word[:2]]


def upcoming(weekday: int, scene: Scene) -> Day:
    """The coming one; today counts while its hour is ahead."""
    first = scene.today + timedelta(days=(weekday - scene.today.weekday()) % 7)
    return Day((first, first + timedelta(days=7)), weekly=True, by=By(weekdays=(reckoning.WEEKDAYS[weekday],)))


def of_week(weekday: int, weeks: int, scene: Scene) -> Day:
    """The day of the week that is so many weeks away."""
    found = reckoning.monday_of(scene.today) + timedelta(days=7 * weeks + weekday)
    return Day((found,), by=By(weekdays=(reckoning.WEEKDAYS[weekday],)))


def weekend(weeks: int | None, scene: Scene) -> Day:
    """Its Saturday; on a Sunday "this weekend" is that Sunday. `weeks` None: the coming one."""
    saturday = reckoning.monday_of(scene.today) + timedelta(days=7 * (weeks or 0) + 5)
    second = saturday + timedelta(days=7 if weeks is None else 1)
    return Day((saturday, second), by=By(weekdays=("SA", "SU")))


def _zh(match: re.Match[str], scene: Scene) -> Meaning | None:
    shift = match["shift"] or ""
    weeks = shift.count("下") - shift.count("上") if shift else None
    if match["day"] == "末":
        return Meaning(day=weekend(weeks, scene))
    weekday = ZH_DAYS[match["day"]]
    return Meaning(day=upcoming(weekday, scene) if weeks is None else of_week(weekday, weeks, scene))


def _en(match: re.Match[str], scene: Scene) -> Meaning | None:
    weekday = en_day(match["day"])
    which = " ".join(filter(None, (match["before"], match["after"])))
    if not which and _is_no_day(match, scene):
        return None
    if "after next" in which:
        return Meaning(day=of_week(weekday, 2, scene))
    if "next" in which:
        return Meaning(day=of_week(weekday, 1, scene))
    if match["before"] in ("last", "past"):
        return Meaning(day=Day((_last(weekday, scene),)))
    if which == "this" and weekday == scene.today.weekday():
        return Meaning(day=Day((scene.today,), by=By(weekdays=(reckoning.WEEKDAYS[weekday],))))
    return Meaning(day=upcoming(weekday, scene))


def _last(weekday: int, scene: Scene) -> date:
    return scene.today - timedelta(days=(scene.today.weekday() - weekday - 1) % 7 + 1)


def _is_no_day(match: re.Match[str], scene: Scene) -> bool:
    """Sun Microsystems, he sat down, Monday.com: told by capitals, the words around, and the kind of name."""
    word, before, after = match["day"], scene.before(match.start()), scene.after(match.end())
    if word.endswith("day"):
        return (
            re.match(r"\.(?:com|cn|io)\b", after) is not None
            or re.search(r"\b(?:good|ash|super|casual)\s$", before) is not None
        )
    name = scene.text[match.start("day") : match.end("day")]
    capitalised = _CAPITALISED.match(scene.text, match.end())
    if capitalised and name[0].isupper() and _FOLLOWS.match(after) is None and word in ("sun", "sat", "mon", "wed"):
        return True
    if re.search(r"\b(?:the|a|an)\s$", before):
        return True
    if _LEADS.search(before) or _FOLLOWS.match(after):
        return word == "sun" and bool(re.search(r"\b(?:in|under|of)\s$", before))
    return word in ("sun", "sat", "mon", "wed") or bool(before.strip())


def _en_weekend(match: re.Match[str], scene: Scene) -> Meaning:
    weeks = {"this": 0, "the": None, "next": 1, "last": -1, "coming": None, "this coming": None}.get(
        match["which"] or ""
    )
    return Meaning(day=weekend(weeks, scene))


def _week_from(match: re.Match[str], scene: Scene) -> Meaning:
    """British "Monday week": a week after the coming Monday."""
    if match["named"]:
        distance = 8 if match["named"] == "tomorrow" else 7
        return Meaning(day=Day((scene.today + timedelta(days=distance),)))
    day = upcoming(en_day(match["day"]), scene)
    return Meaning(day=Day(tuple(date + timedelta(days=7) for date in day.dates)))


def _zh_both(_: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(day=weekend(None, scene))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            r"(?:(?P<shift>(?<![晚早])上上个?|(?<![晚早])上个?|这个?|本|下下下个?|下下个?|(?<!以)下个?)"
            rf"|{_LISTED}){ZH_WEEK}的?{ZH_WEEK}?"
            rf"{_ZH_NOT_ONE}(?P<day>[一二三四五六日天末]|[1-7](?![\d点:.时]))(?!十(?!点|[一二]点))(?![末](?!尾))"
        ),
        _zh,
    ),
    (
        pattern(
            r"(?<![\w.-])(?:(?:the\s)?(?P<before>this\scoming|coming|this|next|last|past|following"
            r"|next\sweek(?:'s)?(?:\son)?|this\sweek(?:'s)?(?:\son)?"
            rf"|week\safter\snext(?:\son)?)\s)?(?P<day>{EN_DAY})\b(?!s\b)\.?(?:(?:\sof|,"
            r"|\sin)?(?:\sthe)?\s(?P<after>week\safter\snext|after\snext|next\sweek|this\sweek))?"
        ),
        _en,
    ),
    (
        pattern(
            r"\b(?:over\s)?(?:(?P<which>this\scoming|coming|this|next|last|the)\s)?weekend\b(?!\s?(?:trip"
            r"|work|plan|house|getaway))"
        ),
        _en_weekend,
    ),
    (pattern(rf"(?<![下这本上每]){ZH_WEEK}六(?:日|天)(?![一-九])"), _zh_both),
    (pattern(rf"\b(?:(?P<day>{EN_DAY})|(?P<named>today|tomorrow))\sweek\b"), _week_from),
)
