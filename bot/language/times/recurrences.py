"""What repeats: 每周一三五, 每月15号和30号, 隔周, every weekday, the last Friday of each month, Mondays."""

import re
from datetime import timedelta

from bot.language.times import numerals, reckoning
from bot.language.times.dates import MONTH
from bot.language.times.festivals import EN_FESTIVAL
from bot.language.times.meaning import By, Cycle, Day, Hour, Matcher, Meaning, Period, Said, Scene, pattern
from bot.language.times.nth import ORDINAL_WORD, ZH_PLACE, nth_by, ordinal_place, zh_place
from bot.language.times.weekdays import EN_DAY, ZH_DAYS, ZH_WEEK, en_day

_WORKING = By(weekdays=reckoning.WORKWEEK)
_FREQUENCIES = {
    **dict.fromkeys(("分钟", "分", "minute", "min"), ("MINUTELY", 1)),
    **dict.fromkeys(("刻钟",), ("MINUTELY", 15)),
    **dict.fromkeys(("小时", "钟头", "钟", "hour", "hr"), ("HOURLY", 1)),
    **dict.fromkeys(("天", "日", "day", "早", "晚", "夜"), ("DAILY", 1)),
    **dict.fromkeys(("周", "星期", "礼拜", "week"), ("WEEKLY", 1)),
    **dict.fromkeys(("fortnight",), ("WEEKLY", 2)),
    **dict.fromkeys(("月", "month"), ("MONTHLY", 1)),
    **dict.fromkeys(("季度", "季", "quarter"), ("MONTHLY", 3)),
    **dict.fromkeys(("年", "year"), ("YEARLY", 1)),
}
_HALVES = {
    **dict.fromkeys(("小时", "钟头", "hour", "hr"), ("MINUTELY", 30)),
    **dict.fromkeys(("天", "day"), ("HOURLY", 12)),
    **dict.fromkeys(("月", "month"), ("DAILY", 15)),
    **dict.fromkeys(("年", "year"), ("MONTHLY", 6)),
}
_ADVERBS = {
    "hourly": ("HOURLY", 1),
    "daily": ("DAILY", 1),
    "nightly": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "biweekly": ("WEEKLY", 2),
    "bi-weekly": ("WEEKLY", 2),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "bimonthly": ("MONTHLY", 2),
    "quarterly": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
}


def _units(unit: str, amount: int) -> Cycle | None:
    freq, times = _FREQUENCIES[unit]
    return Cycle(freq, amount * times) if 0 < amount * times <= 1000 else None


def _zh_units(match: re.Match[str], _: Scene) -> Meaning | None:
    unit = match["unit"]
    if match["number"] == "半":
        return Meaning(cycle=Cycle(*_HALVES[unit])) if unit in _HALVES else None
    if unit == "钟" and not match["ge"]:
        return None
    amount = numerals.whole(match["number"]) if match["number"] else 1
    skips = match["lead"].endswith("隔")
    if skips and amount == 1 and _FREQUENCIES[unit][0] not in ("HOURLY", "MINUTELY"):
        amount = 2
    cycle = _units(unit, amount)
    period = {"早": Period.MORNING, "晚": Period.EVENING, "夜": Period.EVENING}.get(unit)
    return Meaning(cycle=cycle, period=period) if cycle else None


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


def _zh_once(match: re.Match[str], _: Scene) -> Meaning | None:
    """一周一次, 两个月一次."""
    amount = numerals.whole(match["number"])
    if match["half"]:
        return None
    cycle = _units(match["unit"], amount)
    return Meaning(cycle=cycle) if cycle else None


def _en_units(match: re.Match[str], _: Scene) -> Meaning | None:
    unit = match["unit"].removesuffix("s")
    if match["half"]:
        return Meaning(cycle=Cycle(*_HALVES[unit])) if unit in _HALVES else None
    amount = 2 if match["other"] else numerals.whole(match["number"] or "one")
    cycle = _units(unit, amount)
    return Meaning(cycle=cycle) if cycle else None


def _en_weekdays(match: re.Match[str], _: Scene) -> Meaning:
    interval = 2 if match["other"] else 1
    return Meaning(cycle=Cycle("WEEKLY", interval, By(weekdays=_en_listed(match["days"]))))


