"""For how long, or how many times: 持续两周, 一共三次, for 4 weeks, 10 times."""

import re
from datetime import timedelta

from bot.language.times import numerals, reckoning
from bot.language.times.meaning import Day, Matcher, Meaning, Scene, pattern


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


def _zh_count(match: re.Match[str], _: Scene) -> Meaning | None:
    count = numerals.whole(match["number"])
    return Meaning(count=count, weak=True) if 0 < count <= 1000 else None


def _en_count(match: re.Match[str], _: Scene) -> Meaning | None:
    count = 1 if match["number"] == "once" else numerals.whole(match["number"])
    return Meaning(count=count, weak=True) if 0 < count <= 1000 else None


MATCHERS: tuple[Matcher, ...] = (
    (
        pattern(
            rf"\bfor\s(?:the\snext\s)?(?P<number>{numerals.EN}\s)?(?P<unit>day|week|month|year)s?\b"
            rf"|(?:持续|连续|接下来|未来)(?P<zh_number>{numerals.ZH})个?(?P<zh_unit>天|周|星期|礼拜|月|年)"
        ),
        _lasting,
    ),
    (pattern(rf"(?:一共|总共|共|重复|持续|连续)(?:提醒)?(?P<number>{numerals.ZH})[次遍回]"), _zh_count),
    (pattern(rf"\b(?:for\s)?(?P<number>{numerals.EN})\s(?:times|occurrences)\b(?!\sa\b)"), _en_count),
)
