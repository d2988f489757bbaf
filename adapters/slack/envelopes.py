"""What Slack delivers → envelopes, without what is secret in it: no token and no address to reply to is ever stored.

The body is JSON: `{"kind": "event" | "interactive" | "command" | "history", "team": "T…", "key": the event id,
"at": when it came, "payload": {…}}`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack import PLATFORM
from adapters.slack.tickets import Tickets
from crm_core.chat import Document, Envelope
from crm_core.desk import Accept

_SECRETS = frozenset(
    {
        "token",
        "bot_access_token",
        "response_url",
        "response_urls",
        "trigger_id",
        "function_data",
        "interactivity",
        "interactivity_pointer",
    }
)
_AUTHORIZED = ("enterprise_id", "team_id", "user_id", "is_bot", "is_enterprise_install")


@dataclass(frozen=True)
class Kept:
    """`key`: the event id. `new`: False when it was known already, so that nothing is to be done."""

    key: str
    new: bool


class Envelopes:
    """Commits what comes in, and keeps the address its answer goes to. All raise what `accept` raises."""

    def __init__(self, accept: Accept, tickets: Tickets, clock: Callable[[], datetime]) -> None:
        self._accept = accept
        self._tickets = tickets
        self._clock = clock

    async def event(self, payload: Document) -> Kept:
        """Keep an `event_callback`."""
        given = payload.get("event_id")
        key = given if isinstance(given, str) and given else _hash("event", _json(payload))
        return await self._keep(key, "event", payload)

    async def command(self, form: Mapping[str, str]) -> Kept:
        """Keep a slash command."""
        return await self._keep_with_ticket("command", dict(form))

    async def interaction(self, payload: Document) -> Kept:
        """Keep a press, a shortcut or a submission."""
        return await self._keep_with_ticket("interactive", payload)

    async def history(self, team: str, channel: str, message: Document) -> Kept:
        """Keep a message as Slack has it now."""
        edited = _text(_object(message.get("edited")), "ts")
        payload = {**message, "channel": channel, "context_team_id": team}
        return await self._keep(f"history:{channel}:{_text(message, 'ts')}:{edited}", "history", payload)

    async def gone(self, team: str, channel: str, ts: str) -> Kept:
        """Keep that a message is not in the history any more."""
        payload = {"type": "message", "subtype": "message_deleted", "channel": channel, "context_team_id": team}
        return await self._keep(
            f"history:{channel}:{ts}:deleted", "history", {**payload, "ts": ts, "deleted_ts": ts, "hidden": True}
        )

    async def _keep_with_ticket(self, kind: str, payload: Document) -> Kept:
        key = key_of(kind, payload)
        response_url = response_url_of(payload)
        if response_url:
            self._tickets.keep(key, response_url)
        return await self._keep(key, kind, payload)

    async def _keep(self, key: str, kind: str, payload: Document) -> Kept:
        now = self._clock()
        new = await self._accept(Envelope(PLATFORM, key, to_body(kind, payload, key=key, at=now), now))
        return Kept(key, new)


def to_body(kind: str, payload: Document, *, key: str = "", at: datetime | None = None) -> str:
    """The body of an envelope."""
    told = {"kind": kind, "team": team_of(payload), "key": key, "at": at.isoformat() if at else ""}
    return _json({**told, "payload": _without_secrets(payload)})


def key_of(kind: str, payload: Document) -> str:
    """What a request is known by when Slack sends it again: a hash of its trigger, which itself is a secret."""
    trigger = payload.get("trigger_id")
    return _hash(kind, trigger if isinstance(trigger, str) and trigger else _json(payload))


def team_of(payload: Document) -> str:
    """The workspace through which the app sees this; not always the one of who acted."""
    authorizations = payload.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    candidates = (
        _text(_object(first), "team_id"),
        _text(payload, "context_team_id"),
        _text(_object(payload.get("view")), "app_installed_team_id"),
        _text(_object(payload.get("team")), "id"),
        _text(payload, "team_id"),
    )
    return next((team for team in candidates if team), "")


def response_url_of(payload: Document) -> str:
    """The address for the answer; a submission has it in a list."""
    listed = payload.get("response_urls")
    first = _object(listed[0]) if isinstance(listed, list) and listed else {}
    return _text(payload, "response_url") or _text(first, "response_url")


def _without_secrets(payload: Document) -> Document:
    cleaned = {name: value for name, value in payload.items() if name not in _SECRETS}
    if isinstance(payload.get("authorizations"), list):
        cleaned["authorizations"] = [
            {name: one[name] for name in _AUTHORIZED if name in one} for one in map(_object, payload["authorizations"])
        ]
    return cleaned


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _hash(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:40]}"


def _json(document: Document) -> str:
    """Halves of characters, which no database keeps, are left out."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()
