"""XML as WeCom writes it, and a strict reader of what comes back."""

from xml.parsers import expat

from tests.fakes.wecom.errors import Json


class NotWellFormed(ValueError):
    """No XML, or with a document type."""


def write(fields: Json, root: str = "xml") -> str:
    """Texts in CDATA, numbers bare, objects nested, lists as the same element again."""
    return f"<{root}>{_inner(fields)}</{root}>"


def cdata(text: str) -> str:
    """Whatever the text holds."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def read(raw: bytes) -> Json:
    """What is inside the root: texts, objects, and lists where an element occurs more than once."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise NotWellFormed(str(error)) from error
    found = reader.found
    if not isinstance(found, dict):
        raise NotWellFormed("nothing inside")
    return found


class _Reader:
    """`found`: of the element that ended last, at the end the root's."""

    def __init__(self) -> None:
        self.found: Json | str = ""
        self._open: list[tuple[Json, list[str]]] = []

    def start(self, *_: object) -> None:
        self._open.append(({}, []))

    def text(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        children, texts = self._open.pop()
        self.found = children or "".join(texts)
        if self._open:
            _add(self._open[-1][0], name, self.found)

    def refuse(self, *_: object) -> None:
        raise NotWellFormed("a document type")


def _add(parent: Json, name: str, value: Json | str) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def _inner(fields: Json) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        return f"<{name}>{_inner(value)}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    return f"<{name}>{cdata(str(value))}</{name}>"
