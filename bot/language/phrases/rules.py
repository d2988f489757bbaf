"""Recurrence rules in words: 每周一 上午9:00, every Monday at 09:00."""

from datetime import date

from bot.language.phrase import Phrase
from bot.language.phrases.wall import MONTHS_EN, WEEKDAYS_EN, WEEKDAYS_ZH, clock

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKWEEK = "MO,TU,WE,TH,FR"
_EVERY = {
    "MINUTELY": Phrase(zh="每分钟", en="every minute"),
    "HOURLY": Phrase(zh="每小时", en="every hour"),
    "DAILY": Phrase(zh="每天", en="every day"),
    "WEEKLY": Phrase(zh="每周", en="every week"),
    "MONTHLY": Phrase(zh="每月", en="every month"),
    "YEARLY": Phrase(zh="每年", en="every year"),
}
_EVERY_FEW = {
    "MINUTELY": Phrase(zh="每{n}分钟", en="every {n} minutes"),
    "HOURLY": Phrase(zh="每{n}小时", en="every {n} hours"),
    "DAILY": Phrase(zh="每{n}天", en="every {n} days"),
    "WEEKLY": Phrase(zh="每{n}周", en="every {n} weeks"),
    "MONTHLY": Phrase(zh="每{n}个月", en="every {n} months"),
    "YEARLY": Phrase(zh="每{n}年", en="every {n} years"),
}
_WORKDAYS = Phrase(zh="每个工作日", en="every working day")
_ON_DAYS = Phrase(zh="{every}的{days}", en="{every} on {days}")
_ON_WEEKDAYS = Phrase(zh="每{days}", en="every {days}")
_ON_DATES = Phrase(zh="{every}{months}{days}", en="{every} on {days}{months}")
_AT = Phrase(zh="{rule} {clocks}", en="{rule} at {clocks}")
_TIMES = Phrase(zh="{rule}，共{count}次", en="{rule}, {count} times")
_UNTIL = Phrase(zh="{rule}，到{year}年{month}月{day}日为止", en="{rule}, until {day} {month} {year}")
_PLACES = {
    1: Phrase(zh="第一个", en="first"),
    2: Phrase(zh="第二个", en="second"),
    3: Phrase(zh="第三个", en="third"),
    4: Phrase(zh="第四个", en="fourth"),
    5: Phrase(zh="第五个", en="fifth"),
    -1: Phrase(zh="最后一个", en="last"),
}
_LAST_DAY = Phrase(zh="最后一天", en="the last day")
_WORKDAY = Phrase(zh="工作日", en="working day")


def say_rule(rule: str, language: str) -> str:
    """An RRULE in words, in "zh" or "en"; one that people do not write here is given as it stands."""
    try:
        return _say(_parts(rule), language)
    except (KeyError, ValueError, IndexError):
        return rule


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.removeprefix("RRULE:").split(";"))
    return {name: value for name, _, value in pairs}


def _say(parts: dict[str, str], language: str) -> str:
    said = _days(parts, language)
    if "BYHOUR" in parts:
        minute = int(parts.get("BYMINUTE", "0"))
        clocks = [clock(int(hour), minute, language) for hour in parts["BYHOUR"].split(",")]
        said = _AT.say(language, rule=said, clocks=_joined(clocks, language))
    if "COUNT" in parts:
        return _TIMES.say(language, rule=said, count=parts["COUNT"])
    if "UNTIL" in parts:
        until = date.fromisoformat(parts["UNTIL"][:8])
        month = until.month if language == "zh" else MONTHS_EN[until.month - 1]
        return _UNTIL.say(language, rule=said, year=until.year, month=month, day=until.day)
    return said


def _every(parts: dict[str, str], language: str) -> str:
    interval = int(parts.get("INTERVAL", "1"))
    phrase = (_EVERY if interval == 1 else _EVERY_FEW)[parts["FREQ"]]
    return phrase.say(language, n=interval)


def _days(parts: dict[str, str], language: str) -> str:
    """What repeats and on which days, without the clock."""
    every, weekdays = _every(parts, language), parts.get("BYDAY", "")
    if parts["FREQ"] == "WEEKLY" and weekdays:
        return _of_week(parts, weekdays, every, language)
    months = _months(parts.get("BYMONTH", ""), language)
    if "BYMONTHDAY" in parts:
        days = _joined([_monthday(int(day), language) for day in parts["BYMONTHDAY"].split(",")], language)
    elif weekdays:
        days = _placed(parts, weekdays, language)
    else:
        return every
    return _ON_DATES.say(language, every=every, months=months, days=days)


def _of_week(parts: dict[str, str], weekdays: str, every: str, language: str) -> str:
    once = parts.get("INTERVAL", "1") == "1"
    if weekdays == _WORKWEEK and once:
        return _WORKDAYS.say(language)
    days = _joined([_weekday(code, language) for code in weekdays.split(",")], language)
    return _ON_WEEKDAYS.say(language, days=days) if once else _ON_DAYS.say(language, every=every, days=days)


def _weekday(code: str, language: str) -> str:
    number = _CODES.index(code)
    return f"周{WEEKDAYS_ZH[number]}" if language == "zh" else WEEKDAYS_EN[number]


def _placed(parts: dict[str, str], weekdays: str, language: str) -> str:
    """The last Friday, 第一个工作日."""
    if weekdays == _WORKWEEK and "BYSETPOS" in parts:
        place, day = int(parts["BYSETPOS"]), _WORKDAY.say(language)
    else:
        place, day = int(weekdays[:-2]), _weekday(weekdays[-2:], language)
    return f"{'' if language == 'zh' else 'the '}{_PLACES[place].say(language)}{'' if language == 'zh' else ' '}{day}"


def _monthday(day: int, language: str) -> str:
    if day == -1:
        return _LAST_DAY.say(language)
    return f"{day}日" if language == "zh" else f"the {_ordinal(day)}"


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _months(said: str, language: str) -> str:
    if not said:
        return ""
    months = [int(month) for month in said.split(",")]
    if language == "zh":
        return f"{'、'.join(map(str, months))}月"
    return f" of {_joined([MONTHS_EN[month - 1] for month in months], language)}"


def _joined(words: list[str], language: str) -> str:
    if language == "zh":
        return "、".join(words)
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
