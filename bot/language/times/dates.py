"""Days by name and by number: 明天, 12月3日, 下个月5号, Dec 5th, the 15th, 12/8, 2026-12-25T15:00Z."""

import re
from datetime import timedelta

from bot.language.times import numerals, reckoning
from bot.language.times.meaning import By, Day, Matcher, Meaning, Period, Scene, pattern

MONTH = (
    r"(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct"
    r"|november|nov|december|dec)"
)
_MONTH_NUMBERS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
ZH_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
#: How far a month is from this one: 本月, 下个月, 下下月.
ZH_RELATIVE_MONTH = r"(?:本|这个?|当|次|上上个?|上个?|下下下个?|下下个?|下个?)月(?:份)?"
#: What a number with 号 or 日 counts when it is no day: 12号楼, 三号线, 3日内.
_NOT_A_DAY = (
    r"(?!楼|线|院|店|门|桌|房|机|馆|厅|车|库|仓|位|码|口|人|球|厂|柜|单元|座|井|床|铺|墙|站|台|桥|路"
    r"|街|巷|弄|塔|栋|幢|室|宿舍|会议室"
    r"|产品|项目|样|客[户服]|技|订单|合同|选|电池|文件|地块|铝|钢|字|标|航|窗|坑|汽油|公馆|公寓|仓库"
    r"|工|摊|档|牌|舱|胡同|展|大院|别墅|楼)"
)
_NOT_A_NUMBERED_DAY = r"(?<![\da-z.第#单编工学房车账尾门型店牌股])"


def month_number(word: str) -> int:
    """1 to 12 of an English name or abbreviation."""
    return _MONTH_NUMBERS[word[:3]]


def zh_month_shift(said: str) -> int:
    """Months from this one, of a match of `ZH_RELATIVE_MONTH`."""
    return said.count("下") - said.count("上") + said.count("次")


def zh_year(said: str | None, scene: Scene) -> int | None:
    """The year of 今年, 明年, 2027年, 二七年 …; None when none was said."""
    if not said:
        return None
    word = said.removesuffix("的").removesuffix("年")
    named = {"今": 0, "本": 0, "明": 1, "来": 1, "次": 1, "后": 2, "大后": 3, "去": -1, "前": -2}
    if word in named:
        return scene.today.year + named[word]
    year = numerals.whole(word)
    return year if year > 99 else 2000 + year


ZH_YEAR = (
    r"(?:(?:20|19)\d\d年|(?<!\d)\d\d年|(?:二[零〇]|一九)[一二三四五六七八九零〇]{2}年"
    r"|(?:大后|今|本|明|来|次|后|去|前)年)的?"
)


def month_day(month: int, day: int, year: int | None, scene: Scene) -> Day:
    """A month and a day, in the year said or the next one that has it ahead (eight years hold every February 29)."""
    by = By(months=(month,), monthdays=(day,))
    years = range(scene.today.year, scene.today.year + 9) if year is None else (year,)
    dates = tuple(found for each in years if (found := reckoning.day_in(each, month, day)) is not None)
    if not dates:
        return NO_SUCH_DAY
    return Day(dates, by=by)


#: A day the calendar does not have.
NO_SUCH_DAY = Day((), problem="day_impossible")

_NAMED_DAYS = {
    **dict.fromkeys(("今天", "今日", "今儿", "今儿个", "today", "今"), 0),
    **dict.fromkeys(("明天", "明日", "明儿", "明儿个", "翌日", "明", "tomorrow", "tmr", "tmrw", "tomorow", "2moro"), 1),
    **dict.fromkeys(("后天", "后日", "后儿", "后", "day after tomorrow", "overmorrow"), 2),
    **dict.fromkeys(("大后天", "大后日", "大后"), 3),
    **dict.fromkeys(("昨天", "昨日", "昨儿", "yesterday", "昨"), -1),
    **dict.fromkeys(("前天", "前日", "day before yesterday"), -2),
    **dict.fromkeys(("大前天",), -3),
}


def _named(match: re.Match[str], scene: Scene) -> Meaning:
    distance = _NAMED_DAYS[match["day"]]
    return Meaning(day=Day((scene.today + timedelta(days=distance),), today=distance == 0))


