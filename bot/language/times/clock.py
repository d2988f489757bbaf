"""Times of day by the clock: 三点一刻, 15:30, 3pm, half past three."""

import re
from dataclasses import replace

from bot.language.times import numerals
from bot.language.times.meaning import Hour, Matcher, Meaning, Said, Scene, pattern

#: What follows a number of points that are not o'clock: 两点建议, 三点五万, 一点也不.
_NOT_OCLOCK = (
    r"(?!\d|[万亿折%倍元块斤米]|[零〇一二三四五六七八九十百]|[也都儿不没点]|[小些]?(?:建议|意见|要求"
    r"|问题|看法|原因|想法|注意|补充|内容|优势|理由|不同|区别|体会|心意|希望|钱|左右手))"
)
#: What stands before a number of points that are not o'clock: 第三点, 涨了两点, 早一点.
_BEFORE_POINTS = r"(?<![\d.:第这那有共几涨跌升降了差$¥￥])"
_ZH_HOUR = r"(?:\d{1,2}|二?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_ZH_MINUTE = r"(?:半|一刻|三刻|(?:过|零|〇)?\d{1,2}分?|(?:过|零|〇)?[一二三四五六七八九十廿]{1,3}分?)"
_FOLLOWS_BARE_HOUR = (
    r"(?=\s*(?:$|[,.;!?，。、；！？)]|(?:on|today|tomorrow|tonight|this|next|in\sthe|every|each|sharp"
    r"|to|and|with|for|please"
    r"|remind|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b|[\u4e00-\u9fff]))"
)
_NOT_AN_HOUR = (
    r"(?!\d|[.,:/]\d|\s?[ap]\.?m\b|\s*%|\s*(?:percent|dollars?|usd|yuan|rmb|eur|euros?|pounds?"
    r"|points?|people|persons?|units?|items?"
    r"|pieces?|customers?|clients?|km|miles?|meters?|metres?|kg|each|per|street|road|ave|avenue|times?|x|k|m|million"
    r"|or\smore|(?:more|other|different|new)\s|hours?|hrs?|days?|weeks?|months?|years?|minutes?|mins?|st|nd|rd|th"
    r"|degrees?|stars?|bucks|cents|of)\b|\s\w+\s(?:street|st|road|rd|avenue|ave|lane|drive|blvd)\b)"
)


def _zh_hour(match: re.Match[str], scene: Scene) -> Meaning | None:
    hour = numerals.whole(match["hour"])
    minute = _zh_minute(match["minute"] or "")
    if minute is None or (match["hour"] == "一" and not match["minute"] and _is_a_bit(match, scene)):
        return None
    if hour > 24:
        return _NO_SUCH_HOUR if hour < 30 else None
    said = Said.CLOCK if hour > 12 or hour == 0 or match["hour"].startswith("0") else Said.BARE
    if match["short"]:
        return Meaning(hours=(_earlier(hour, _zh_minute(match["short"]) or 0, said),))
    if match["late"]:
        return Meaning(hours=(_earlier(hour, _zh_minute(match["late"]) or 0, said),))
    return Meaning(hours=(Hour(hour, minute, said),))


def _zh_minute(text: str) -> int | None:
    """Minutes of 半, 一刻, 零五, 十五分; None for a lone small number (三点五 is a decimal)."""
    if text in ("", "半", "一刻", "三刻"):
        return {"": 0, "半": 30, "一刻": 15, "三刻": 45}[text]
    digits = text.removesuffix("分").removeprefix("过")
    minute = numerals.whole(digits)
    marked = digits != text or len(digits) > 1 or digits == "十"
    return minute if marked and minute < 60 else None


def _is_a_bit(match: re.Match[str], scene: Scene) -> bool:
    """一点 that means "a little" and not one o'clock."""
    before = scene.before(match.start("hour"), 1)
    after = scene.after(match.end(), 1)
    clear_before = not before or before in " ,，。、:;午天上晨晚号日一二三四五六夜里到至在于约就"
    clear_after = not after or after in " ,，。、;!?)钟整前后之开给提打去见跟和到至来叫要联"
    return not (clear_before and clear_after)


