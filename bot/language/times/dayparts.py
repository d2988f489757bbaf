"""Times of day by their name: 傍晚, this afternoon, tonight, noon, before lunch, 下班."""

import re
from datetime import timedelta

from bot.language.times.meaning import Day, Hour, Matcher, Meaning, Period, Said, Scene, pattern

_ZH_PERIODS = {
    **dict.fromkeys(("凌晨",), Period.SMALL_HOURS),
    **dict.fromkeys(("清晨", "清早", "大清早", "一大早", "一早", "早上", "早晨", "早间", "上午", "早"), Period.MORNING),
    **dict.fromkeys(("中午", "正午", "午间"), Period.NOON),
    **dict.fromkeys(("下午", "午后"), Period.AFTERNOON),
    **dict.fromkeys(("傍晚", "黄昏"), Period.DUSK),
    **dict.fromkeys(("晚上", "晚间", "夜里", "夜间", "深夜", "夜晚", "晚"), Period.EVENING),
    **dict.fromkeys(("半夜", "大半夜", "午夜", "子夜"), Period.MIDNIGHT),
}
_EN_PERIODS = {
    "morning": Period.MORNING,
    "afternoon": Period.AFTERNOON,
    "evening": Period.EVENING,
    "night": Period.EVENING,
}


def _zh_period(match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(period=_ZH_PERIODS[match[0]])


def _en_period(match: re.Match[str], scene: Scene) -> Meaning:
    period = _EN_PERIODS[match["period"]]
    lead = (match["lead"] or "").strip()
    if lead == "this":
        return Meaning(period=period, day=Day((scene.today,), today=True))
    return Meaning(period=period, weak=not lead)


def _tonight(_: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(period=Period.EVENING, day=Day((scene.today,), today=True))


def _last_night(_: re.Match[str], scene: Scene) -> Meaning:
    return Meaning(period=Period.EVENING, day=Day((scene.today - timedelta(days=1),)))


def _noon(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(hours=(Hour(12, 0, Said.EXACT),))


def _midnight(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(hours=(Hour(24, 0, Said.EXACT),))


def _end_of_work(_match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(hours=(Hour(18, 0, Said.EXACT),))


def _off_work(match: re.Match[str], scene: Scene) -> Meaning:
    """下班 alone is also what people do: it counts beside a day, or with 前 or 后."""
    marked = scene.after(match.end(), 1) in ("前", "后", "时", "之", "以")
    return Meaning(hours=(Hour(18, 0, Said.EXACT),), weak=not marked)


def _start_of_work(match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(hours=(Hour(9, 0, Said.EXACT),), weak=match[0] == "first thing")


def _around_meals(match: re.Match[str], _: Scene) -> Meaning:
    meal, side = match["meal"], match["side"]
    hour = {"午": 12, "中": 12, "晚": 18}[meal[0]]
    return Meaning(hours=(Hour(hour + (side != "前"), 0, Said.EXACT),), deadline=side == "前")


def _around_lunch(match: re.Match[str], _: Scene) -> Meaning:
    return Meaning(
        hours=(Hour(13 if match["side"] == "after" else 12, 0, Said.EXACT),), deadline=match["side"] == "before"
    )


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            r"凌晨|清晨|大?清早|一大?早|早上|早晨|早间|上午|中午|正午|午间|下午|午后|傍晚|黄昏|晚上|晚间|夜里"
            r"|夜间|深夜|夜晚"
            r"|大?半夜|午夜|子夜|[早晚](?=\s?(?:\d{1,2}(?:点|:)|[二两三四五六七八九十]{1,2}点))"
        ),
        _zh_period,
    ),
    (
        pattern(
            r"\b(?P<lead>(?:(?:early|late|later|first\sthing|sometime)\s)?(?:in\sthe|this|at"
            r"|during\sthe)\s)?(?:early\s|late\s|mid-?(?=[ma]))?"
            r"(?P<period>morning|afternoon|evening|night)\b"
        ),
        _en_period,
    ),
    (pattern(r"\b(?:later\s)?(?:tonight|tonite|2nite)\b"), _tonight),
    (pattern(r"\blast\snight\b|昨晚|昨夜"), _last_night),
    (pattern(r"\b(?:12\s)?(?:noon|midday|noontime)\b"), _noon),
    (pattern(r"\b(?:at\s)?lunch\s?time\b|\bat\slunch\b"), _noon),
    (pattern(r"\b(?:12\s)?midnight\b"), _midnight),
    (pattern(r"\b(?P<side>before|after)\slunch\b"), _around_lunch),
    (pattern(r"(?P<meal>午饭|午餐|中饭|午休|晚饭|晚餐)(?:之|以)?(?P<side>前|后)"), _around_meals),
    (
        pattern(
            r"\b(?:(?:the\s)?(?:end|close)\sof\s(?:the\s)?(?:business|working|work)?\s?(?:day"
            r"|business|play|work)"
            r"|eod|cob|eob|after\swork)\b(?!\s(?:after|before))"
        ),
        _end_of_work,
    ),
    (pattern(r"下班"), _off_work),
    (
        pattern(
            r"一?上班(?:之|以)?(?=前|后|时|就)|\b(?:start\sof\s(?:business|(?:the\s)?(?:working\s"
            r"|business\s)?day)|sod|first\sthing)\b"
        ),
        _start_of_work,
    ),
)
