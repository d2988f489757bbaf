"""`POST /slack/events`: everything Slack sends over HTTP. Verified as bytes, then read, then handed to the door.

Ours → acted upon; not for us → a quiet 200; not genuine → 401; genuine and unreadable → 400; not kept → 503, so that
Slack sends it again. Nothing of a request is logged.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi.responses import JSONResponse
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from adapters.slack import signature, wire
from adapters.slack.door import Door
from adapters.slack.replays import Replays
from adapters.slack.signature import Forged
from adapters.slack.wire import Malformed
from crm_core.chat import Document, NotKept

#: Bytes a request may bring.
LARGEST = 1_000_000

_TIMESTAMP = b"x-slack-request-timestamp"
_SIGNATURE = b"x-slack-signature"
#: Seconds for a body to come in; Slack gives up before.
_PATIENCE = 5.0
_TAKEN: tuple[Message, Message] = (
    {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]},
    {"type": "http.response.body", "body": b""},
)

_Headers = Mapping[bytes, bytes]


class _Unread(Exception):
    """The body did not come, or is of a kind Slack does not send: answer with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Webhook:
    """The door as an ASGI application of its own: nothing stands between the server and it, since events come in
    hundreds a second."""

    def __init__(self, door: Door, signing_secret: str, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._secret = signing_secret
        self._clock = clock
        self._replays = Replays(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(scope, receive)
        if response is not None:
            await response(scope, receive, send)
            return
        for message in _TAKEN:
            await send(message)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """None: taken, and there is nothing to say."""
        if scope["method"] != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        try:
            reply = await self._take(dict(scope["headers"]), receive)
        except Forged:
            return _refusal(401, "This request is not signed by Slack, or its moment is too far from ours.")
        except Malformed:
            return _refusal(400, "This is not what Slack sends.")
        except NotKept:
            return _refusal(503, "It could not be kept just now. Send it again.")
        except _Unread as error:
            return _refusal(error.status, "This is not what Slack sends.")
        return JSONResponse(reply) if reply else None

    async def _take(self, headers: _Headers, receive: Receive) -> Document:
        body = await self._verified(headers, receive)
        match _content_type(headers):
            case "application/json":
                return await self._door.event(wire.read_object(body))
            case "application/x-www-form-urlencoded":
                return await self._take_form(headers, wire.read_form(body))
        raise _Unread(415)

    async def _take_form(self, headers: _Headers, form: dict[str, str]) -> Document:
        """A command has plain fields, whatever their words are; an interaction has one field named `payload`."""
        payload = wire.read_object(form["payload"]) if "payload" in form and "command" not in form else None
        if not _only_reads(payload) and not self._replays.is_new(*_signed(headers)):
            return {}
        if payload is not None:
            return await self._door.interactive(payload)
        if "command" in form and "ssl_check" not in form:
            return await self._door.command(form)
        return {}

    async def _verified(self, headers: _Headers, receive: Receive) -> bytes:
        """The body, once it is known to come from Slack. It is not read when the headers tell enough."""
        timestamp, given = _signed(headers)
        if _length(headers) > LARGEST:
            raise _Unread(413)
        signature.require_recent(timestamp, self._clock())
        body = await _body(receive)
        signature.require_match(self._secret, body, timestamp, given)
        return body


async def _body(receive: Receive) -> bytes:
    """Bounded in size and in time."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _read(receive)
    except TimeoutError:
        raise _Unread(408) from None


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _Unread(400)
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise _Unread(413)
        more = message.get("more_body", False)
    return body


def _only_reads(payload: Document | None) -> bool:
    """What is typed into a menu may be the same twice within the second of a signature, and has no effect."""
    return payload is not None and payload.get("type") == "block_suggestion"


def _length(headers: _Headers) -> int:
    declared = headers.get(b"content-length", b"")
    return int(declared) if declared.isdigit() else 0


def _signed(headers: _Headers) -> tuple[str, str]:
    return headers.get(_TIMESTAMP, b"").decode("latin-1"), headers.get(_SIGNATURE, b"").decode("latin-1")


def _content_type(headers: _Headers) -> str:
    return headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


def _refusal(status: int, text: str) -> Response:
    return JSONResponse({"detail": text}, status_code=status)
