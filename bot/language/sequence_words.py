"""The head of a step as people write it: how long to wait, until what time of the day, on what condition, and what is
done. Its parts stand in any order; a colon ends it, or a blank after the word for what is done."""

import re
from dataclasses import dataclass
from datetime import time

from bot.language.times import numerals
from crm_core.outreach.sequences.plans import StepKind, Unit, Wait

_NUMBER = rf"(?P<number>\d{{1,6}}|{numerals.ZH}|{numerals.EN})"
_ZH_UNITS = {
    "工作日": (1, Unit.WORKDAYS), "天": (1, Unit.DAYS), "日": (1, Unit.DAYS), "周": (7, Unit.DAYS),
    "星期": (7, Unit.DAYS), "小时": (1, Unit.HOURS), "钟头": (1, Unit.HOURS), "分钟": (1, Unit.MINUTES),
}  # fmt: skip
_EN_UNITS = {
    "workday": (1, Unit.WORKDAYS), "working day": (1, Unit.WORKDAYS), "business day": (1, Unit.WORKDAYS),
    "weekday": (1, Unit.WORKDAYS), "day": (1, Unit.DAYS), "week": (7, Unit.DAYS), "hour": (1, Unit.HOURS),
    "minute": (1, Unit.MINUTES), "hr": (1, Unit.HOURS), "min": (1, Unit.MINUTES), "d": (1, Unit.DAYS),
    "h": (1, Unit.HOURS), "w": (7, Unit.DAYS),
}  # fmt: skip
_EN_UNIT = "|".join(sorted(_EN_UNITS, key=len, reverse=True))

_AFTER_ZH = re.compile(
    rf"(?:再|又)?(?:过|等)?\s*{_NUMBER}\s*个?(?P<unit>{'|'.join(_ZH_UNITS)})(?:之后|以后|后)?(?:再)?"
)
_AFTER_EN = re.compile(rf"(?:after|in|wait)?\s*{_NUMBER}[\s-]*(?P<unit>{_EN_UNIT})s?\b(?:\s*(?:later|after))?")
_DAY_NUMBER = re.compile(rf"第\s*(?P<zh>\d{{1,3}}|{numerals.ZH_SMALL})\s*天|(?:on )?day\s+(?P<en>\d{{1,3}})\b")
_NAMED = (
    (re.compile(r"立刻|立即|马上|进入(?:时|后)|(?:at once|immediately|right away|now|on entry)\b"), Wait()),
    (re.compile(r"当天|(?:the )?same day\b"), Wait(0, Unit.DAYS)),
    (re.compile(r"下(?:一个|个)?工作日|(?:the )?next (?:working |business )day\b|(?:the )?next workday\b"),
     Wait(1, Unit.WORKDAYS)),
    (re.compile(r"次日|隔天|(?:the )?next day\b"), Wait(1, Unit.DAYS)),
)  # fmt: skip
_HALVES = {"上午": 0, "早上": 0, "中午": 12, "下午": 12, "傍晚": 12, "晚上": 12, "am": 0, "pm": 12}
_CLOCK = re.compile(
    rf"(?:at\s+|在)?(?P<zh>上午|早上|中午|下午|傍晚|晚上)?\s*"
    rf"(?:(?P<hour>\d{{1,2}}):(?P<minute>\d\d)|(?P<o>\d{{1,2}}|{numerals.ZH_SMALL})[点时](?:(?P<past>半|\d{{1,2}})分?)?"
    rf"|(?P<bare>\d{{1,2}})(?=\s*[ap]m\b))\s*(?P<en>[ap]m\b)?"
)
_IF = re.compile(
    r"(?:如果|若|要是)?(?:客户|对方|他|她)?(?:还|仍|一直|仍然)?(?:没有?|未|无)(?:有|人)?(?:回复|回应|答复|回信|回)"
    r"(?:的话|时|则|就)?|(?:if|when)\s+(?:there(?:'s| is| was)\s+|they\s+(?:have\s+|did\s+)?)?(?:still\s+)?"
    r"(?:no|not|haven't|hasn't|didn't)\s+(?:an?\s+)?(?:reply|replied|replies|answer(?:ed)?|response|responded)"
    r"|no reply\b|unless\s+(?:they\s+)?repl(?:y|ied)"
)
_REMIND = re.compile(
    r"提醒(?:负责人|销售|同事|我)?|任务|待办|(?:remind|nudge)(?:\s+(?:the\s+)?(?:owner|rep|seller|me))?\b|(?:task|to-?do)\b"
)
_SAY = re.compile(r"(?:发送?|写)?消息|发送|(?:send|message|say|write)\b")
_GAP = re.compile(r"[\s,，、。.;]+|(?:and|then)\s+|then\b|并|就|再")


