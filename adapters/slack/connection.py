"""One WebSocket to Slack: what comes is handed over, and acknowledged when that returns.

Slack's documentation: "Using Socket Mode".
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType

from adapters.slack import wire
from adapters.slack.wire import Malformed
from adapters.under_way import UnderWay
from crm_core.chat import Document, NotKept

log = logging.getLogger(__name__)

#: Takes a frame; the payload that Slack gets with the acknowledgement, `{}` for none.
Take = Callable[[Document], Awaitable[Document]]

BROKEN = "connection lost"


class Connection:
    """`take`: raises `NotKept` for what must not be acknowledged. `places`: how many frames are handled at once, here
    and on the other connections. `elsewhere`: another open connection, for an acknowledgement this one cannot carry.
    """

    def __init__(
        self,
        websocket: ClientWebSocketResponse,
        take: Take,
        places: asyncio.Semaphore,
        elsewhere: Callable[[], "Connection | None"],
    ) -> None:
        self._websocket = websocket
        self._take = take
        self._places = places
        self._elsewhere = elsewhere
        self._handling = UnderWay()
        self._leaving: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._greeted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read(), name="slack socket")

    @property
    def open(self) -> bool:
        return not self._websocket.closed

    async def greeted(self, within: float) -> bool:
        """Wait so many seconds for Slack to say hello. False: it did not, or sent us away."""
        done, _ = await asyncio.wait((self._greeted,), timeout=within)
        return bool(done) and self._greeted.result()

    async def left(self) -> str:
        """Wait until this connection should be replaced; why, in Slack's word or `BROKEN`. It goes on till `close`."""
        return await asyncio.shield(self._leaving)

    async def close(self, seconds: float = 5) -> None:
        """Acknowledge what is under way, then close."""
        await self._handling.wait(seconds)
        await self._websocket.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def fade(self, seconds: float) -> None:
        """Go on until Slack hangs up, at most so long: it may have sent something while its successor came."""
        await asyncio.wait((self._reading,), timeout=seconds)
        await self.close()

    async def say(self, frame: Document) -> bool:
        """Send a frame; whether it could be."""
        try:
            await self._websocket.send_str(json.dumps(frame))
        except (ClientError, OSError, RuntimeError):
            return False
        return True

    async def _read(self) -> None:
        try:
            while (message := await self._websocket.receive()).type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                await self._read_frame(message.data)
        finally:
            self._leave(BROKEN)

    async def _read_frame(self, data: str | bytes) -> None:
        try:
            frame = wire.read_object(data)
        except Malformed:
            return
        match frame.get("type"):
            case "hello":
                self._greet(True)
            case "disconnect":
                self._leave(str(frame.get("reason", ""))[:100])
            case _ if isinstance(frame.get("envelope_id"), str):
                await self._places.acquire()
                self._handling.run(self._answer(frame)).add_done_callback(lambda _: self._places.release())

    async def _answer(self, frame: Document) -> None:
        """Acknowledge what was taken. What was not is left for Slack to bring again."""
        try:
            reply = await self._take(frame)
        except NotKept:
            return
        except Exception as error:
            log.warning("Slack: a frame was not taken: %s", type(error).__name__)
            log.debug("taking a frame", exc_info=True)
            return
        acknowledgement: Document = {"envelope_id": frame["envelope_id"]}
        if reply and frame.get("accepts_response_payload"):
            acknowledgement["payload"] = reply
        if not await self.say(acknowledgement) and (other := self._elsewhere()):
            await other.say(acknowledgement)

    def _greet(self, welcome: bool) -> None:
        if not self._greeted.done():
            self._greeted.set_result(welcome)

    def _leave(self, reason: str) -> None:
        self._greet(False)
        if not self._leaving.done():
            self._leaving.set_result(reason)
