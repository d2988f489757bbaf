"""Festivals by name, before and after them: 国庆后, 除夕, 春节假期后, 农历八月十五, Christmas Eve, Thanksgiving."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from bot.language.times import lunar, numerals, reckoning, workdays
from bot.language.times.dates import NO_SUCH_DAY, ZH_YEAR, zh_year
from bot.language.times.meaning import By, Day, Matcher, Meaning, Scene, pattern

#: Month and day of the festivals of the Gregorian calendar.
_FIXED = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "植树节": (3, 12),
    "愚人节": (4, 1),
    "劳动节": (5, 1),
    "青年节": (5, 4),
    "儿童节": (6, 1),
    "建党节": (7, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "万圣节": (10, 31),
    "双十一": (11, 11),
    "双十二": (12, 12),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
    "跨年": (12, 31),
}
#: Month, place and weekday of the movable ones.
_PLACED = {
    "母亲节": (5, 2, 6),
    "父亲节": (6, 3, 6),
    "感恩节": (11, 4, 3),
    "美国劳动节": (9, 1, 0),
    "总统日": (2, 3, 0),
    "马丁路德金日": (1, 3, 0),
    "阵亡将士纪念日": (5, -1, 0),
}
#: Month and day of the lunar ones.
_LUNAR = {
    "春节": (1, 1),
    "元宵": (1, 15),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中元": (7, 15),
    "中秋": (8, 15),
    "重阳": (9, 9),
    "腊八": (12, 8),
    "小年": (12, 23),
}
_TERMS = ("清明", "冬至", "立春", "春分", "立夏", "夏至", "立秋", "秋分", "立冬")
_ZH_NAMES = {
    **{name: name for name in ("元旦", "国庆", "平安夜", "圣诞", "双十一", "双十二", "春节", "元宵", "端午", "七夕")},
    **{name: name for name in ("中秋", "重阳", "腊八", "小年", "除夕", *_TERMS)},
    **{name: name for name in (*_FIXED, *_PLACED) if name.endswith("节")},
    "五一": "劳动节",
    "六一": "儿童节",
    "十一": "国庆",
    "三八节": "妇女节",
    "三八妇女节": "妇女节",
    "五四青年节": "青年节",
    "五一劳动节": "劳动节",
    "六一儿童节": "儿童节",
    "七一建党节": "建党节",
    "八一建军节": "建军节",
    "五四": "青年节",
    "十一国庆": "国庆",
    "国庆日": "国庆",
    "圣诞前夜": "平安夜",
    "圣诞夜": "平安夜",
    "万圣夜": "万圣节",
    "跨年夜": "跨年",
    "双11": "双十一",
    "双12": "双十二",
    "光棍节": "双十一",
    "大年初一": "春节",
    "农历新年": "春节",
    "阴历新年": "春节",
    "过年": "春节",
    "大年三十": "除夕",
    "大年夜": "除夕",
    "年三十": "除夕",
    "年夜": "除夕",
    "中元节": "中元",
    "鬼节": "中元",
    "灯节": "元宵",
    "黑五": "黑色星期五",
    "黑色星期五": "黑色星期五",
    "复活节": "复活节",
    "端阳": "端午",
    "乞巧节": "七夕",
    "新年": "元旦",
    "情人节": "情人节",
}
_EN_NAMES = {
    **dict.fromkeys(("new year's day", "new years day", "new year", "new year's"), "元旦"),
    **dict.fromkeys(("valentine's day", "valentines day", "valentine's"), "情人节"),
    **dict.fromkeys(("women's day", "international women's day"), "妇女节"),
    **dict.fromkeys(("april fools' day", "april fool's day", "april fools day"), "愚人节"),
    **dict.fromkeys(("labor day", "labour day", "may day"), "劳动节"),
    **dict.fromkeys(("children's day",), "儿童节"),
    **dict.fromkeys(("national day", "golden week"), "国庆"),
    **dict.fromkeys(("halloween",), "万圣节"),
    **dict.fromkeys(("singles' day", "singles day", "double eleven", "double 11"), "双十一"),
    **dict.fromkeys(("christmas eve", "xmas eve"), "平安夜"),
    **dict.fromkeys(("christmas day", "christmas", "xmas"), "圣诞"),
    **dict.fromkeys(("new year's eve", "new years eve", "nye"), "跨年"),
    **dict.fromkeys(("mother's day", "mothers day"), "母亲节"),
    **dict.fromkeys(("father's day", "fathers day"), "父亲节"),
    **dict.fromkeys(("thanksgiving day", "thanksgiving"), "感恩节"),
    **dict.fromkeys(("presidents' day", "presidents day"), "总统日"),
    **dict.fromkeys(("mlk day", "martin luther king day"), "马丁路德金日"),
    **dict.fromkeys(("memorial day",), "阵亡将士纪念日"),
    **dict.fromkeys(("independence day", "fourth of july", "4th of july"), "独立日"),
    **dict.fromkeys(("chinese new year's day", "chinese new year", "lunar new year", "spring festival", "cny"), "春节"),
    **dict.fromkeys(("chinese new year's eve", "lunar new year's eve"), "除夕"),
    **dict.fromkeys(("lantern festival",), "元宵"),
    **dict.fromkeys(("qingming", "tomb-sweeping day", "tomb sweeping day", "qingming festival"), "清明"),
    **dict.fromkeys(("dragon boat festival", "dragon boat day"), "端午"),
    **dict.fromkeys(("qixi", "qixi festival"), "七夕"),
    **dict.fromkeys(("mid-autumn festival", "mid autumn festival", "mid-autumn", "moon festival"), "中秋"),
    **dict.fromkeys(("double ninth festival", "chongyang festival"), "重阳"),
    **dict.fromkeys(("winter solstice",), "冬至"),
    **dict.fromkeys(("black friday",), "黑色星期五"),
    **dict.fromkeys(("cyber monday",), "网络星期一"),
    **dict.fromkeys(("easter sunday", "easter"), "复活节"),
    **dict.fromkeys(("good friday",), "耶稣受难日"),
    **dict.fromkeys(("boxing day",), "节礼日"),
}
_FIXED |= {"独立日": (7, 4), "节礼日": (12, 26)}
_AMERICAN = ("US", "CA")


def _placed(month: int, place: int, weekday: int, year: int) -> date | None:
    return reckoning.nth_weekday(year, month, place, weekday)


def _easter(days: int, year: int) -> date:
    from dateutil.easter import easter

    return easter(year) + timedelta(days=days)


def _after_thanksgiving(days: int, year: int) -> date | None:
    thanksgiving = reckoning.nth_weekday(year, 11, 4, 3)
    return thanksgiving and thanksgiving + timedelta(days=days)


def _calendar_of(name: str) -> tuple[Callable[[int], date | None], By | None]:
    """From a year to the festival's date, and how it repeats (None: on no fixed date)."""
    if name in _FIXED:
        month, day = _FIXED[name]
        return (lambda year: date(year, month, day)), By(months=(month,), monthdays=(day,))
    if name in _PLACED:
        month, place, weekday = _PLACED[name]
        by = By(months=(month,), weekdays=(f"{place}{reckoning.WEEKDAYS[weekday]}",))
        return partial(_placed, month, place, weekday), by
    if name in _LUNAR:
        month, day = _LUNAR[name]
        return partial(_lunar_in, month, day), None
    if name in _TERMS:
        return (lambda year: lunar.solar_term(year, name)), None
    others: dict[str, Callable[[int], date | None]] = {
        "除夕": lunar.new_years_eve,
        "复活节": partial(_easter, 0),
        "耶稣受难日": partial(_easter, -2),
        "黑色星期五": partial(_after_thanksgiving, 1),
        "网络星期一": partial(_after_thanksgiving, 4),
    }
    return others[name], None


