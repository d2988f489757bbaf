"""How often: 每两周, 半小时一次, every other day, quarterly, each morning."""

import re

from bot.language.times import numerals
from bot.language.times.dates import MONTH
from bot.language.times.festivals import EN_FESTIVAL
from bot.language.times.meaning import Cycle, Hour, Matcher, Meaning, Period, Said, Scene, pattern
from bot.language.times.recurrences.every import EVERY, OTHER
from bot.language.times.weekdays import EN_DAY

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
#: After 每天, 每年 …, what makes it a description: 每年营收三千万.
_ZH_FIGURES = (
    r"(?!的?(?:营收|销售|流水|采购|产量|预算|用量|费用|利润|成本|需求|增长|销量|营业|收入|都|大概?要用|平均|约))"
)


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


def _yearly(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(cycle=Cycle("YEARLY"))


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
        pattern(rf"(?<![每\d])(?P<number>{numerals.ZH})个?(?P<half>半)?(?P<unit>天|周|星期|礼拜|月|季度|年)一次"),
        _zh_once,
    ),
    (
        pattern(
            rf"{EVERY}(?:{OTHER}(?P<number>{numerals.EN}\s)??)(?P<half>half[\s-](?:an?\s)?)?(?P<unit>minute"
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
            rf"\bonce\s(?:a|an|every|per)\s{OTHER}(?P<number>{numerals.EN}\s)??(?P<half>half\s)?(?P<unit>hour"
            r"|day|week|month|quarter|year)s?\b"
        ),
        _en_units,
    ),
    (pattern(rf"{EVERY}(?P<period>morning|afternoon|evening|night|noon)\b"), _en_period),
    (
        pattern(
            r"\b(?:hourly|daily|nightly|weekly|bi-?weekly|fortnightly|bimonthly|monthly|quarterly|yearly|annually)\b"
        ),
        _en_adverb,
    ),
    (
        pattern(
            rf"\b(?:every|each)(?=\s(?:{MONTH}\b|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}\b"
            rf"|{EN_FESTIVAL}\b))"
        ),
        _yearly,
    ),
)
