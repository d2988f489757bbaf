"""A `Card` as a message of Slack: blocks for who sees it, and a text with the same substance for who hears it read.

Slack's limits ("Reference: blocks") hold for every card: what is too long is split over sections, and what is too much
is left out with a word about it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.plain import language_of, one_line, plain
from adapters.slack import rows
from adapters.slack.mrkdwn import clipped_escaped, escaped, linked, pieces
from crm_core.chat import Card, Document, Field, Quote

#: Characters of the blocks and of the text beside them; Slack refuses messages near 13,000 altogether.
MOST_IN_BLOCKS = 9_000
MOST_IN_TEXT = 3_000
MOST_BLOCKS = 50

_MOST_IN_SECTION = 3_000
_MOST_IN_HEADER = 150
_MOST_IN_CONTEXT = 1_500
_MOST_FIELDS = 10
#: A longer value reads badly in half the width.
_SHORT_FIELD = 200
_WORTH_SHOWING = 100

_SHORTENED = {
    "zh": "……内容太长，这里只显示开头。",
    "en": "… This is too long for one message; only its beginning is shown.",
}


def to_message(card: Card) -> Document:
    """`{"text", "blocks"}` for `chat.postMessage` and its relatives."""
    return {"text": to_text(card), "blocks": to_blocks(card)}


def to_blocks(card: Card) -> list[Document]:
    """The blocks alone, for what is no message."""
    language = language_of(card)
    tail = [*rows.of(card, language), *_footer(card)]
    page = _Page(MOST_BLOCKS - len(tail) - 1, MOST_IN_BLOCKS - sum(map(size, tail)))
    for block in _body(card):
        if not page.add(block):
            return [*page.blocks, _context(_SHORTENED[language]), *tail]
    return [*page.blocks, *tail]


def to_text(card: Card) -> str:
    """What screen readers say and notifications show: everything but the buttons."""
    fields = (f"{one_line(field.label)}: {plain(field.value)}" for field in card.fields if field.value)
    quotes = (f"{one_line(quote.who)} · {one_line(quote.when)}: {plain(quote.text)}" for quote in card.quotes)
    parts = (one_line(card.title), plain(card.text), *fields, *quotes, *map(plain, card.items), plain(card.footer))
    return clipped_escaped(escaped("\n".join(part for part in parts if part)) or "…", MOST_IN_TEXT)


def size(block: Document) -> int:
    """Characters of a block that count: its texts and values."""
    return sum(_lengths(block))


class _Page:
    """Blocks, as long as there is room for them."""

    def __init__(self, most_blocks: int, most: int) -> None:
        self.blocks: list[Document] = []
        self._places = most_blocks
        self._left = most - _WORTH_SHOWING

    def add(self, block: Document) -> bool:
        """False: there was no room for all of it; the beginning of a long text is shown."""
        needed = size(block)
        if len(self.blocks) < self._places and needed <= self._left:
            self.blocks.append(block)
            self._left -= needed
            return True
        if len(self.blocks) < self._places and "text" in block and self._left > _WORTH_SHOWING:
            self.blocks.append(_section(clipped_escaped(_unlinked(block["text"]["text"]), self._left)))
        return False


def _body(card: Card) -> Iterator[Document]:
    yield from _title(one_line(card.title))
    yield from _sections(plain(card.text))
    yield from _fields(card.fields)
    yield from _together(list(map(_quote, card.quotes)), "\n")
    yield from _together([escaped(plain(item)) for item in card.items], "\n")


def _title(title: str) -> Iterator[Document]:
    if 0 < len(title) <= _MOST_IN_HEADER:
        yield {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
    elif title:
        yield from (_section(f"*{piece}*") for piece in pieces(escaped(title), _MOST_IN_SECTION - 2))


def _sections(text: str) -> Iterator[Document]:
    return map(_section, pieces(escaped(text), _MOST_IN_SECTION))


def _fields(fields: Sequence[Field]) -> Iterator[Document]:
    """Short ones in two columns, long ones in the whole width, in their order."""
    shown = [text for field in fields if (text := _field(field))]
    for is_short, group in groupby(shown, lambda text: len(text) <= _SHORT_FIELD):
        if is_short:
            yield from _columns(list(group))
        else:
            yield from (_section(piece) for text in group for piece in pieces(text, _MOST_IN_SECTION))


def _field(field: Field) -> str:
    label, value = escaped(one_line(field.label)), escaped(plain(field.value))
    return "\n".join(part for part in (label and f"*{label}*", value) if part)


def _columns(texts: Sequence[str]) -> Iterator[Document]:
    for start in range(0, len(texts), _MOST_FIELDS):
        columns = [_mrkdwn(text) for text in texts[start : start + _MOST_FIELDS]]
        yield {"type": "section", "fields": columns}


def _quote(quote: Quote) -> str:
    who, when = escaped(one_line(quote.who)), escaped(one_line(quote.when))
    head = " · ".join(part for part in (who and f"*{who}*", when) if part)
    lines = [f">{line}" for line in escaped(plain(quote.text)).splitlines()]
    return "\n".join(part for part in (head, *lines) if part)


def _together(texts: Sequence[str], between: str) -> Iterator[Document]:
    """Several texts in as few sections as hold them."""
    held = ""
    for text in filter(None, texts):
        joined = f"{held}{between}{text}" if held else text
        if len(joined) > _MOST_IN_SECTION:
            yield from map(_section, pieces(held, _MOST_IN_SECTION))
            joined = text
        held = joined
    yield from map(_section, pieces(held, _MOST_IN_SECTION))


def _footer(card: Card) -> list[Document]:
    footer = escaped(plain(card.footer))
    return [_context(clipped_escaped(footer, _MOST_IN_CONTEXT))] if footer else []


def _context(text: str) -> Document:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _section(text: str) -> Document:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Document:
    """`verbatim`: Slack looks for nothing else in it to link or to mention."""
    return {"type": "mrkdwn", "text": linked(text, _MOST_IN_SECTION), "verbatim": True}


def _unlinked(text: str) -> str:
    return text.replace("<", "").replace(">", "")


def _lengths(part: object) -> Iterator[int]:
    if isinstance(part, dict):
        for name, value in part.items():
            if isinstance(value, str) and name != "type":
                yield len(value)
            else:
                yield from _lengths(value)
    elif isinstance(part, list):
        for value in part:
            yield from _lengths(value)
