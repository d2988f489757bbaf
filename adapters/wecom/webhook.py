"""`GET, POST /wecom/callback`: everything WeCom sends to the app. Bounded first, then verified, then read.

Genuine → 200, with a reply when it is ready in time; not genuine → 401; what cannot be read → 400; not kept → 503, so
that WeCom sends it again. What was sent before is known by its key and changes nothing. Nothing of a request is logged.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from adapters.wecom import markup
from adapters.wecom.crypto import Cipher, Rejected, Seal
from adapters.wecom.door import Door
from adapters.wecom.markup import Malformed, text_of
from crm_core.chat import Document, NotKept

#: Bytes of a request. The largest that WeCom sends has a few thousand.
MOST = 65_536
#: Seconds for a body to come in.
_PATIENCE = 3.0


class _Unread(Exception):
    """The body did not come or is too long: answer with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Webhook:
    """The door as an ASGI application of its own: nothing stands between the server and it, since somebody waits for
    the answer."""

    def __init__(self, door: Door, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._cipher = cipher
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        match request.method:
            case "GET":
                return self._verify(request)
            case "POST":
                return await self._answer(request)
        return Response(status_code=405, headers={"Allow": "GET, POST"})

    def _verify(self, request: Request) -> Response:
        """What is asked when the address is entered in the console; a `+` in the question may have become a blank."""
        seal = _seal(request)
        asked = request.query_params.get("echostr", "").replace(" ", "+")
        try:
            seal.require_recent(self._clock())
            return PlainTextResponse(self._cipher.open(asked, seal))
        except Rejected:
            return _refusal(401, "This is not sealed by WeCom with the Token and EncodingAESKey of the configuration.")

    async def _answer(self, request: Request) -> Response:
        try:
            fields = await self._read(request)
            return self._reply(fields, await self._door.take(fields))
        except Rejected:
            return _refusal(401, "This is not sealed by WeCom, or its moment is too far from ours.")
        except Malformed:
            return _refusal(400, "This is not what WeCom sends.")
        except NotKept:
            return _refusal(503, "It could not be kept just now. Send it again.")
        except _Unread as error:
            return _refusal(error.status, "This is not what WeCom sends.")

    async def _read(self, request: Request) -> Document:
        """What is within, once it is known to come from WeCom. The body is not read when the address tells enough."""
        seal = _seal(request)
        seal.require_recent(self._clock())
        outer = markup.read(_decoded(await _body(request)))
        encrypted = text_of(outer, "Encrypt")
        if not encrypted:
            raise Malformed
        return markup.read(self._cipher.open(encrypted, seal))

    def _reply(self, fields: Document, reply: Document | None) -> Response:
        if reply is None:
            return Response()
        now = self._clock()
        whole = {
            "ToUserName": text_of(fields, "FromUserName"),
            "FromUserName": text_of(fields, "ToUserName"),
            "CreateTime": int(now.timestamp()),
            **reply,
        }
        return Response(markup.write(self._cipher.seal(markup.write(whole), now)), media_type="application/xml")


async def _body(request: Request) -> bytes:
    """Bounded in size and in time."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST:
        raise _Unread(413)
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > MOST:
                    raise _Unread(413)
    except TimeoutError:
        raise _Unread(408) from None
    except ClientDisconnect:
        raise _Unread(400) from None
    return bytes(body)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Malformed from None


def _seal(request: Request) -> Seal:
    query = request.query_params
    return Seal(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))


def _refusal(status: int, text: str) -> Response:
    return JSONResponse({"detail": text}, status_code=status)