def _named_with_period(match: re.Match[str], scene: Scene) -> Meaning:
    distance = _NAMED_DAYS[match["day"]]
    period = {"早": Period.MORNING, "晨": Period.MORNING, "午": Period.NOON}.get(match["period"][0], Period.EVENING)
    return Meaning(day=Day((scene.today + timedelta(days=distance),), today=distance == 0), period=period)


def _zh_month_day(match: re.Match[str], scene: Scene) -> Meaning | None:
    month, day = numerals.whole(match["month"]), numerals.whole(match["day"])
    if month > 13 or day > 40:
        return None
    return Meaning(day=month_day(month, day, zh_year(match["year"], scene), scene))


def _zh_relative_month_day(match: re.Match[str], scene: Scene) -> Meaning | None:
    year, month = reckoning.month_of(scene.today, zh_month_shift(match["month"]))
    day = numerals.whole(match["day"])
    found = reckoning.day_in(year, month, day)
    if found is None:
        return Meaning(day=NO_SUCH_DAY)
    return Meaning(day=Day((found,), by=By(monthdays=(day,))))


def _zh_day(match: re.Match[str], scene: Scene) -> Meaning | None:
    day = numerals.whole(match["day"])
    return Meaning(day=next_monthday(day, scene)) if 1 <= day <= 31 else None


def next_monthday(day: int, scene: Scene) -> Day:
    """The day of this month or a following one that has it."""
    months = (reckoning.month_of(scene.today, n) for n in range(4))
    dates = tuple(found for year, month in months if (found := reckoning.day_in(year, month, day)) is not None)
    return Day(dates, by=By(monthdays=(day,)))


def _en_month_day(match: re.Match[str], scene: Scene) -> Meaning | None:
    if _is_a_word(match, scene):
        return None
    month = month_number(match["month"])
    said = match["day"]
    day = numerals.ordinal(said) if said[-1].isalpha() else int(said)
    if not 1 <= day <= 40:
        return None
    year = int(match["year"]) if match["year"] else None
    return Meaning(day=month_day(month, day, year, scene))


def _is_a_word(match: re.Match[str], scene: Scene) -> bool:
    """ "may 5 people", "march 5 miles": the verbs, told by small letters and what follows."""
    word = scene.text[match.start("month") : match.end("month")]
    if word not in ("may", "march", "mar") or not match["day"][-1].isdecimal():
        return False
    return re.match(r"\s*(?:$|[,.;:!?)]|(?:at|to|from|on|for|and|noon|by)\b|\d)", scene.after(match.end())) is None


def _en_ordinal(match: re.Match[str], scene: Scene) -> Meaning | None:
    day = numerals.ordinal(match["day"])
    if not 1 <= day <= 31:
        return None
    if not match["month"]:
        return Meaning(day=next_monthday(day, scene))
    year, month = reckoning.month_of(scene.today, 1 if "next" in match["month"] or "following" in match["month"] else 0)
    found = reckoning.day_in(year, month, day)
    if found is None:
        return Meaning(day=NO_SUCH_DAY)
    return Meaning(day=Day((found,), by=By(monthdays=(day,))))


