"""What a message says, in plain text: its text, or what stands in its blocks and attachments."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from adapters.slack.told import object_of, objects_of, word
from crm_core.chat import Document
from crm_core.transfer.slack_text import Names, escaped, plain

#: Characters of one message that are kept; Slack cuts at about as many.
LONGEST = 40_000

_DEEPEST = 12
_PEOPLE = re.compile(r"<@([A-Z0-9]{2,30})(?:\|[^<>]*)?>")
_ROOMS = re.compile(r"<#([A-Z0-9]{2,30})>")
_AFTER_NAME = " \t\r\n,，:："


@dataclass(frozen=True)
class Said:
    """`mentioned`: the bot is named in it; the text is without that."""

    text: str
    mentioned: bool = False


def said(message: Document, bot_user: str, people: Names, rooms: Names) -> Said:
    """What a message says, and whether it names the bot."""
    raw = markup_of(message)
    mention = re.compile(rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>") if bot_user else None
    if mention is None or mention.search(raw) is None:
        return Said(plain(raw, people, rooms)[:LONGEST])
    first = mention.match(raw.lstrip())
    without = " ".join(part.strip(" \t") for part in mention.split(raw))
    text = plain(without.lstrip(_AFTER_NAME) if first else without, people, rooms)
    return Said(text.strip()[:LONGEST], mentioned=True)


def named_in(message: Document, most: int) -> tuple[list[str], list[str]]:
    """The ids of people, and of channels without their name, that its text mentions; so many at most."""
    raw = markup_of(message)
    return list(dict.fromkeys(_PEOPLE.findall(raw)))[:most], list(dict.fromkeys(_ROOMS.findall(raw)))[:most]


def markup_of(message: Document) -> str:
    """What a message says, in Slack's markup. Where it has no text, what its blocks and attachments say."""
    text = word(message, "text")
    if text.strip():
        return text[:LONGEST]
    lines = [*_lines(_blocks(message.get("blocks"), 0)), *_lines(_attachments(message.get("attachments"), 0))]
    return "\n".join(lines)


def _lines(pieces: Iterator[str]) -> list[str]:
    """As many as a message may have; there may be a hundred thousand characters of them."""
    found: list[str] = []
    left = LONGEST
    for piece in pieces:
        line = piece.strip()[:left]
        if line:
            found.append(line)
        left -= len(line) + 1
        if left <= 0:
            break
    return found


def _attachments(attachments: Any, depth: int) -> Iterator[str]:
    for one in objects_of(attachments):
        told = [word(one, name) for name in ("pretext", "title", "text")]
        fields = [" ".join((word(field, "title"), word(field, "value"))) for field in objects_of(one.get("fields"))]
        inner = _lines(_blocks(one.get("blocks"), depth + 1))
        inner += _lines(_blocks(object_of(one.get("message_blocks")).get("blocks"), depth + 1))
        if any((*told, *fields, *inner)):
            yield from (*told, *fields, *inner)
        else:
            yield word(one, "fallback")


def _blocks(blocks: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for block in objects_of(blocks):
        if block.get("type") == "rich_text":
            yield from _rich_lines(block.get("elements"), depth)
            continue
        yield from _texts(block)
        yield from (_text(field) for field in objects_of(block.get("fields")))
        yield from (_text(element) for element in objects_of(block.get("elements")) if element.get("type") != "button")


def _texts(block: Document) -> Iterator[str]:
    """A text object, or the text itself; what stands under a picture."""
    yield _text(block["text"]) if isinstance(block.get("text"), dict) else _text(block)
    yield _text(object_of(block.get("title"))) or escaped(word(block, "alt_text"))


def _text(part: Document) -> str:
    """Only mrkdwn is escaped already."""
    text = word(part, "text")
    return text if part.get("type") in ("mrkdwn", "markdown") else escaped(text)


def _rich_lines(elements: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for element in objects_of(elements):
        if element.get("type") == "rich_text_list":
            yield from _rich_lines(element.get("elements"), depth + 1)
        else:
            yield "".join(_rich(one) for one in objects_of(element.get("elements")))


def _rich(element: Document) -> str:
    wrote = _RICH.get(word(element, "type"))
    return escaped(word(element, "text") or word(element, "fallback")) if wrote is None else wrote(element)


def _link(element: Document) -> str:
    label = escaped(word(element, "text")).replace("|", "/")
    return f"<{escaped(word(element, 'url'))}|{label}>" if label else f"<{escaped(word(element, 'url'))}>"


_RICH: dict[str, Callable[[Document], str]] = {
    "user": lambda element: f"<@{word(element, 'user_id')}>",
    "channel": lambda element: f"<#{word(element, 'channel_id')}>",
    "usergroup": lambda element: f"<!subteam^{word(element, 'usergroup_id')}>",
    "broadcast": lambda element: f"<!{word(element, 'range')}>",
    "emoji": lambda element: f":{word(element, 'name')}:",
    "link": _link,
}
