"""One call of the API: its arguments, strictly read, and who calls."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.state import State

T = TypeVar("T")
CURSOR_SECONDS = 3600


def size(text: str) -> int:
    """In bytes: that is how WeCom counts."""
    return len(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class Args:
    """An object of the request. Wrong types are 40058, what is missing 40063. `texts_only`: a query, all digits."""

    values: Json
    texts_only: bool = False

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "", [], {})

    def text(self, name: str, *, needed: bool = False, most: int = 0, chars: int = 0) -> str:
        """`most`: bytes, `chars`: characters; 45002 for more."""
        if needed and not self.has(name):
            raise WeComError(40063, name)
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise WeComError(40058, f"{name} must be a string")
        if (most and size(value) > most) or (chars and len(value) > chars):
            raise WeComError(45002, name)
        return value

    def number(
        self, name: str, default: int | None = None, *, least: int | None = None, most: int | None = None
    ) -> int:
        """A whole number; needed when there is no default."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise WeComError(40063, name)
            return default
        if self.texts_only and isinstance(value, str) and value.lstrip("-").isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise WeComError(40058, f"{name} must be an integer")
        if (least is not None and value < least) or (most is not None and value > most):
            raise WeComError(40058, f"{name} out of range")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise WeComError(40058, f"{name} must be a boolean")
        return value

    def texts(self, name: str, *, needed: bool = False, most: int = 0) -> list[str]:
        """`most`: how many; 40058 for more."""
        found = self._list(name, needed=needed, most=most)
        if not all(isinstance(one, str) for one in found):
            raise WeComError(40058, f"{name} must be an array of strings")
        return found

    def numbers(self, name: str, *, most: int = 0) -> list[int]:
        found = self._list(name, needed=False, most=most)
        if not all(isinstance(one, int) and not isinstance(one, bool) for one in found):
            raise WeComError(40058, f"{name} must be an array of integers")
        return found

    def objects(self, name: str, *, needed: bool = False, most: int = 0) -> list["Args"]:
        found = self._list(name, needed=needed, most=most)
        if not all(isinstance(one, dict) for one in found):
            raise WeComError(40058, f"{name} must be an array of objects")
        return [Args(one) for one in found]

    def inner(self, name: str, *, needed: bool = False) -> "Args":
        value = self.values.get(name)
        if value is None:
            if needed:
                raise WeComError(40063, name)
            value = {}
        if not isinstance(value, dict):
            raise WeComError(40058, f"{name} must be an object")
        return Args(value)

    def _list(self, name: str, *, needed: bool, most: int) -> list[Any]:
        value = self.values.get(name)
        if needed and not value:
            raise WeComError(40063, name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise WeComError(40058, f"{name} must be an array")
        if most and len(value) > most:
            raise WeComError(40058, f"too many in {name}")
        return value


@dataclass
class Call:
    """`path`: after cgi-bin/. `query`: what stood in the address, of a GET the same as `args`.

    `files`: of a multipart body, the parts by name: (file name, content type, bytes). `range`: the header.
    """

    state: State
    path: str
    args: Args
    app: App
    files: dict[str, tuple[str, str, bytes]]
    range: str = ""
    query: Args = field(default_factory=lambda: Args({}))

    def page(
        self, items: Sequence[T], key: Callable[[T], str], limit: int, *, empty: bool = False
    ) -> tuple[list[T], str]:
        """The part of a list the cursor points at, and the cursor that leads on, "" at the end.

        `key`: by which the next page finds its place again, whatever came or went meanwhile.
        `empty`: the second page may be empty though there is more.
        """
        after, offset, number = self._cursor()
        keys = [key(item) for item in items]
        start = keys.index(after) + 1 if after in keys else offset
        if self.state.short_pages:
            limit = 0 if empty and number == 1 else max(1, limit * 2 // 3)
        end = start + limit
        if end >= len(items):
            return list(items[start:end]), ""
        return list(items[start:end]), self._encode(keys[end - 1] if end else "", end, number + 1)

    def _cursor(self) -> tuple[str, int, int]:
        text = self.args.text("cursor")
        if not text:
            return "", 0, 0
        try:
            path, after, offset, number, made = base64.urlsafe_b64decode(text).decode().split("|")
            fresh = self.state.clock.now() - float(made) < CURSOR_SECONDS
            position = after, int(offset), int(number)
        except ValueError:
            raise WeComError(40058, "invalid cursor") from None
        if path != self.path or not fresh:
            raise WeComError(40058, "cursor expired")
        return position

    def _encode(self, after: str, offset: int, number: int) -> str:
        fields = (self.path, after, offset, number, self.state.clock.now())
        return base64.urlsafe_b64encode("|".join(str(field) for field in fields).encode()).decode()
