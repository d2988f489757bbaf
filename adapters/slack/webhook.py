"""`POST /slack/events`: everything Slack sends over HTTP. Verified as bytes, then read, then handed to the door.

Ours → acted upon; not for us → a quiet 200; not genuine → 401; genuine and unreadable → 400; not kept → 503, so that
Slack sends it again. Nothing of a request is logged.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from adapters.slack import signature, wire
from adapters.slack.door import Door
from adapters.slack.replays import Replays
from adapters.slack.signature import Forged
from adapters.slack.wire import Malformed
from crm_core.chat import Document, NotKept

_TIMESTAMP = "x-slack-request-timestamp"
_SIGNATURE = "x-slack-signature"
#: Seconds for a body to come in; Slack gives up before.
_PATIENCE = 5.0


class _Unread(Exception):
    """The body did not come, or is of a kind Slack does not send: answer with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def routes(door: Door, signing_secret: str, clock: Callable[[], datetime]) -> APIRouter:
    """The route of Slack."""
    router = APIRouter(include_in_schema=False)
    webhook = _Webhook(door, signing_secret, clock)

    router.add_route("/slack/events", webhook.answer, methods=["POST"])
    return router


class _Webhook:
    def __init__(self, door: Door, signing_secret: str, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._secret = signing_secret
        self._clock = clock
        self._replays = Replays(clock)

    async def answer(self, request: Request) -> Response:
        try:
            return _response(await self._take(request))
        except Forged:
            return _refusal(401, "This request is not signed by Slack, or its moment is too far from ours.")
        except Malformed:
            return _refusal(400, "This is not what Slack sends.")
        except NotKept:
            return _refusal(503, "It could not be kept just now. Send it again.")
        except _Unread as error:
            return _refusal(error.status, "This is not what Slack sends.")

    async def _take(self, request: Request) -> Document:
        body = await self._verified(request)
        match _content_type(request):
            case "application/json":
                return await self._door.event(wire.read_object(body))
            case "application/x-www-form-urlencoded":
                return await self._take_form(request, wire.read_form(body))
        raise _Unread(415)

    async def _take_form(self, request: Request, form: dict[str, str]) -> Document:
        """A command has plain fields, whatever their words are; an interaction has one field named `payload`."""
        payload = wire.read_object(form["payload"]) if "payload" in form and "command" not in form else None
        if not self._replays.is_new(*_signed(request)):
            return {}
        if payload is not None:
            return await self._door.interactive(payload)
        if "command" in form and "ssl_check" not in form:
            return await self._door.command(form)
        return {}

    async def _verified(self, request: Request) -> bytes:
        """The body, once it is known to come from Slack. It is not read when the headers tell enough."""
        timestamp, given = _signed(request)
        now = self._clock()
        signature.require_recent(timestamp, now)
        body = await _body(request)
        signature.verify(self._secret, body, timestamp, given, now)
        return body


async def _body(request: Request) -> bytes:
    """Bounded by the application in size, and here in time."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await request.body()
    except TimeoutError:
        raise _Unread(408) from None
    except ClientDisconnect:
        raise _Unread(400) from None


def _signed(request: Request) -> tuple[str, str]:
    return request.headers.get(_TIMESTAMP, ""), request.headers.get(_SIGNATURE, "")


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _response(reply: Document) -> Response:
    return JSONResponse(reply) if reply else Response()


def _refusal(status: int, text: str) -> Response:
    return JSONResponse({"detail": text}, status_code=status)
