"""Slack's side of HTTP, as far as it signs and posts."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

_numbers = count(1)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """As in Slack's documentation, "Verifying requests from Slack"."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def signed(body: bytes, content_type: str = JSON, *, timestamp: str = "", secret: str = SECRET) -> dict[str, str]:
    """The headers of a request made now, or at this moment."""
    moment = timestamp or str(int(time.time()))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": signature(secret, moment, body),
    }


def callback(event: Mapping[str, Any], **outer: Any) -> dict[str, Any]:
    """An `event_callback` around an inner event."""
    return {
        "type": "event_callback",
        "token": "verification-token",
        "team_id": "T_HOME",
        "context_team_id": "T_HOME",
        "api_app_id": "A_CRM",
        "event_id": f"Ev{next(_numbers):06}",
        "event_time": 1763700001,
        "event": dict(event),
        **outer,
    }


def message(text: str | None = "hello", **fields: Any) -> dict[str, Any]:
    ts = f"1763700000.{next(_numbers):06}"
    return {
        "type": "message",
        "channel": "C_SALES",
        "channel_type": "channel",
        "user": "U_ALICE",
        "text": text,
        "ts": ts,
        "event_ts": ts,
        **fields,
    }


def slash(text: str, **fields: str) -> dict[str, str]:
    """The fields of `/crm …`."""
    return {
        "token": "verification-token",
        "team_id": "T_HOME",
        "team_domain": "home",
        "channel_id": "C_SALES",
        "channel_name": "sales",
        "user_id": "U_ALICE",
        "user_name": "alice",
        "command": "/crm",
        "text": text,
        "api_app_id": "A_CRM",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/commands/secret-address",
        "trigger_id": f"11.22.trigger{next(_numbers)}",
        **fields,
    }


def press(value: str = "find acme", **fields: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T_HOME", "domain": "home"},
        "user": {"id": "U_ALICE", "username": "alice", "team_id": "T_HOME"},
        "api_app_id": "A_CRM",
        "token": "verification-token",
        "trigger_id": f"11.22.trigger{next(_numbers)}",
        "container": {"type": "message", "message_ts": "1763700200.001200", "channel_id": "C_SALES"},
        "channel": {"id": "C_SALES", "name": "sales"},
        "message": {"ts": "1763700200.001200", "bot_id": "B_CRM", "text": "Acme"},
        "response_url": "http://127.0.0.1:9/actions/secret-address",
        "actions": [{"type": "button", "action_id": "command:0", "block_id": "b", "value": value}],
        **fields,
    }


@dataclass
class Knocker:
    """Posts to the program at `url`; `last` is what was sent last, to be sent again."""

    url: str
    client: httpx.Client
    last: tuple[bytes, dict[str, str]] = field(default=(b"", {}))

    def send(self, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        self.last = body, dict(headers)
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        return self.client.post(f"{self.url}/slack/events", content=body, headers=encoded)

    def again(self) -> httpx.Response:
        return self.send(*self.last)

    def event(self, payload: Mapping[str, Any], **headers: str) -> httpx.Response:
        body = json.dumps(payload, ensure_ascii=False).encode()
        return self.send(body, signed(body) | {name.replace("_", "-"): value for name, value in headers.items()})

    def form(self, fields: Mapping[str, str]) -> httpx.Response:
        body = urlencode(fields).encode()
        return self.send(body, signed(body, FORM))

    def interaction(self, payload: Mapping[str, Any]) -> httpx.Response:
        return self.form({"payload": json.dumps(payload)})