def _earlier(hour: int, minutes: int, said: Said) -> Hour:
    """The minutes before an hour: 差五分九点, quarter to five."""
    return Hour((hour - 1) % 24 if hour != 1 else 12, 60 - minutes, said)


#: An hour no clock shows.
_NO_SUCH_HOUR = Meaning(problem="hour_impossible")


def _colon(match: re.Match[str], _: Scene) -> Meaning | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or (hour == 24 and minute):
        return _NO_SUCH_HOUR if hour < 30 else None
    bare = len(match["hour"]) == 1 and 1 <= hour <= 6
    return Meaning(hours=(Hour(hour, minute, Said.BARE if bare else Said.CLOCK),))


def _no_such_minute(match: re.Match[str], _: Scene) -> Meaning | None:
    """13:75; but 20:80 shares a whole, and what no hour stands before, like 60:40, is no time at all."""
    return None if int(match["hour"]) + int(match["minute"]) == 100 else _NO_SUCH_HOUR


def _half_day(match: re.Match[str], _: Scene) -> Meaning | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 24:
        return _NO_SUCH_HOUR if hour < 30 else None
    return Meaning(hours=(Hour(_of_half(hour, match["half"]), minute, Said.EXACT),))


def _of_half(hour: int, half: str) -> int:
    if half.startswith("a"):
        return 0 if hour == 12 else hour
    return hour + 12 if hour < 12 else hour


def _half_day_range(match: re.Match[str], _: Scene) -> Meaning | None:
    start, end = int(match["hour"]), int(match["end"])
    if start > 12 or end > 12:
        return None
    end = _of_half(end, match["half"])
    hour = max((value for value in (start % 12, start % 12 + 12) if value < end), default=start)
    return Meaning(hours=(Hour(hour, int(match["minute"] or 0), Said.EXACT),))


def _bare(match: re.Match[str], _: Scene) -> Meaning | None:
    hour = numerals.whole(match["hour"])
    if hour > 24:
        return _NO_SUCH_HOUR if hour < 30 else None
    return Meaning(hours=(Hour(hour, 0, Said.CLOCK if hour > 12 or hour == 0 else Said.BARE),))


def _bare_bound(match: re.Match[str], scene: Scene) -> Meaning | None:
    """By 5, before 6, after 3."""
    found = _bare(match, scene)
    return found and replace(found, deadline=match["bound"] != "after")


def _past_or_to(match: re.Match[str], _: Scene) -> Meaning | None:
    part = match["part"] or match["number"]
    minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(part) or numerals.whole(part)
    hour = numerals.whole(match["hour"])
    if hour > 12 or minutes >= 60 or not (match["unit"] or minutes % 5 == 0):
        return None
    found = Hour(hour, minutes) if match["way"] in ("past", "after") else _earlier(hour, minutes, Said.BARE)
    if match["half"]:
        found = Hour(_of_half(found.hour, match["half"]), found.minute, Said.EXACT)
    return Meaning(hours=(found,))


def _in_words(match: re.Match[str], _: Scene) -> Meaning | None:
    """Seven thirty, eleven fifteen am, nine pm."""
    hour = numerals.whole(match["hour"])
    minute = numerals.whole(match["minute"]) if match["minute"] else 0
    if match["half"]:
        return Meaning(hours=(Hour(_of_half(hour, match["half"]), minute, Said.EXACT),))
    return Meaning(hours=(Hour(hour, minute),)) if minute else None