def _this_day(match: re.Match[str], scene: Scene) -> Meaning:
    """明年的今天, 两个月后的今天."""
    if match["number"]:
        months = numerals.whole(match["number"]) * (12 if match["unit"] == "年" else 1)
    else:
        months = 12 * ((zh_year(match["year"], scene) or 0) - scene.today.year) if match["year"] else 0
        months += zh_month_shift(match["month"] or "")
    return Meaning(day=Day((reckoning.months_from(scene.today, min(months, 1200)),)))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"(?:(?P<year>明年|后年|来年)|(?P<month>{ZH_RELATIVE_MONTH})"
            rf"|(?P<number>{numerals.ZH_SMALL})(?:个(?=月))?(?P<unit>月|年)(?:之|以)?后)的?(?:今天|今日|同一天)"
        ),
        _this_day,
    ),
    (
        pattern(
            r"(?P<day>(?<!大)大后[天日]|(?:今|明|昨)(?:天|日(?!头条|科技|之星|方舟|黄花|集团|公司)|儿个?)"
            r"|(?:后|前)[天日](?!性)|大前天|后儿|翌日)"
        ),
        _named,
    ),
    (
        pattern(
            r"\b(?:the\s)?(?P<day>day\safter\stomorrow|day\sbefore\syesterday|overmorrow|today|tomorrow"
            r"|tomorow|tmrw|tmr|2moro|yesterday)\b"
        ),
        _named,
    ),
    (
        pattern(r"(?P<day>大后|今|明|昨|后)(?P<period>早上?(?!餐|饭|报)|晨|晚上?(?!餐|饭|报|会)|夜里?|午(?!餐|饭))"),
        _named_with_period,
    ),
    (pattern(r"(?P<day>明|今)(?=[上下中]午)"), _named),
    (
        pattern(
            rf"(?:(?P<year>{ZH_YEAR})\s?)?(?<![\d零一二三四五六七八九十.])(?P<month>{ZH_MONTH})月(?:份)?的?\s?"
            rf"(?P<day>{numerals.ZH_SMALL})(?:[日号]{_NOT_A_DAY}|(?=$|[\s,，。、;]|[上下中]午|早|晚|凌晨|傍晚"
            r"|之?前|截止|到期))"
        ),
        _zh_month_day,
    ),
    (
        pattern(
            rf"(?P<month>{ZH_RELATIVE_MONTH})的?\s?(?P<day>{numerals.ZH_SMALL})(?:[日号]{_NOT_A_DAY}|(?=$"
            r"|[\s,，。]|[上下中]午|早|晚))"
        ),
        _zh_relative_month_day,
    ),
    (
        pattern(
            rf"{_NOT_A_NUMBERED_DAY}(?<![零一二三四五六七八九十])(?P<day>{numerals.ZH_SMALL})"
            r"(?:号(?!的?话)|日(?!内|之内|以内|后|之后|以后|之前|前|游|均|常|本|子|元|报|间|化|用|式|系|语|文"
            rf"|期|程))(?!\d){_NOT_A_DAY}"
        ),
        _zh_day,
    ),
    (
        pattern(
            rf"(?<![\w.-])(?:the\s)?(?P<month>{MONTH})\b\.?\s?(?:the\s)?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?"
            rf"|{numerals.ORDINAL})"
            r"(?![\w%:/]|\.\d|-\d|\s?[ap]\.?m\b)(?:\s?,?\s?(?P<year>(?:19|20)\d\d)(?![\d:]))?"
        ),
        _en_month_day,
    ),
    (
        pattern(
            rf"(?<![\w.:/$¥-])(?:the\s)?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?"
            rf"|{numerals.ORDINAL})(?:\sday)?\s?(?:of\s)?(?P<month>{MONTH})\b\.?"
            r"(?!\s\d{1,2}(?!\d|:|\s?[ap]\.?m))(?:\s?,?\s?(?P<year>(?:19|20)\d\d)(?![\d:]))?"
        ),
        _en_month_day,
    ),
    (
        pattern(
            rf"\b(?:the\s(?P<day>\d{{1,2}}(?:st|nd|rd|th)"
            rf"|{numerals.ORDINAL})(?P<month>\s(?:of\s)?(?:the\s)?(?:next|this|following|current|the)\smonth)?)"
            r"(?=$|\s?[,.;:!?)]|\s(?:at|to|about|with|for|and|in|by|before|from|please|noon|midnight|morning"
            r"|afternoon|evening|remind|until|\d)\b"
            r"|\s?[\u4e00-\u9fff])"
        ),
        _en_ordinal,
    ),
    (
        pattern(
            r"(?:\bon|\bby|\bbefore|\buntil)\s(?P<day>\d{1,2}(?:st|nd|rd"
            r"|th))(?P<month>\s(?:of\s)?(?:the\s)?(?:next|this)\smonth)?"
            r"(?=$|\s?[,.;:!?)]|\s(?:at|to|about|with|for|and|by|please|noon)\b)"
        ),
        _en_ordinal,
    ),
)
