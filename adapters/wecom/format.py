"""A `Card` as text of WeCom, in pages of as many bytes as a message holds ("发送应用消息": 2,048).

Plain text for a reply that goes back with the request; markdown for a message of its own where it has a title to show.
Customers' words are never read as marks or links.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from adapters.plain import one_line, plain
from crm_core.chat import Card, Document

#: Bytes of a text.
MOST = 2_048
#: What is left free: for "(1/3)", and for what tells two alike messages apart.
_ROOM = 80
_ENDS = re.compile(r"[\n 。！？；，!?;,.]")
#: In text a link, in markdown a colour.
_TAG = re.compile(r"<(?=[/a-zA-Z!])")
_MARKS = re.compile(r"([*`\[\]_])")
_LINE_MARKS = re.compile(r"^(\s*)([#>])", re.MULTILINE)
_JOINER = "\u200b"
_BITS = "\u200b\u200c"
_SIGNED = 16


@dataclass(frozen=True)
class Style:
    """How words are written: `own` ones of customers and staff, `title` and `label` of the bot's."""

    msgtype: str
    own: Callable[[str], str]
    title: Callable[[str], str]
    label: Callable[[str], str]
    quote: Callable[[str], str]


def _text(words: str) -> str:
    return _TAG.sub("＜", words)


def _marked(words: str) -> str:
    unmarked = _MARKS.sub(rf"\1{_JOINER}", _TAG.sub("＜", words))
    return _LINE_MARKS.sub(rf"\1{_JOINER}\2", unmarked)


TEXT = Style("text", _text, lambda words: words, lambda words: words, lambda words: words)
MARKDOWN = Style(
    "markdown",
    _marked,
    lambda words: f"**{words}**",
    lambda words: f'<font color="comment">{words}</font>',
    lambda words: "\n".join(f"> {line}" for line in words.splitlines()),
)
#: The robot's markdown has no colours.
PLAIN_MARKDOWN = replace(MARKDOWN, label=lambda words: words)


def style_of(card: Card) -> Style:
    """Markdown where there is something to set off."""
    return MARKDOWN if card.title and (card.fields or card.quotes or card.items) else TEXT


def pages(card: Card, style: Style, most: int = MOST) -> list[str]:
    """Everything but the buttons, in pages of at most so many bytes; each with its number when there are several."""
    found = pieces("\n".join(_lines(card, style)), most - _ROOM)
    if len(found) <= 1:
        return found
    return [f"{page}\n({number}/{len(found)})" for number, page in enumerate(found, 1)]


def to_message(page: str, style: Style, key: str) -> Document:
    """The part of `message/send` that says it. `key`: what else has it is the same message; the same words with another
    key are another one, and WeCom shows them too: something unseen behind them differs."""
    return {"msgtype": style.msgtype, style.msgtype: {"content": page + (signed(key) if key else "")}}


def signed(key: str) -> str:
    """Unseen letters that differ from key to key."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:2])
    return "".join(_BITS[number >> bit & 1] for bit in range(_SIGNED))


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most so many bytes, cut after a line, a sentence or a word if possible."""
    found = []
    while len(text.encode()) > most:
        cut = _cut(text, most)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in (*found, text) if piece]


def _cut(text: str, most: int) -> int:
    """How many characters of the beginning; never within one."""
    whole = len(text.encode()[:most].decode("utf-8", "ignore"))
    newline = text.rfind("\n", whole // 2, whole)
    if newline > 0:
        return newline
    ends = [match.end() for match in _ENDS.finditer(text, whole // 2, whole)]
    return ends[-1] if ends else whole


def _lines(card: Card, style: Style) -> Iterator[str]:
    if title := one_line(card.title):
        yield style.title(style.own(title))
    if text := plain(card.text):
        yield style.own(text)
    for field in card.fields:
        if value := plain(field.value):
            yield f"{style.label(style.own(one_line(field.label)))}: {style.own(value)}"
    for quote in card.quotes:
        who = " · ".join(part for part in (one_line(quote.who), one_line(quote.when)) if part)
        yield style.quote(f"{style.own(who)}: {style.own(plain(quote.text))}")
    yield from (style.own(item) for item in map(plain, card.items) if item)
    if card.picker is not None:
        yield f"{style.own(one_line(card.picker.label))}: {card.picker.command} …"
    if footer := plain(card.footer):
        yield style.label(style.own(footer))
