"""Blocks and texts as a person reads them, in plain text."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.fakes.slack.elements import Element, walk
from tests.fakes.slack.errors import Json
from tests.fakes.slack.text import unescape

#: What an id is called by the one who reads; "" when it means nothing to them.
Names = Callable[[str], str]
_CONTROL = re.compile(r"<([^<>]+)>")


def text(raw: str, names: Names) -> str:
    """mrkdwn with its mentions, links and dates resolved; what cannot be resolved stays as it is."""
    return unescape(_CONTROL.sub(lambda control: _control(control, names), raw))


def blocks(body: list[Json], names: Names) -> list[str]:
    """Line by line."""
    return [line for block in body for line in _block(block, names) if line]


def message(body: Mapping[str, Any], names: Names) -> list[str]:
    """What stands in a message: its blocks when it has some, else its text; its attachments and files after it."""
    lines = _body(body, names)
    for attachment in body.get("attachments") or ():
        lines += [f"| {line}" for line in _body(attachment, names)]
    for file in body.get("files") or ():
        lines.append(f"[file {file.get('name') or file.get('id')}]")
    for reaction in body.get("reactions") or ():
        lines.append(f":{reaction['name']}: {reaction['count']}")
    return lines


def view(body: Json, names: Names) -> list[str]:
    """A modal with its title and buttons, or a Home."""
    title = _plain(body.get("title"))
    buttons = [_plain(body.get(name)) for name in ("submit", "close")]
    feet = " ".join(f"[{label}]" for label in buttons if label)
    return [line for line in (f"== {title} ==" if title else "", *blocks(body["blocks"], names), feet) if line]


def _body(body: Mapping[str, Any], names: Names) -> list[str]:
    inner = body.get("blocks")
    if inner:
        return blocks(inner, names)
    return text(str(body.get("text") or body.get("fallback") or ""), names).splitlines()


def _block(block: Json, names: Names) -> Iterator[str]:
    kind = block.get("type")
    if kind == "header":
        yield f"# {_plain(block['text'])}"
    elif kind == "divider":
        yield "---"
    elif kind == "context":
        yield f"({' · '.join(_part(part, names) for part in block['elements'])})"
    elif kind == "rich_text":
        yield from text("".join(_rich(block, names)), names).splitlines()
    elif kind == "markdown":
        yield from str(block.get("text", "")).splitlines()
    else:
        yield from _described(block, names)


def _described(block: Json, names: Names) -> Iterator[str]:
    """Texts, fields and whatever can be pressed or filled in."""
    for name in ("text", "title", "label", "alt_text"):
        if block.get(name):
            yield from _part(block[name], names).splitlines()
    for field in block.get("fields") or ():
        yield _part(field, names)
    yield " ".join(_element(element) for element in walk([block]))
    for row in block.get("rows") or ():
        yield " | ".join("".join(_rich(cell, names)) or _part(cell, names) for cell in row)


def _element(element: Element) -> str:
    if element.type == "button":
        return f"[{element.label}]"
    if element.type.endswith("_input"):
        return f"____{element.preset() or ''}"
    if element.type == "overflow":
        return f"[⋯ {' / '.join(option['text']['text'] for option in element.options)}]"
    held = element.preset()
    return f"[{_chosen(held) or element.label} ▾]"


def _chosen(held: Any) -> str:
    if isinstance(held, dict):
        return _plain(held.get("text"))
    if isinstance(held, list):
        return ", ".join(_chosen(one) for one in held)
    return str(held or "")


def _part(part: Any, names: Names) -> str:
    if isinstance(part, str):
        return text(part, names)
    if not isinstance(part, dict):
        return ""
    if part.get("type") == "mrkdwn":
        return text(str(part.get("text", "")), names)
    return str(part.get("text") or part.get("alt_text") or "")


def _plain(part: Any) -> str:
    return str(part.get("text", "")) if isinstance(part, dict) else ""


def _rich(block: Json, names: Names) -> Iterator[str]:
    for element in block.get("elements") or ():
        kind = element.get("type")
        if kind == "user":
            yield f"@{names(element['user_id']) or element['user_id']}"
        elif kind == "channel":
            yield f"#{names(element['channel_id']) or element['channel_id']}"
        elif kind == "emoji":
            yield f":{element['name']}:"
        elif kind == "link":
            yield str(element.get("text") or element["url"])
        elif "elements" in element:
            yield "".join(_rich(element, names)) + ("" if kind == "rich_text_section" else "\n")
        else:
            yield str(element.get("text", ""))


def _control(control: re.Match[str], names: Names) -> str:
    body, _, label = control.group(1).partition("|")
    if body.startswith(("@", "#")):
        known = names(body[1:]) or label
        return body[0] + known if known else control.group()
    if body.startswith("!date"):
        return label
    if body.startswith("!"):
        return f"@{label.lstrip('@') or body[1:]}"
    address = body.removeprefix("mailto:")
    return f"{label} ({address})" if label and label != address else address