@dataclass(frozen=True)
class Head:
    """`end`: where the text begins."""

    wait: Wait
    kind: StepKind
    if_no_reply: bool
    end: int


@dataclass
class _Parts:
    wait: Wait | None = None
    at: time | None = None
    kind: StepKind | None = None
    if_no_reply: bool = False

    @property
    def any(self) -> bool:
        return self.wait is not None or self.at is not None or self.kind is not None or self.if_no_reply


def head(line: str) -> Head | None:
    """The head that a line, folded to small letters and half width, begins with."""
    parts, place = _Parts(), 0
    while place < len(line) and line[place] != ":":
        after = _take(parts, line, place)
        if after == place:
            break
        place = after
    if not parts.any or not _ends(parts, line, place):
        return None
    end = place + 1 if line[place : place + 1] == ":" else place
    found = parts.wait or Wait()
    wait = Wait(found.count, found.unit, parts.at)
    return Head(wait, parts.kind or StepKind.MESSAGE, parts.if_no_reply, end)


def begins_with_length(line: str) -> bool:
    """Whether a line, folded, begins with how long to wait: "3 workdays", "第7天"."""
    return _counted(_Parts(), line, 0) > 0


def wait_of(text: str) -> Wait | None:
    """The wait a text is, and nothing else: "3 workdays", "第7天 10点"."""
    found = head(f"{text}:")
    return found.wait if found is not None and found.end == len(text) + 1 else None


def written(wait: Wait) -> str:
    """A wait as `wait_of` reads it back, in English."""
    if not wait.count and wait.unit is Unit.MINUTES:
        length = "at once"
    elif wait.unit is Unit.DAY_NUMBER:
        length = f"day {wait.count}"
    else:
        length = f"{wait.count} {wait.unit.value.removesuffix('s') if wait.count == 1 else wait.unit.value}"
    return length if wait.at is None else f"{length} {wait.at:%H:%M}"


def _ends(parts: _Parts, line: str, place: int) -> bool:
    """A colon, or a blank after the word for what is done together with a wait."""
    if line[place : place + 1] == ":":
        return True
    return parts.kind is not None and parts.wait is not None and line[place - 1 : place].isspace()


def _take(parts: _Parts, line: str, place: int) -> int:
    """Read one part; where it ends, `place` when there is none."""
    for read in (_named, _clock, _counted, _condition, _doing):
        after = read(parts, line, place)
        if after > place:
            return after
    gap = _GAP.match(line, place)
    return gap.end() if gap else place


def _named(parts: _Parts, line: str, place: int) -> int:
    for pattern, wait in _NAMED:
        found = pattern.match(line, place) if parts.wait is None else None
        if found is not None:
            parts.wait = wait
            return found.end()
    return place


def _counted(parts: _Parts, line: str, place: int) -> int:
    if parts.wait is not None:
        return place
    day = _DAY_NUMBER.match(line, place)
    if day is not None:
        parts.wait = Wait(int(numerals.value(day["zh"] or day["en"])), Unit.DAY_NUMBER)
        return day.end()
    for pattern, units in ((_AFTER_ZH, _ZH_UNITS), (_AFTER_EN, _EN_UNITS)):
        found = pattern.match(line, place)
        if found is not None:
            factor, unit = units[found["unit"]]
            parts.wait = Wait(int(numerals.value(found["number"]) * factor), unit)
            return found.end()
    return place


def _clock(parts: _Parts, line: str, place: int) -> int:
    found = _CLOCK.match(line, place) if parts.at is None else None
    if found is None:
        return place
    hour = int(numerals.value(found["hour"] or found["o"] or found["bare"]))
    past = found["past"]
    minute = int(found["minute"] or (30 if past == "半" else past) or 0)
    half = found["zh"] or found["en"]
    if half is not None and hour <= 12:
        hour = hour % 12 + _HALVES[half]
    if hour > 23 or minute > 59:
        return place
    parts.at = time(hour, minute)
    return found.end()


def _condition(parts: _Parts, line: str, place: int) -> int:
    found = _IF.match(line, place)
    if found is not None:
        parts.if_no_reply = True
    return place if found is None else found.end()


def _doing(parts: _Parts, line: str, place: int) -> int:
    for pattern, kind in ((_REMIND, StepKind.NUDGE), (_SAY, StepKind.MESSAGE)):
        found = pattern.match(line, place) if parts.kind is None else None
        if found is not None:
            parts.kind = kind
            return found.end()
    return place
