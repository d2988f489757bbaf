"""What 群发/broadcast is asked to send: to whom, what, when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands import broadcast_files, timing
from bot.commands.command import Turn
from bot.language.phrases import broadcast as phrases
from crm_core.errors import CrmError
from crm_core.files.tables import HandedFile
from crm_core.tags import segments

_COLON = re.compile(r"(?<!\d)[:：]|[:：](?!\d\d)")
_GROUPS = re.compile(r"(?:the\s+)?groups\s+of\s+(.+)|(.+?)\s*的?\s*(?:客户)?群(?:聊)?", re.IGNORECASE)
_TO = re.compile(r"(?:to|for)\s+(?=\S)|(?:发)?给\s*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Order:
    """`at` None: as soon as it is confirmed. `to_groups`: to the groups linked to the customers, not to them. `files`
    go with the text, or without one."""

    segment: str
    text: str
    at: datetime | None
    to_groups: bool = False
    files: tuple[HandedFile, ...] = ()


@dataclass(frozen=True)
class _Aim:
    segment: str
    to_groups: bool = False
    at: datetime | None = None
    files: tuple[HandedFile, ...] = ()


def read(turn: Turn, rest: str) -> Order:
    """Read "audience [time] [with file]: text". An audience may hold colons itself (tier:A), and so may a time."""
    broadcast_files.require_all(turn)
    problems: list[CrmError] = []
    for before, text in _cuts(rest):
        try:
            aim = _aim_and_files(turn, before)
        except CrmError as problem:
            if problem.problem.startswith("attachment"):
                raise
            problems.append(problem)
            continue
        files = (*turn.files, *aim.files)
        if not text and not files:
            raise turn.refusal(phrases.EMPTY_TEXT, segment=aim.segment)
        return Order(aim.segment, text, aim.at, aim.to_groups, files)
    if problems:
        raise problems[-1]
    raise turn.refusal(phrases.ASK_TEXT)


def _cuts(rest: str) -> Iterator[tuple[str, str]]:
    """The text cut at each colon; those a blank or the end follows first, for they end an audience."""
    colons = list(_COLON.finditer(rest))
    clear = [colon for colon in colons if colon[0] == "：" or rest[colon.end() : colon.end() + 1] in ("", " ", "\n")]
    for colon in [*clear, *(colon for colon in reversed(colons) if colon not in clear)]:
        if rest[: colon.start()].strip():
            yield rest[: colon.start()].strip(), rest[colon.end() :].strip()


def _aim_and_files(turn: Turn, text: str) -> _Aim:
    """The audience, the time, and files that are asked for beside them. Raises what they raise without the files."""
    try:
        return _aim_and_time(turn, text)
    except CrmError as error:
        problem = error
    asked = broadcast_files.split(turn, text)
    if asked is None:
        raise problem
    return replace(_aim_and_time(turn, asked[0]), files=tuple(asked[1]))


def _aim_and_time(turn: Turn, text: str) -> _Aim:
    """The segment, and the time when one stands after or before it. Raises what the segment alone raises."""
    try:
        return _aim(turn, text)
    except CrmError as problem:
        timed = _timed(turn, text)
        if timed is None:
            raise problem from None
        return timed


def _timed(turn: Turn, text: str) -> _Aim | None:
    words = text.split()
    for at in range(1, len(words)):
        for before, time in ((words[:at], words[at:]), (words[at:], words[:at])):
            due = timing.only(turn, " ".join(time))
            aim = _aim_or_none(turn, " ".join(before)) if due is not None else None
            if due is not None and aim is not None:
                return _Aim(aim.segment, aim.to_groups, due.at)
    return None


def _aim_or_none(turn: Turn, text: str) -> _Aim | None:
    try:
        return _aim(turn, text)
    except CrmError:
        return None


def _aim(turn: Turn, text: str) -> _Aim:
    """A segment, or the groups of one, with or without "to" before it."""
    try:
        return _segment_or_groups(turn, text)
    except CrmError:
        towards = _TO.match(text)
        if towards is None:
            raise
    return _segment_or_groups(turn, text[towards.end() :])


def _segment_or_groups(turn: Turn, text: str) -> _Aim:
    """A segment, or the groups of one ("VIP 的群", "groups of VIP"); a tag that ends in 群 is a tag."""
    try:
        segments.resolve(turn.session, text)
    except CrmError:
        groups = _GROUPS.fullmatch(text)
        if groups is None:
            raise
        segment = groups[1] or groups[2]
        segments.resolve(turn.session, segment)
        return _Aim(segment, to_groups=True)
    return _Aim(text)
