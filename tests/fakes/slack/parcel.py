"""What is handed to an app, and what comes back: the same over HTTP and over Socket Mode."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode

from tests.fakes.slack.errors import Json
from tests.fakes.slack.signing import FORM, JSON


class Kind(StrEnum):
    """The `type` of its envelope in Socket Mode."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTION = "interactive"


@dataclass(frozen=True)
class Parcel:
    """`payload`: the body's JSON; of a command, its form fields in Slack's order.

    `answerable`: the acknowledgement may carry something that is shown (`accepts_response_payload`).
    """

    kind: Kind
    payload: Json
    answerable: bool = False

    @property
    def name(self) -> str:
        """What it is about, for the journal: `message`, `block_actions`, `/crm` …"""
        inner = self.payload.get("event")
        named = inner.get("type") if isinstance(inner, dict) else None
        return str(named or self.payload.get("command") or self.payload.get("type"))

    @property
    def key(self) -> str:
        """By what a receiver can tell that it had this one already."""
        return str(self.payload.get("event_id") or self.payload.get("trigger_id") or "")

    @property
    def content_type(self) -> str:
        return JSON if self.kind is Kind.EVENT else FORM

    def body(self) -> bytes:
        """As it is posted."""
        if self.kind is Kind.COMMAND:
            return urlencode(self.payload).encode()
        text = json.dumps(self.payload, ensure_ascii=False, separators=(",", ":"))
        return text.encode() if self.kind is Kind.EVENT else urlencode({"payload": text}).encode()


@dataclass(frozen=True)
class Reply:
    """`reason`: why it does not count as acknowledged, in the words of `x-slack-retry-reason`; empty when it does.

    `content`: what the app answered: JSON, a text, or None. `stop`: the app asked for no more retries. `seconds`: by
    the wall.
    """

    reason: str = ""
    status: int = 0
    content: Any = None
    stop: bool = False
    seconds: float = 0.0

    @property
    def acknowledged(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class Attempt:
    """`number`: 0 first, then 1 to 3. `reason`: why the one before failed. `cut`, `pause`: see `wire.post`."""

    number: int = 0
    reason: str = ""
    cut: bool = False
    pause: float = 0.0
    extra: dict[str, str] = field(default_factory=dict)


class Door(Protocol):
    """A way into an app."""

    async def hand_over(self, parcel: Parcel, attempt: Attempt) -> Reply:
        """Bring it there and wait for the acknowledgement, at most three seconds."""