def _lunar_in(month: int, day: int, year: int) -> date | None:
    """The lunar day that falls into a Gregorian year (the last months fall into the next one)."""
    found = (lunar.solar_date(each, month, day) for each in (year - 1, year))
    return next((each for each in found if each and each.year == year), None)


def dates_of(name: str, year: int | None, scene: Scene, *, after: bool = False) -> Day:
    """The festival's dates, or the first day after it and its holiday; `year` None: this year's and the next one's."""
    on, by = _calendar_of("美国劳动节" if name == "劳动节" and scene.country in _AMERICAN else name)
    years = (scene.today.year, scene.today.year + 1) if year is None else (year,)
    found = tuple(day for each in years if (day := on(each)))
    if after:
        return Day(tuple(_after(name, day, scene) for day in found))
    return Day(found, by=by)


def _after(name: str, day: date, scene: Scene) -> date:
    """National Day's week ends on October 7 by custom, whatever is announced so far."""
    if name == "国庆" and scene.country == "CN":
        return date(day.year, 10, 8)
    if workdays.is_workday(day, scene.country):
        return day + timedelta(days=1)
    return workdays.first_after_holiday(day, scene.country)


def _zh(match: re.Match[str], scene: Scene) -> Meaning | None:
    said = match["name"]
    if said == "十一" and not (match["holiday"] or match["after"] or scene.after(match.end(), 1) in ("前", "之", "期")):
        return None
    if said in ("过年", "新年", "五四") and not (match["after"] or scene.after(match.end(), 1) in ("前", "之", "期")):
        return None
    name = "春节" if said == "新年" and match["after"] else _ZH_NAMES[said]
    return Meaning(day=dates_of(name, zh_year(match["year"], scene), scene, after=bool(match["after"])))


