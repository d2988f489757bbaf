"""One connection of a robot: what goes out is acknowledged one by one, what comes in is handed over.

Nothing of it is logged: the first frame holds the secret.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.robot import frames
from adapters.wecom.robot.frames import Frame
from crm_core.chat import Document

#: Seconds between two pings; two of them without an answer, and the connection is dead.
HEARTBEAT = 30.0
#: Seconds for an acknowledgement.
ACKNOWLEDGED_WITHIN = 5.0

KICKED = "disconnected_event"

_CONNECT = 10.0
_LARGEST = 4_000_000
_UNANSWERED = 2
#: websockets writes every frame into its log at debug; this one hears of nothing below a warning.
_silent = logging.getLogger("adapters.wecom.robot.websockets")
_silent.setLevel(logging.WARNING)

Hear = Callable[[Frame], None]


class Connection:
    """Open from the beginning, subscribed by `subscribe`. `hear` is called for each callback, and must not wait."""

    def __init__(
        self,
        websocket: ClientConnection,
        hear: Hear,
        *,
        heartbeat: float = HEARTBEAT,
        acknowledged_within: float = ACKNOWLEDGED_WITHIN,
    ) -> None:
        self._websocket = websocket
        self._hear = hear
        self._within = acknowledged_within
        self._waiting: dict[str, asyncio.Future[Frame]] = {}
        self._unanswered = 0
        self._leaving: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.heard_at = asyncio.get_running_loop().time()
        self._tasks = (
            asyncio.create_task(self._read(), name="robot reader"),
            asyncio.create_task(self._ping(heartbeat), name="robot pings"),
        )

    @property
    def open(self) -> bool:
        return not self._leaving.done()

    async def subscribe(self, bot_id: str, secret: SecretStr) -> None:
        """Say who we are. Raises `WeComError`; 853000: a wrong secret."""
        await self.ask(frames.SUBSCRIBE, {"bot_id": bot_id, "secret": secret.get_secret_value()})

    async def ask(self, cmd: str, body: Document, req_id: str = "") -> Document:
        """Send a frame and wait for its acknowledgement; under one `req_id` one after the other. Raises `WeComError`,
        `unknown` when it may have been heard."""
        name = req_id or uuid4().hex
        while name in self._waiting:
            await asyncio.wait({self._waiting[name]})
        answer = self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            acknowledgement = await self._exchange(frames.write(cmd, name, body), answer)
        finally:
            answer.cancel()
            del self._waiting[name]
        if acknowledgement is None:
            raise WeComError(path=cmd, reason="no_answer", unknown=True)
        if acknowledgement.errcode:
            raise WeComError(acknowledgement.errcode, path=cmd)
        return acknowledgement.body

    async def left(self) -> str:
        """Wait until it is of no use any more; why."""
        return await asyncio.shield(self._leaving)

    def leave(self, reason: str) -> None:
        """It is of no use any more; what waits for an acknowledgement gets none."""
        if self._leaving.done():
            return
        self._leaving.set_result(reason)
        for answer in self._waiting.values():
            answer.cancel()

    async def close(self) -> None:
        self.leave("closed")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._websocket.close()

    async def _exchange(self, text: str, answer: asyncio.Future[Frame]) -> Frame | None:
        """None: no acknowledgement came in time."""
        if not self.open:
            return None
        with suppress(TimeoutError, ConnectionClosed):
            async with asyncio.timeout(self._within):
                await self._websocket.send(text)
                await asyncio.wait({answer})
                return None if answer.cancelled() else answer.result()
        return None

    async def _read(self) -> None:
        reason = "broken"
        try:
            while True:
                self._take(frames.read(await self._websocket.recv()))
        except ConnectionClosed as closed:
            reason = f"closed with {closed.rcvd.code}" if closed.rcvd else "broken off"
        finally:
            self.leave(reason)

    def _take(self, frame: Frame | None) -> None:
        if frame is None:
            return
        self._unanswered = 0
        if frame.cmd:
            self.heard_at = asyncio.get_running_loop().time()
            if frame.event == KICKED:
                self.leave(KICKED)
            else:
                self._hear(frame)
        elif (answer := self._waiting.get(frame.req_id)) is not None and not answer.done():
            answer.set_result(frame)

    async def _ping(self, heartbeat: float) -> None:
        while True:
            await asyncio.sleep(heartbeat)
            if self._unanswered >= _UNANSWERED:
                self.leave("two pings without an answer")
                return
            self._unanswered += 1
            with suppress(TimeoutError, ConnectionClosed):
                async with asyncio.timeout(heartbeat):
                    await self._websocket.send(frames.write(frames.PING, uuid4().hex, {}))


async def dial(ws_url: str) -> ClientConnection:
    """An open connection, made the direct way. Raises `WeComError`."""
    try:
        return await connect(
            ws_url,
            open_timeout=_CONNECT,
            close_timeout=1,
            ping_interval=None,
            max_size=_LARGEST,
            compression=None,
            proxy=None,
            logger=_silent,
        )
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
        reason = type(error).__name__
    raise WeComError(path=frames.SUBSCRIBE, reason=f"unreachable ({reason})", what_to_do=Remedy.RETRY)
