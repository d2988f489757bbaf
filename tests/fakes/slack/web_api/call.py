"""One call of a Web API method: its arguments as Slack reads them, and who calls."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.fakes.slack import rooms
from tests.fakes.slack.apps import App, Install
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.errors import Json, SlackError, explained
from tests.fakes.slack.people import User
from tests.fakes.slack.state import State

T = TypeVar("T")
CURSOR_SECONDS = 3600


class Args:
    """Arguments from query, form or JSON: flags may be 0/1 or true/false, lists and objects JSON in a string."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        return self.values.get(name) not in {None, ""} if _flat(self.values.get(name)) else True

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        if not self.has(name):
            raise explained("invalid_arguments", f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name).strip('"').lower()
        return default if not value else value in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number; invalid_arguments for anything else."""
        if not self.has(name):
            return default
        try:
            return int(self.text(name).strip('"'))
        except ValueError:
            raise explained("invalid_arguments", f"must be an integer: {name}") from None

    def parsed(self, name: str, error: str) -> Any:
        """A list or object, given as such or as JSON in a string; None when absent, `error` when it does not parse."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def names(self, name: str) -> list[str]:
        """A comma-separated list."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in self.text(name).split(",") if item.strip()]


def _flat(value: object) -> bool:
    return value is None or isinstance(value, str)


@dataclass
class Call:
    """`owner`: whose bot token it carries, None for app-level tokens and none. `basic`: a Basic header."""

    state: State
    method: str
    args: Args
    app: App | None = None
    owner: Install | None = None
    token: str = ""
    basic: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def install(self) -> Install:
        assert self.owner is not None
        return self.owner

    @property
    def team(self) -> str:
        return self.install.team_id

    @property
    def bot(self) -> User:
        return self.state.bot_of(self.install)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation an argument names, as far as the bot may know of it; channel_not_found."""
        if not self.args.has(name):
            raise explained("invalid_arguments", f"missing required field: {name}")
        return rooms.find(self.state, self.args.text(name), self.team, self.bot)

    def require_scope(self, scope: str) -> None:
        if scope not in self.install.scopes:
            raise missing_scope((scope,), self.install)

    def page(self, items: Sequence[T], key: Callable[[T], str], *, default: int, most: int) -> tuple[list[T], Json]:
        """The part of a list the cursor points at, and the `response_metadata` that leads on.

        `key`: by which the next page finds its place again, whatever came or went meanwhile.
        """
        limit = self.args.number("limit", default)
        if limit <= 0 or limit > most:
            limit = default
        after, offset, number = self._cursor()
        keys = [key(item) for item in items]
        offset = keys.index(after) + 1 if after in keys else max(0, offset - 1)
        if self.state.short_pages:
            limit = 0 if number == 1 else max(1, limit * 2 // 3)
        end = offset + limit
        more = end < len(items)
        return list(items[offset:end]), {
            "next_cursor": self._encode(keys[end - 1] if end else "", end, number + 1) if more else ""
        }

    def _cursor(self) -> tuple[str, int, int]:
        if not self.args.has("cursor"):
            return "", 0, 0
        try:
            method, after, offset, number, made = (
                base64.b64decode(self.args.text("cursor"), validate=True).decode().split("|")
            )
            fresh = self.state.clock.now() - float(made) < CURSOR_SECONDS
            position = after, int(offset), int(number)
        except ValueError:
            raise SlackError("invalid_cursor") from None
        if method != self.method or not fresh:
            raise SlackError("invalid_cursor")
        return position

    def _encode(self, after: str, offset: int, number: int) -> str:
        fields = (self.method, after, offset, number, self.state.clock.now())
        return base64.b64encode("|".join(str(field) for field in fields).encode()).decode()


def missing_scope(needed: tuple[str, ...], install: Install) -> SlackError:
    return SlackError("missing_scope", needed=",".join(needed), provided=",".join(sorted(install.scopes)))