def _zh_new_year(match: re.Match[str], scene: Scene) -> Meaning:
    """年后 and 年前: after and before the spring festival."""
    if match[0].endswith("前"):
        return Meaning(day=dates_of("除夕", None, scene), deadline=True)
    return Meaning(day=dates_of("春节", None, scene, after=True))


def _en(match: re.Match[str], scene: Scene) -> Meaning:
    year = int(match["year"]) if match["year"] else None
    if match["which"]:
        year = scene.today.year + ("next" in match["which"])
    return Meaning(day=dates_of(_EN_NAMES[match["name"]], year, scene, after=bool(match["after"])))


def _day_after(match: re.Match[str], scene: Scene) -> Meaning:
    day = dates_of(_EN_NAMES[match["name"]], None, scene)
    step = timedelta(days=1 if match["side"] == "after" else -1)
    return Meaning(day=Day(tuple(each + step for each in day.dates)))


def _after_the_holiday(_: re.Match[str], scene: Scene) -> Meaning | None:
    """节后: after the holiday that is now, or the next one."""
    holiday = workdays.next_holiday(scene.today, scene.country)
    if holiday is None:
        return None
    name = "国庆" if (holiday.month, holiday.day // 8) == (10, 0) else ""
    return Meaning(day=Day((_after(name, holiday, scene),)))


def _before_the_holiday(_: re.Match[str], scene: Scene) -> Meaning | None:
    holiday = workdays.next_holiday(scene.today, scene.country)
    return Meaning(day=Day((holiday,)), deadline=True) if holiday else None


def _lunar(match: re.Match[str], scene: Scene) -> Meaning | None:
    month_said, day_said = match["month"] or "正", match["day"]
    if not (match["calendar"] or match["month"] in ("正", "冬", "腊") or match["new_year"] or day_said[0] in "初廿"):
        return None
    month = {"正": 1, "冬": 11, "腊": 12}.get(month_said) or numerals.whole(month_said)
    day = numerals.whole(day_said.removeprefix("初"))
    year = zh_year(match["year"], scene)
    years = range(scene.today.year - 1, scene.today.year + 9) if year is None else (year,)
    dates = tuple(found for each in years if 1 <= month <= 12 and (found := lunar.solar_date(each, month, day)))
    return Meaning(day=Day(dates) if dates else NO_SUCH_DAY)


def _any(names: dict[str, str]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name) for name in ordered)