def _military(match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(hours=(Hour(int(match["hour"]), int(match["minute"]), Said.EXACT),))


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"""{_BEFORE_POINTS}(?:差(?P<short>一刻|{numerals.ZH_SMALL}分?))?(?<![百千万周期拜])
            (?P<hour>{_ZH_HOUR})(?:点钟|点整|点|时(?!候|间|常|不时|尚|代|期|刻|差|段))
            (?:差(?P<late>一刻|{numerals.ZH_SMALL}分)|(?P<minute>{_ZH_MINUTE}))?钟?{_NOT_OCLOCK}"""
        ),
        _zh_hour,
    ),
    (pattern(r"(?<![\d:.\w/])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:]|\s?[ap]\.?m)"), _colon),
    (pattern(r"(?<![\d:.\w/])(?P<hour>[01]?\d|2\d):(?P<minute>[6-9]\d)(?![\d:])"), _no_such_minute),
    (
        pattern(
            r"(?<![\w.:])(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?)?\s?(?P<half>am|pm|a\.m\.?"
            r"|p\.m\.?)(?![a-z])"
        ),
        _half_day,
    ),
    (
        pattern(
            r"(?<![\w.:])(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\s?(?:-|to|until"
            r"|till)\s?(?P<end>\d{1,2})(?::[0-5]\d)?"
            r"\s?(?P<half>am|pm|a\.m\.?|p\.m\.?)(?![a-z])"
        ),
        _half_day_range,
    ),
    (
        pattern(
            r"\bbetween\s(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\sand\s(?P<end>\d{1,2})(?::[0-5]\d)?"
            r"\s?(?P<half>am|pm|a\.m\.?|p\.m\.?)(?![a-z])"
        ),
        _half_day_range,
    ),
    (
        pattern(
            rf"\b(?:from|between)\s(?P<hour>\d{{1,2}}|{numerals.HOUR_WORDS})\s(?:to|and|until|till|-)\s"
            rf"(?:\d{{1,2}}|{numerals.HOUR_WORDS})\b{_NOT_AN_HOUR}{_FOLLOWS_BARE_HOUR}"
        ),
        _bare,
    ),
    (
        pattern(rf"(?<![\w.])(?P<hour>\d{{1,2}}|{numerals.HOUR_WORDS})\s?o'?\s?clock\b"),
        _bare,
    ),
    (
        pattern(
            rf"(?<![\w.:/$-])(?P<hour>\d{{1,2}}|{numerals.HOUR_WORDS})"
            r"(?=\s(?:(?:in\sthe|this|tomorrow|\w{3,6}day)\s(?:morning|afternoon|evening)|at\snight|tonight)\b)"
        ),
        _bare,
    ),
    (
        pattern(
            rf"(?:\bat|@)\s?(?:about\s|around\s|exactly\s)?(?P<hour>\d{{1,2}}"
            rf"|{numerals.HOUR_WORDS})\b{_NOT_AN_HOUR}(?!-)"
        ),
        _bare,
    ),
    (
        pattern(
            rf"\b(?P<bound>by|before|after|until|till)\s(?P<hour>\d{{1,2}}"
            rf"|{numerals.HOUR_WORDS})\b{_NOT_AN_HOUR}{_FOLLOWS_BARE_HOUR}"
        ),
        _bare_bound,
    ),
    (
        pattern(
            r"(?<![\w.:])(?:(?P<part>half|a\squarter|quarter|five|ten|twenty|twenty[- ]five)"
            r"|(?P<number>\d\d?)(?=\s(?:past|min)))"
            rf"(?P<unit>\s?min(?:ute)?s?)?\s(?P<way>past|after|to|before|till)\s(?P<hour>\d{{1,2}}"
            rf"|{numerals.HOUR_WORDS})\b"
            r"(?!:|\.\d|\s?(?:days|weeks|months|hours|people))(?:\s?(?P<half>am|pm|a\.m\.?|p\.m\.?)(?![a-z]))?"
        ),
        _past_or_to,
    ),
    (
        pattern(
            rf"(?:\b(?:at|@)\s)?(?<![\w-])(?P<hour>{numerals.HOUR_WORDS})(?:\s(?:oh\s)?(?P<minute>five|fifteen"
            r"|thirty|ten"
            r"|(?:twenty|thirty|forty|fifty)(?:[- ]five)?)(?!\s?(?:days|weeks|hours|minutes|people|percent)))?"
            r"(?:\s?(?P<half>am|pm|a\.m\.?|p\.m\.?)(?![a-z]))?(?!\s?-)\b"
        ),
        _in_words,
    ),
    (
        pattern(r"(?<![\w.:])(?P<hour>[01]\d|2[0-3]):?(?P<minute>[0-5]\d)\s?(?:hrs|hours|h)\b"),
        _military,
    ),
)
