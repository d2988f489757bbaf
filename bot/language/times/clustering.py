"""Pieces that stand together say one time: "周五" + "下班" + "前", "tomorrow" + "at 3"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.language.times import hours
from bot.language.times.meaning import By, Cycle, Day, Found, Hour, Meaning, Said, Scene, Shift, pattern

_DEADLINE_WORDS = (
    r"(?:\b(?:by|before|no\slater\sthan|not\slater\sthan|due(?:\s(?:on|by))?|deadline(?:\sis)?:?"
    r"|prior\sto)\b|截止(?:到|至|时间)?:?|截至|最晚|最迟"
    r"|不晚于|不迟于|赶在)"
)
_UNTIL_WORDS = r"(?:\b(?:until|till|through|thru)\b|直到|一直到|到|至)"
_START_WORDS = r"(?:\b(?:starting(?:\s(?:on|from|at))?|beginning(?:\son)?|start(?:s|ing)?|from|as\sof|since)\b|从|自)"
_PLAIN_WORDS = (
    r"(?:\b(?:at|on|in|for|around|the|of|this|exactly)\b|@|在(?!场|线|家)|于|等|大约|大概|差不多|定在"
    r"|定于|改到|改成|推迟到|约在|安排在|就)"
)
#: The words just before a piece that belong to it.
_LEAD = pattern(
    rf"(?:(?P<deadline>{_DEADLINE_WORDS})|(?P<until>{_UNTIL_WORDS})|(?P<starts>{_START_WORDS})"
    rf"|(?P<after>\bafter\b)|{_PLAIN_WORDS})"
    rf"(?:\s*{_PLAIN_WORDS})?\s*$"
)
#: The words just after a piece that belong to it.
_TRAIL = pattern(
    r"\s*(?:(?P<deadline>(?:之|以)前|前(?![台面端任提期往景夕后置]|天)|为止|止|截止|到期)"
    r"|(?P<within>之内|以内|内(?![容部存]))"
    r"|(?P<after>(?:之|以|过)后|后(?![天面台续期来勤悔端年]))|(?P<starts>开始"
    r"|起(?![来草诉到床飞点价]))|左右|前后|整|的时候|时(?![间候代尚差刻机期段长常光])"
    r"|那天|当天|sharp\b|or\sso\b|o'clock\b|latest\b|at\sthe\slatest\b)"
)
_GAP = pattern(
    r"(?:\s|[,、的@/;:()-]|(?:at|on|in|the|by|before|of|from|around|about|starting|beginning|until"
    r"|till|through|for|and|this|each|every|after)\b"
    r"|[到至和及在于等约从与]|直到|大约|大概|截止|截至|开始|起|一直|之?前|以前)*"
)
_AND = re.compile(r"\s*(?:[,、和及与&]|and\b)\s*(?:and\b|at\b|的)?\s*$", re.ASCII)

_RANGE = re.compile(r"\s*(?:[到至-]|to\b|until\b|till\b|through\b|thru\b)", re.ASCII)
_AND_WORD = re.compile(r"[、和及与&]|\band\b", re.ASCII)


@dataclass(frozen=True)
class Cluster:
    """One time as the text says it. `parts`: the places of its words in the text, marks such as 前 included."""

    parts: tuple[tuple[int, int], ...]
    meaning: Meaning
    attributive: bool = False

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


def clusters(scene: Scene, found: list[Found]) -> list[Cluster]:
    """The pieces, merged where they stand together."""
    merged: list[Cluster] = []
    for each in _marked(scene, found):
        if merged and (joined := _joined(scene, merged[-1], each)) is not None:
            merged[-1] = joined
        else:
            merged.append(each)
    return [_with_role_of_noun(scene, each) for each in _with_more_hours(scene, merged)]


def _with_more_hours(scene: Scene, found: list[Cluster]) -> list[Cluster]:
    """ "every day at 8am and 6pm", 每天上午十点和下午四点: hours of different parts of the day in one rule."""
    joined: list[Cluster] = []
    for each in found:
        last = joined[-1] if joined else None
        if last is not None and _continues(scene, last, each):
            clocks = (*_exact(last.meaning), *_exact(each.meaning))
            meaning = replace(last.meaning, hours=clocks, period=None)
            joined[-1] = Cluster((*last.parts[:-1], (last.parts[-1][0], each.end)), meaning)
        else:
            joined.append(each)
    return joined


def _continues(scene: Scene, last: Cluster, each: Cluster) -> bool:
    hours_alone = each.meaning == Meaning(hours=each.meaning.hours, period=each.meaning.period)
    both = last.meaning.cycle and last.meaning.hours and each.meaning.hours and hours_alone
    return bool(both and _AND.fullmatch(scene.folded[last.end : each.start]))


def _exact(meaning: Meaning) -> tuple[Hour, ...]:
    clocks = (hours.clocks(hour, meaning.period)[0] for hour in meaning.hours)
    return tuple(Hour(clock.hour, clock.minute, Said.EXACT) for clock in clocks)


def _marked(scene: Scene, found: list[Found]) -> Iterator[Cluster]:
    """Each piece with the marks before and after it (by, until, 从, 前, 内, 开始)."""
    floor = 0
    for position, each in enumerate(found):
        ceiling = found[position + 1].start if position + 1 < len(found) else len(scene.folded)
        lead = _LEAD.search(scene.folded[max(floor, each.start - 24) : each.start])
        trail = _TRAIL.match(scene.folded[each.end : min(ceiling, each.end + 16)])
        start = each.start - (len(lead[0]) if lead else 0)
        end = each.end + (trail.end() if trail else 0)
        yield Cluster(((start, end),), _with_marks(each.meaning, lead, trail))
        floor = end


def _with_marks(meaning: Meaning, lead: re.Match[str] | None, trail: re.Match[str] | None) -> Meaning:
    said = {name for match in (lead, trail) if match for name, value in match.groupdict().items() if value}
    if meaning.day and "starts" in said:
        meaning = replace(meaning, starts=meaning.day)
    if meaning.day and "until" in said:
        meaning = replace(meaning, until=meaning.day)
    if said & {"deadline", "within", "until"}:
        meaning = replace(meaning, deadline=True)
    return replace(meaning, after=True) if "after" in said else meaning


def _joined(scene: Scene, first: Cluster, second: Cluster) -> Cluster | None:
    """The two as one; None when words stand between them or they say different times."""
    gap = scene.folded[first.end : second.start]
    if len(gap) > 24 or not (_GAP.fullmatch(gap) or _RANGE.fullmatch(gap.rstrip())):
        return None
    lead = scene.folded[first.end : second.end]
    parts = (*first.parts[:-1], (first.parts[-1][0], second.end))
    if _is_range_end(scene, first, second):
        return Cluster(parts, _with_end(first.meaning, second.meaning))
    if not _GAP.fullmatch(gap):
        return None
    if first.meaning.day and second.meaning.day and _AND_WORD.search(gap):
        return None
    listed = bool(_AND.search(gap) or _AND.match(lead))
    meaning = merge(first.meaning, second.meaning, listed=listed)
    return Cluster(parts, meaning) if meaning else None


def _is_range_end(scene: Scene, first: Cluster, second: Cluster) -> bool:
    """The 4 of "2点到4点", the 5日 of "12月1日到5日"."""
    hours_both = bool(first.meaning.hours and second.meaning.hours and not second.meaning.day)
    days_both = bool(first.meaning.day and second.meaning.day and not first.meaning.hours)
    if first.meaning.cycle or second.meaning.cycle or not (hours_both or days_both):
        return False
    return _RANGE.match(scene.folded[first.end :][:8]) is not None


def _with_end(first: Meaning, second: Meaning) -> Meaning:
    """The start is what counts; days also bound what is said to repeat."""
    if first.day and second.day:
        return replace(first, starts=first.day, until=second.day, hours=second.hours, period=second.period)
    return first


def merge(first: Meaning, second: Meaning, *, listed: bool = False) -> Meaning | None:
    """Both said at once; None when they contradict each other."""
    if first.cycle or second.cycle:
        return _merge_with_cycle(first, second, listed=listed)
    if listed and first.hours and second.hours:
        return None
    day = _day_of(first, second)
    clash = (
        (first.day and second.day and day is None)
        or (first.hours and second.hours)
        or (first.period and second.period)
        or (first.moment and (second.moment or second.day or second.hours or second.period))
        or (second.moment and (first.day or first.hours or first.period))
        or (first.shift and (second.shift or not _shiftable(first.shift, second)))
        or (second.shift and not _shiftable(second.shift, first))
    )
    if clash:
        return None
    return _union(first, second, day)


def _shiftable(shift: Shift, other: Meaning) -> bool:
    """Hours and minutes are counted from an hour, longer units from a day."""
    return bool(other.hours or other.day) if shift.unit == "minute" else bool(other.day)


def _day_of(first: Meaning, second: Meaning) -> Day | None:
    """ "today" repeats what this afternoon says, a date says which Monday; otherwise two days are two times."""
    if not (first.day and second.day):
        return first.day or second.day
    if first.day.dates[:1] == second.day.dates[:1]:
        return first.day
    if first.day.weekly == second.day.weekly:
        return None
    weekly, dated = (first.day, second.day) if first.day.weekly else (second.day, first.day)
    return dated if dated.by and (dated.by.monthdays or dated.problem) and weekly.by else None


def _merge_with_cycle(first: Meaning, second: Meaning, *, listed: bool) -> Meaning | None:
    clash = (
        (first.moment or second.moment or first.shift or second.shift)
        or (first.hours and second.hours and not listed)
        or (first.period and second.period)
    )
    if clash:
        return None
    union = replace(_union(first, second, None), hours=(*first.hours, *second.hours))
    if first.cycle and second.cycle:
        same = _same(first.cycle, second.cycle)
        return replace(union, cycle=same) if same else None
    return _on_day(union, first.day or second.day)


def _on_day(union: Meaning, day: Day | None) -> Meaning | None:
    """What repeats, on the day that was said with it; a day that starts or ends it says no more than that."""
    if day is None or union.cycle is None or union.starts or union.until:
        return union
    if day.problem or (union.cycle.freq == "YEARLY" and day.by is None):
        return replace(union, problem=day.problem or "lunar_repeats")
    anchored = anchor(union.cycle, day)
    return replace(union, cycle=anchored) if anchored else None


def _same(first: Cycle, second: Cycle) -> Cycle | None:
    """ "every week" + "on Mondays", 每周 + 每周三: the one without days takes those of the other."""
    if first.freq != second.freq or (first.by != By() and second.by != By()):
        return None
    by = first.by if first.by != By() else second.by
    return Cycle(first.freq, max(first.interval, second.interval), by)


def anchor(cycle: Cycle, day: Day) -> Cycle | None:
    """The cycle on the days that a day names; None when the two do not fit."""
    by = day.by
    if cycle.by != By() or by is None:
        return None
    fits = {
        "WEEKLY": bool(by.weekdays) and not (by.months or by.monthdays or by.place) and not by.weekdays[0][0].isdigit(),
        "MONTHLY": not by.months and bool(by.monthdays or (by.weekdays and (by.place or len(by.weekdays[0]) > 2))),
        "YEARLY": bool(by.months),
    }
    return replace(cycle, by=by) if fits.get(cycle.freq, False) else None


def _union(first: Meaning, second: Meaning, day: Day | None) -> Meaning:
    return Meaning(
        day=day,
        period=first.period or second.period,
        hours=first.hours or second.hours,
        moment=first.moment or second.moment,
        shift=first.shift or second.shift,
        cycle=first.cycle or second.cycle,
        starts=first.starts or second.starts,
        until=first.until or second.until,
        count=first.count or second.count,
        deadline=first.deadline or second.deadline,
        after=first.after or second.after,
        weak=first.weak and second.weak,
        problem=first.problem or second.problem,
    )


def _with_role_of_noun(scene: Scene, cluster: Cluster) -> Cluster:
    """Whether the time only describes a thing: 周五的会议, the Friday meeting."""
    after = scene.folded[cluster.end : cluster.end + 24]
    before = scene.folded[max(0, cluster.start - 8) : cluster.end]
    attributive = bool(
        re.match(r"的(?=[^\s,，。])(?!时候)|'s\s\w", after)
        or re.search(r"\b(?:our|his|her|their|my)\s$", scene.folded[max(0, cluster.start - 8) : cluster.start])
        or (
            re.match(r"\s?the\s", before) and re.match(r"\s(?!at\b|to\b|on\b|for\b|and\b|about\b|please\b)[a-z]", after)
        )
    )
    return replace(cluster, attributive=attributive)
