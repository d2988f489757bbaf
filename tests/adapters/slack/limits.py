"""Slack's limits of messages, as assertions ("Reference: blocks")."""

import re
from collections.abc import Iterator
from typing import Any

from crm_core.chat import Document

#: What Slack would read as a mention, a channel, a command to notify, or a link.
_MEANING = re.compile(r"<[@#!]|<(?!https?://[^\s<>|]+>)")


def check(message: Document) -> None:
    """Raises `AssertionError` for a message that Slack would refuse, or in which somebody's words mean something."""
    assert 0 < len(message["text"]) <= 4_000
    _harmless(message["text"])
    blocks = message["blocks"]
    assert len(blocks) <= 50
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids))
    for block in blocks:
        assert len(block.get("block_id", "x")) <= 255
        _CHECKS[block["type"]](block)
    assert len(message["text"]) + sum(len(text) for text in texts(blocks)) <= 12_000


def texts(part: Any) -> Iterator[str]:
    """Every text and value in some blocks."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in {"text", "value"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def _text(text: Document, most: int, *kinds: str) -> None:
    assert text["type"] in (kinds or ("plain_text",))
    assert 0 < len(text["text"]) <= most
    assert text["text"].strip()
    if text["type"] == "mrkdwn":
        _harmless(text["text"])


def _harmless(text: str) -> None:
    assert not _MEANING.search(text)
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


def _header(block: Document) -> None:
    _text(block["text"], 150)


def _section(block: Document) -> None:
    assert "text" in block or block["fields"]
    if "text" in block:
        _text(block["text"], 3_000, "mrkdwn", "plain_text")
    assert len(block.get("fields", ())) <= 10
    for field in block.get("fields", ()):
        _text(field, 2_000, "mrkdwn", "plain_text")


def _context(block: Document) -> None:
    assert 0 < len(block["elements"]) <= 10
    for element in block["elements"]:
        _text(element, 2_000, "mrkdwn", "plain_text")


def _actions(block: Document) -> None:
    elements = block["elements"]
    assert 0 < len(elements) <= 25
    ids = [element["action_id"] for element in elements]
    assert len(ids) == len(set(ids))
    for element in elements:
        assert 0 < len(element["action_id"]) <= 255
        _ELEMENTS[element["type"]](element)


def _button(element: Document) -> None:
    _text(element["text"], 75)
    assert 0 < len(element["value"]) <= 2_000
    assert len(element["accessibility_label"]) <= 75
    assert element.get("style") in (None, "primary", "danger")
    if confirm := element.get("confirm"):
        for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            _text(confirm[name], most)


def _overflow(element: Document) -> None:
    assert 2 <= len(element["options"]) <= 5
    for option in element["options"]:
        _text(option["text"], 75)
        assert 0 < len(option["value"]) <= 75


def _external_select(element: Document) -> None:
    _text(element["placeholder"], 150)
    assert element["min_query_length"] in (0, 1)


_CHECKS = {"header": _header, "section": _section, "context": _context, "actions": _actions}
_ELEMENTS = {"button": _button, "overflow": _overflow, "external_select": _external_select}
