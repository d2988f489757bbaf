"""Slack's markup as people read it, and its moments. Escapes are undone once ("Formatting text for app surfaces")."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

#: The name behind an id; "" when it is not known.
Names = Callable[[str], str]

_TOKEN = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>|&(?P<escape>amp|lt|gt);")
_ESCAPES = {"amp": "&", "lt": "<", "gt": ">"}
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)")
_MOMENT = re.compile(r"(\d{1,11})(?:\.(\d{1,9}))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plain(text: str, people: Names, rooms: Names = lambda _: "") -> str:
    """Mentions by name, links with their label and where they lead, dates in words; without a single escape."""

    def said(token: re.Match[str]) -> str:
        if token["escape"]:
            return _ESCAPES[token["escape"]]
        return _said(token["kind"], token["target"], unescaped(token["label"] or ""), people, rooms)

    return _TOKEN.sub(said, text)


def unescaped(text: str) -> str:
    """The text with `&`, `<` and `>` as they were written."""
    return re.sub(r"&(amp|lt|gt);", lambda escape: _ESCAPES[escape[1]], text)


def escaped(text: str) -> str:
    """The text so that `plain` gives it back."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def moment_of(ts: object) -> datetime | None:
    """When a `ts` such as `1763700000.000100` was, to the microsecond; None for what is none."""
    written = _MOMENT.fullmatch(ts) if isinstance(ts, str) else None
    if written is None:
        return None
    micros = int((written[2] or "").ljust(6, "0")[:6])
    return _EPOCH + timedelta(seconds=int(written[1]), microseconds=micros)


def _said(kind: str, target: str, label: str, people: Names, rooms: Names) -> str:
    if kind == "@":
        return "@" + (people(target) or label or target)
    if kind == "#":
        return "#" + (label or rooms(target) or target)
    if kind == "!":
        return _called(target, label)
    address = unescaped(target)
    bare = _SCHEME.sub("", address)
    if not label or label in (address, bare, bare.rstrip("/")):
        return bare if address.startswith(("mailto:", "tel:")) else label or address
    return f"{label} ({bare if address.startswith(('mailto:', 'tel:')) else address})"


def _called(target: str, label: str) -> str:
    """`<!here>`, a group of people, or a moment in words."""
    if target.startswith("date^"):
        return label
    return "@" + (label.removeprefix("@") or target.removeprefix("subteam^"))
