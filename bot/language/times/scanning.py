"""The pieces of a text that speak of time, without overlap: the earliest, and the longest of those that begin there."""

from bot.language.times import (
    clock,
    dates,
    dayparts,
    edges,
    festivals,
    figures,
    lookalikes,
    nth,
    offsets,
    recurrences,
    shifts,
    weekdays,
)
from bot.language.times.meaning import Found, Matcher, Scene

_MATCHERS: tuple[Matcher, ...] = (
    *recurrences.MATCHERS,
    *offsets.MATCHERS,
    *shifts.MATCHERS,
    *festivals.MATCHERS,
    *edges.MATCHERS,
    *nth.MATCHERS,
    *weekdays.MATCHERS,
    *dates.MATCHERS,
    *figures.MATCHERS,
    *clock.MATCHERS,
    *dayparts.MATCHERS,
)


def scan(scene: Scene) -> list[Found]:
    """Everything found, in the order of the text."""
    blocked = lookalikes.blocked(scene.folded)
    found = [each for each in _all(scene) if not _overlaps(each, blocked)]
    found.sort(key=lambda each: (each.start, -each.end))
    chosen: list[Found] = []
    for each in found:
        if not chosen or each.start >= chosen[-1].end:
            chosen.append(each)
    return chosen


def _all(scene: Scene) -> list[Found]:
    found = []
    for shape, build in _MATCHERS:
        for match in shape.finditer(scene.folded):
            meaning = build(match, scene)
            if meaning is not None:
                found.append(Found(*match.span(), meaning))
    return found


def _overlaps(found: Found, places: list[tuple[int, int]]) -> bool:
    return any(start < found.end and found.start < end for start, end in places)