def _en_listed(said: str) -> tuple[str, ...]:
    days = [en_day(each) for each in re.findall(EN_DAY, said)]
    if len(days) == 2 and re.search(r"-|\bto\b|\bthrough\b|\bthru\b", said):
        return _stretch(*days)
    return _sorted(days)


def _en_period(match: re.Match[str], _: Scene) -> Meaning:
    said = match["period"]
    if said == "noon":
        return Meaning(cycle=Cycle("DAILY"), hours=(Hour(12, 0, Said.EXACT),))
    period = {"morning": Period.MORNING, "afternoon": Period.AFTERNOON}.get(said, Period.EVENING)
    return Meaning(cycle=Cycle("DAILY"), period=period)


def _en_adverb(match: re.Match[str], scene: Scene) -> Meaning | None:
    """Adverbs alone: "the weekly report" repeats nothing."""
    if re.search(
        r"\b(?:the|a|an|our|his|her|their|my|your|this|next|last|send|new|'s)\s$", scene.before(match.start())
    ):
        return None
    follows = r"\s*(?:$|[,.;:!?)]|(?:on|at|to|until|till|from|starting|for|in|every|and|about|by)\b|\d|[\u4e00-\u9fff])"
    days = rf"\s(?:the\s|{EN_DAY})"
    if not re.match(f"{follows}|{days}", scene.after(match.end())):
        return None
    freq, interval = _ADVERBS[match[0]]
    period = Period.EVENING if match[0] == "nightly" else None
    return Meaning(cycle=Cycle(freq, interval), period=period)


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


def _lasting(match: re.Match[str], scene: Scene) -> Meaning | None:
    """For 4 weeks, 持续两周: until then."""
    amount = numerals.whole((match["number"] or match["zh_number"] or "one").strip())
    unit = match["unit"] or {"天": "day", "月": "month", "年": "year"}.get(match["zh_unit"], "week")
    if not 0 < amount <= 1000:
        return None
    if unit in ("month", "year"):
        last = reckoning.months_from(scene.today, min(amount * (12 if unit == "year" else 1), 1200))
    else:
        last = scene.today + timedelta(days=amount * (7 if unit == "week" else 1))
    return Meaning(until=Day((last,)), weak=True)


def _zh_run(match: re.Match[str], _: Scene) -> Meaning | None:
    """周一三五 without 每: days in their order, each once."""
    days = [ZH_DAYS[sign] for sign in match["days"]]
    return Meaning(cycle=Cycle("WEEKLY", 1, By(weekdays=_sorted(days)))) if days == sorted(set(days)) else None


