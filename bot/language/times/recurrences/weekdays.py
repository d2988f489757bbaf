"""On which days of the week: 每周一三五, 隔周二, every weekday, Mondays and Thursdays."""

import re

from bot.language.times import reckoning
from bot.language.times.meaning import By, Cycle, Matcher, Meaning, Scene, pattern
from bot.language.times.recurrences.every import EVERY, OTHER
from bot.language.times.weekdays import EN_DAY, ZH_DAYS, ZH_WEEK, en_day

_WORKING = By(weekdays=reckoning.WORKWEEK)
_ZH_ITEM = (
    rf"[一二三四五六日天](?![点时十个次])(?:\s?[、,和及与跟/]?\s?{ZH_WEEK}?[一二三四五六日天](?!"
    r"[点时十个次]|十?[点时]))*"
)
_ZH_STRETCH = rf"[一二三四五六日天]\s?[到至-]\s?{ZH_WEEK}?[一二三四五六日天](?![点时])"
_EN_DAYS = rf"(?:on\s)?{EN_DAY}s?\b(?:\.?(?:,\s?|\s?(?:and|&|or|through|thru|to|-|/)\s?|,\sand\s){EN_DAY}s?\b)*"
_PLURAL = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days\b"


def _zh_weekdays(match: re.Match[str], _: Scene) -> Meaning:
    every = match["every"] or ""
    interval = 2 if any(sign in every for sign in "隔两二双") else 1
    return Meaning(cycle=Cycle("WEEKLY", interval, By(weekdays=_zh_listed(match["days"]))))


def _zh_listed(said: str) -> tuple[str, ...]:
    """The weekdays of 一三五, 二和周四, 一到周五, 末."""
    if "末" in said:
        return ("SA", "SU")
    days = [ZH_DAYS[sign] for sign in said if sign in ZH_DAYS]
    if re.search(r"[到至-]", said) and len(days) == 2:
        return _stretch(*days)
    return _sorted(days)


def _stretch(first: int, last: int) -> tuple[str, ...]:
    return _sorted([(first + n) % 7 for n in range((last - first) % 7 + 1)])


def _sorted(days: list[int]) -> tuple[str, ...]:
    return tuple(reckoning.WEEKDAYS[day] for day in sorted(set(days)))


def _workdays(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(cycle=Cycle("WEEKLY", 1, _WORKING))


def _weekends(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(cycle=Cycle("WEEKLY", 1, By(weekdays=("SA", "SU"))))


def _en_weekdays(match: re.Match[str], _: Scene) -> Meaning:
    interval = 2 if match["other"] else 1
    return Meaning(cycle=Cycle("WEEKLY", interval, By(weekdays=_en_listed(match["days"]))))


def _en_listed(said: str) -> tuple[str, ...]:
    days = [en_day(each) for each in re.findall(EN_DAY, said)]
    if len(days) == 2 and re.search(r"-|\bto\b|\bthrough\b|\bthru\b", said):
        return _stretch(*days)
    return _sorted(days)


def _zh_run(match: re.Match[str], _: Scene) -> Meaning | None:
    """周一三五 without 每: days in their order, each once."""
    days = [ZH_DAYS[sign] for sign in match["days"]]
    return Meaning(cycle=Cycle("WEEKLY", 1, By(weekdays=_sorted(days)))) if days == sorted(set(days)) else None


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            r"(?P<every>每逢?个?|逢|隔|每隔?[一两二]个?(?:周|星期|礼拜)的?|隔(?:周|星期|礼拜)的?"
            rf"|每?双)个?{ZH_WEEK}的?(?P<days>末|{_ZH_STRETCH}|{_ZH_ITEM})"
        ),
        _zh_weekdays,
    ),
    (pattern(rf"(?P<every>){ZH_WEEK}(?P<days>{_ZH_STRETCH}|{_ZH_ITEM})的?(?=每[天日周])"), _zh_weekdays),
    (
        pattern(
            r"每个?(?:工作日|上班日)(?:的?每天)?|(?<![\d一二两三四五六七八九十个下首后非近的])工作日(?:的?每天)?"
            rf"|{ZH_WEEK}一[到至-]{ZH_WEEK}?五(?:的?每天)?"
        ),
        _workdays,
    ),
    (pattern(rf"{EVERY}{OTHER}(?P<days>{_EN_DAYS})"), _en_weekdays),
    (
        pattern(
            rf"(?<![\w-])(?:on\s)?(?P<other>)(?P<days>{_PLURAL}(?:(?:,\s?|\s(?:and|&)\s|,\sand\s){EN_DAY}s?\b)*)(?!')"
        ),
        _en_weekdays,
    ),
    (pattern(r"(?P<other>)\b(?P<days>(?:monday|mon)\s?(?:-|to|through|thru)\s?(?:friday|fri))\b"), _en_weekdays),
    (
        pattern(r"\b(?:every|each|on|all)\s(?:weekdays?|workdays?|(?:business|working|work)\sdays?)\b|\bweekdays\b"),
        _workdays,
    ),
    (pattern(r"\b(?:every|each|on)\s(?:weekends?)\b(?<!on\sweekend)|\bweekends\b"), _weekends),
    (
        pattern(
            rf"(?<![每这本下上隔逢双个两\d])(?P<every>){ZH_WEEK}(?P<days>[一二三四五六日天]{{2,5}})(?!"
            r"[点时十号次个名位])(?<!六日)(?<!六天)"
        ),
        _zh_run,
    ),
)
