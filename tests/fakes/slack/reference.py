"""A small receiver that does everything right, to hold the fake against; tests make it do one thing wrong at a time."""

import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.receiving import receiving
from tests.fakes.slack.errors import Json
from tests.fakes.slack.signing import sign

BIGGEST = 1_000_000


@dataclass(frozen=True)
class Said:
    """An answer to a request. `wait`: is asked before it goes out, so that a test can make it late."""

    status: int = 200
    content: Json | str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    wait: Callable[[], object] = lambda: None

    def body(self) -> bytes:
        if isinstance(self.content, str):
            return self.content.encode()
        return b"" if self.content is None else json.dumps(self.content).encode()


@dataclass(frozen=True)
class Heard:
    """A genuine request as it was understood. `headers`: names in lower case."""

    payload: Json
    headers: dict[str, str]

    @property
    def event(self) -> Json:
        event: Json = self.payload.get("event", {})
        return event


class Refused(Exception):
    """Not genuine, or not readable."""


class Receiver:
    """`url`: its request URL. `heard`: every genuine request in order; `events`: each event once, by event_id.

    `now`: its clock, to be set to the fake's. `answer`: what it says to a genuine request.
    """

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        self.secret = secret
        self.now = now
        self.heard: list[Heard] = []
        self.events: dict[str, Json] = {}
        self.answer: Callable[[Json], Said] = answer
        self.url = ""

    @property
    def done(self) -> Json:
        """What a person did last: the newest request that tells of no event, for those come when they come."""
        return next(one.payload for one in reversed(self.heard) if "event" not in one.payload)

    def receive(self, headers: dict[str, str], body: bytes) -> Said:
        """Verify, understand, keep, answer."""
        try:
            self.verify(headers, body)
            payload = understand(body, headers.get("content-type", ""))
        except Refused:
            return Said(400)
        self.heard.append(Heard(payload, headers))
        if "event_id" in payload:
            self.events.setdefault(str(payload["event_id"]), payload.get("event") or {})
        return self.answer(payload)

    def verify(self, headers: dict[str, str], body: bytes) -> None:
        stamp = headers.get("x-slack-request-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12) or abs(self.now() - int(stamp)) > 300:
            raise Refused
        given = headers.get("x-slack-signature", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, sign(self.secret, stamp, body).encode()):
            raise Refused


def answer(payload: Json) -> Said:
    """The handshake gets its challenge, everything else a quiet 200."""
    if payload.get("type") == "url_verification":
        return Said(content={"challenge": payload["challenge"]})
    return Said()


def understand(body: bytes, content_type: str) -> Json:
    """The JSON object of an event or an interaction, or the fields of a command. Raises `Refused`."""
    try:
        text = body.decode()
        if "json" in content_type:
            return _object(json.loads(text))
        fields = dict(parse_qsl(text, keep_blank_values=True))
        return _object(json.loads(fields["payload"])) if "payload" in fields else fields
    except (ValueError, RecursionError) as error:
        raise Refused from error


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise Refused
    return value


@contextmanager
def listening(receiver: Receiver) -> Iterator[Receiver]:
    """Serve this receiver on a loopback port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            if length > BIGGEST:
                self._say(Said(413))
                return
            body = self.rfile.read(length)
            if len(body) < length:
                return
            named = {name.lower(): value for name, value in self.headers.items()}
            said = receiver.receive(named, body)
            said.wait()
            self._say(said)

        def _say(self, said: Said) -> None:
            body = said.body()
            self.send_response(said.status)
            kind = "application/json" if isinstance(said.content, dict) else "text/plain"
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent."""

    with receiving(Handler) as port:
        receiver.url = f"http://127.0.0.1:{port}/slack/events"
        yield receiver
