"""XML as WeCom speaks it, read and written with nothing but elements and text.

Read: a document type, an entity, too many elements or too deep ones are refused; an element that comes several times is
a list. Written: every text is safe, whatever is in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from xml.parsers import expat  # with every way to name something outside refused below

from crm_core.chat import Document

#: A text, elements by their name, or several of them. To be written, numbers too.
Markup: TypeAlias = Any

_DEEPEST = 12
_MOST = 2_000
#: What no XML may hold, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Malformed(Exception):
    """It is not what WeCom sends. Holds nothing of it."""


def read(text: str) -> Document:
    """The elements within `<xml>`; what no XML may hold, and people type all the same, is left out.

    Raises `Malformed`.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.say
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(_UNWRITABLE.sub("", text), True)
    except (expat.ExpatError, ValueError):
        raise Malformed from None
    if not isinstance(reader.root, dict):
        raise Malformed
    return reader.root


def write(elements: Mapping[str, Markup]) -> str:
    """`<xml>` around these elements."""
    return f"<xml>{''.join(_written(elements))}</xml>"


def text_of(elements: Mapping[str, Markup], name: str) -> str:
    """The text of an element, "" when there is none."""
    value = elements.get(name)
    return value if isinstance(value, str) else ""


def inside(elements: Mapping[str, Markup], name: str) -> Document:
    """The elements within an element; of one that comes several times, the first."""
    return next(iter(each(elements, name)), {})


def each(elements: Mapping[str, Markup], name: str) -> list[Document]:
    """The elements within each element of this name."""
    return [one for one in _several(elements.get(name)) if isinstance(one, dict)]


def texts(elements: Mapping[str, Markup], name: str) -> list[str]:
    """The text of each element of this name."""
    return [one for one in _several(elements.get(name)) if isinstance(one, str) and one]


def _several(value: Markup) -> list[Markup]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _refuse(*_: object) -> None:
    raise Malformed


class _Reader:
    """Builds the tree; an element with elements in it has no text of its own."""

    def __init__(self) -> None:
        self.root: Markup = None
        self._open: list[tuple[str, Document, list[str]]] = []
        self._count = 0

    def start(self, name: str, _attributes: object) -> None:
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST:
            raise Malformed
        self._open.append((name, {}, []))

    def say(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, _name: str) -> None:
        name, elements, said = self._open.pop()
        value: Markup = elements or "".join(said).strip("\r\n")
        if not self._open:
            self.root = value
            return
        siblings = self._open[-1][1]
        siblings[name] = [*_several(siblings[name]), value] if name in siblings else value


def _written(elements: Mapping[str, Markup]) -> Iterator[str]:
    for name, value in elements.items():
        for one in _repeated(value):
            yield f"<{name}>{_inner(one)}</{name}>"


def _repeated(value: Markup) -> Sequence[Markup]:
    return value if isinstance(value, list | tuple) else (value,)


def _inner(value: Markup) -> str:
    if isinstance(value, Mapping):
        return "".join(_written(value))
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _quoted(text: str) -> str:
    """What would end the quotation is split over two."""
    safe = _UNWRITABLE.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"