def _yearly(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(cycle=Cycle("YEARLY"))


def _zh_count(match: re.Match[str], _: Scene) -> Meaning | None:
    count = numerals.whole(match["number"])
    return Meaning(count=count, weak=True) if 0 < count <= 1000 else None


def _en_count(match: re.Match[str], _: Scene) -> Meaning | None:
    count = 1 if match["number"] == "once" else numerals.whole(match["number"])
    return Meaning(count=count, weak=True) if 0 < count <= 1000 else None


#: After 每天, 每年 …, what makes it a description: 每年营收三千万.
_ZH_FIGURES = (
    r"(?!的?(?:营收|销售|流水|采购|产量|预算|用量|费用|利润|成本|需求|增长|销量|营业|收入|都|大概?要用|平均|约))"
)
_ZH_ITEM = (
    rf"[一二三四五六日天](?![点时十个次])(?:\s?[、,和及与跟/]?\s?{ZH_WEEK}?[一二三四五六日天](?!"
    r"[点时十个次]|十?[点时]))*"
)
_ZH_STRETCH = rf"[一二三四五六日天]\s?[到至-]\s?{ZH_WEEK}?[一二三四五六日天](?![点时])"
_EN_DAYS = rf"(?:on\s)?{EN_DAY}s?\b(?:\.?(?:,\s?|\s?(?:and|&|or|through|thru|to|-|/)\s?|,\sand\s){EN_DAY}s?\b)*"
_PLURAL = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days\b"
_EVERY = r"\b(?:every|each)\s(?:single\s)?"
_OTHER = r"(?P<other>other\s|second\s|2nd\s|alternate\s)?"
_ORDINALS = rf"(?:the\s)?{numerals.ORDINAL}(?:(?:,\s?|\s?(?:and|&)\s?|,\sand\s)(?:the\s)?{numerals.ORDINAL})*"

MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"(?P<lead>每逢|每隔|每|隔)(?P<number>半|{numerals.ZH})?\s?(?P<ge>个)?(?P<unit>分钟|分|刻钟|小时"
            r"|钟头|钟|天|日|周|星期|礼拜|月|季度|季|年)"
            rf"(?:一次)?{_ZH_FIGURES}(?![壁膜夜阂])"
        ),
        _zh_units,
    ),
    (pattern(r"(?P<lead>每)(?P<number>)(?P<ge>)(?P<unit>[早晚夜])上?"), _zh_units),
    (
        pattern(
            rf"(?P<lead>)(?P<number>)(?P<ge>)(?<!每)天(?P<unit>天){_ZH_FIGURES}(?=$|[\s,，。;]|\d"
            r"|[零一二两三四五六七八九十]+点|早|晚|[上中下]午|凌晨|提醒|叫|要|都|给|打|写|发|跟|联系|记得|准时)"
        ),
        _zh_units,
    ),
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
        pattern(rf"(?<![每\d])(?P<number>{numerals.ZH})个?(?P<half>半)?(?P<unit>天|周|星期|礼拜|月|季度|年)一次"),
        _zh_once,
    ),
    (
        pattern(
            rf"{_EVERY}(?:{_OTHER}(?P<number>{numerals.EN}\s)??)(?P<half>half[\s-](?:an?\s)?)?(?P<unit>minute"
            r"|min|hour|hr|day|week|fortnight|month|quarter|year)s?\b"
        ),
        _en_units,
    ),
    (
        pattern(r"\b(?P<other>)(?P<number>)(?P<half>)every(?P<unit>day)\b(?!\s(?:low|life|use|price|prices|carry))"),
        _en_units,
    ),
    (
        pattern(
            rf"\bonce\s(?:a|an|every|per)\s{_OTHER}(?P<number>{numerals.EN}\s)??(?P<half>half\s)?(?P<unit>hour"
            r"|day|week|month|quarter|year)s?\b"
        ),
        _en_units,
    ),
    (pattern(rf"{_EVERY}{_OTHER}(?P<days>{_EN_DAYS})"), _en_weekdays),
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
    (pattern(rf"{_EVERY}(?P<period>morning|afternoon|evening|night|noon)\b"), _en_period),
    (
        pattern(
            r"\b(?:hourly|daily|nightly|weekly|bi-?weekly|fortnightly|bimonthly|monthly|quarterly|yearly|annually)\b"
        ),
        _en_adverb,
    ),
    (
        pattern(rf"\b(?:on\s)?(?P<days>{_ORDINALS})(?:\sday)?\s(?:of|in)\s(?:every|each)\s{_OTHER}month\b"),
        _en_monthdays,
    ),
    (pattern(rf"\b(?:every|each)\s{_OTHER}month\s(?:on\s)?(?P<days>{_ORDINALS})"), _en_monthdays),
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
        pattern(
            rf"\b(?:every|each)(?=\s(?:{MONTH}\b|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}\b"
            rf"|{EN_FESTIVAL}\b))"
        ),
        _yearly,
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
    (
        pattern(
            rf"\bfor\s(?:the\snext\s)?(?P<number>{numerals.EN}\s)?(?P<unit>day|week|month|year)s?\b"
            rf"|(?:持续|连续|接下来|未来)(?P<zh_number>{numerals.ZH})个?(?P<zh_unit>天|周|星期|礼拜|月|年)"
        ),
        _lasting,
    ),
    (
        pattern(
            rf"(?<![每这本下上隔逢双个两\d])(?P<every>){ZH_WEEK}(?P<days>[一二三四五六日天]{{2,5}})(?!"
            r"[点时十号次个名位])(?<!六日)(?<!六天)"
        ),
        _zh_run,
    ),
    (pattern(rf"(?:一共|总共|共|重复|持续|连续)(?:提醒)?(?P<number>{numerals.ZH})[次遍回]"), _zh_count),
    (pattern(rf"\b(?:for\s)?(?P<number>{numerals.EN})\s(?:times|occurrences)\b(?!\sa\b)"), _en_count),
)
