"""Units of time and amounts of them."""

import re

from bot.language.times import numerals

MINUTES: dict[str, float] = {
    **dict.fromkeys(("秒钟", "秒", "second", "sec"), 1 / 60),
    **dict.fromkeys(("分钟", "分", "minute", "min", "m"), 1),
    **dict.fromkeys(("刻钟",), 15),
    **dict.fromkeys(("小时", "钟头", "钟", "hour", "hr", "h"), 60),
}
DAYS = {
    **dict.fromkeys(("天", "日", "day", "d"), 1),
    **dict.fromkeys(("周", "星期", "礼拜", "week", "wk", "w"), 7),
    **dict.fromkeys(("fortnight",), 14),
}
MONTHS = {
    **dict.fromkeys(("月", "month"), 1),
    **dict.fromkeys(("季度", "quarter"), 3),
    **dict.fromkeys(("年", "year", "yr"), 12),
}
WORKDAYS = ("工作日", "business day", "working day", "workday", "work day")
#: Nobody plans a century ahead; larger numbers are something else.
LONGEST_DAYS = 36_525
_EN_UNIT = (
    r"(?:second|sec|minute|min|m|hour|hr|h|business\sday|working\sday|work\s?day|day|d|week|wk|w|fortnight|month"
    r"|quarter|year|yr)s?"
)
EN_AMOUNT = (
    r"(?:(?P<half>half\s(?:an?\s)?)"
    rf"|(?P<number>{numerals.EN})\s?)(?P<and_half>and\sa\shalf\s)?(?P<unit>{_EN_UNIT})(?![a-z])(?P<half_after>"
    r"\sand\sa\shalf)?"
)


def singular(unit: str) -> str:
    """The unit without its plural."""
    unit = re.sub(r"\s", " ", unit)
    return unit[:-1] if len(unit) > 1 and unit.endswith("s") else unit


def en_amount(match: re.Match[str]) -> float:
    """The number in a match of `EN_AMOUNT`."""
    if match["half"]:
        return 0.5
    amount = numerals.value(match["number"])
    return amount + 0.5 if match["and_half"] or match["half_after"] else amount