_ZH_NAME = rf"(?P<name>{_any(_ZH_NAMES)})"
EN_FESTIVAL = rf"(?:{_any(_EN_NAMES)})"
_EN_NAME = rf"(?P<name>{_any(_EN_NAMES)})"
#: Roads, squares, schools and counts with the name of a day: 五一路, 十一个, 八一中学.
_ZH_NO_FESTIVAL = (
    r"(?![路街桥村店号点个月万千百折块元次年楼上零一二三四五六七八九\d]|广场|大道|大街|中学|小学|公园"
    r"|大厦|大酒店|酒店|河|出版|新村|商场|集团|公司|期间?放假)"
)

MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"(?P<year>{ZH_YEAR})?\s?(?<![零一二三四五六七八九十百第\d]){_ZH_NAME}{_ZH_NO_FESTIVAL}节?(?:日)?"
            r"(?P<holiday>小?长假|假期|放假|假|黄金周)?(?:期间|当天|那天|当日)?(?P<after>(?:之|以|过"
            r"|结束)?后(?!天|面|续|期|台)|结束(?=后|,|$|\s))?"
        ),
        _zh,
    ),
    (
        pattern(
            r"(?<![零一二三四五六七八九十百\d几多今明后前去半整同本往近隔])(?:过完年|年)(?:之后|以后|后"
            r"|前(?!夕|年))|过完年"
        ),
        _zh_new_year,
    ),
    (
        pattern(
            r"\b(?:(?<!days\s)(?<!weeks\s)(?<!day\s)(?<!week\s)(?<!month\s)(?<!months\s)(?P<after>after"
            r"|following)\s(?:the\s)?)?(?:(?P<which>this\syear's|next\syear's|next"
            rf"|this)\s)?{_EN_NAME}(?:\s(?:holidays?|break|week|day))?\b"
            r"(?:,?\s(?P<year>20\d\d)(?![\d:]))?(?!\s(?:tree|party|card|cards|gift|gifts|present|presents"
            r"|sale|campaign|greeting|greetings|promotion|carol)\b)"
        ),
        _en,
    ),
    (pattern(rf"\b(?:the\s)?day\s(?P<side>after|before)\s{_EN_NAME}\b"), _day_after),
    (
        pattern(
            r"(?<![过春])(?:长假|假期|小长假|放假|放完假|节假日|节)(?:结束)?(?:之后|以后|后(?!天))|过完节"
            r"|\bafter\s(?:the\s)?holidays?\b"
        ),
        _after_the_holiday,
    ),
    (
        pattern(
            r"(?<![\u4e00-\u9fff])(?:长假|假期|小长假|放假|节)(?:之|以)?前(?![台面端夕后])"
            r"|\bbefore\s(?:the\s)?holidays?\b"
        ),
        _before_the_holiday,
    ),
    (
        pattern(
            rf"(?:(?P<calendar>农历|阴历|旧历)?(?:(?P<year>{ZH_YEAR})(?:农历|阴历)?)?(?P<month>\d{{1,2}}"
            r"|十[一二]?|[一二三四五六七八九正冬腊])月|(?P<new_year>大年"
            r"|(?<![零一二三四五六七八九十\d今明后去前])年))"
            r"(?P<day>初[一二三四五六七八九十]|二?十[一二三四五六七八九]|[二三]?十|廿[一二三四五六七八九]?"
            r"|[一二三四五六七八九]|\d{1,2})(?:日|号)?(?![点个\d])"
        ),
        _lunar,
    ),
)
