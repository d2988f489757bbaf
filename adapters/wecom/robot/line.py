"""The robot's connection, kept by one of the nodes: made again whenever it ends, whatever the reason.

Two ends are no accident: a wrong secret, which is tried again slowly, and a newer connection of somebody else's, after
which nobody connects until the program is started anew. One that brings nothing for long is replaced: it may be deaf.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import SystemRandom

from pydantic import SecretStr

from adapters.health import Health
from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.robot.claim import BEAT, Claim
from adapters.wecom.robot.connection import HEARTBEAT, KICKED, Connection, Hear, dial
from crm_core.chat import Document

log = logging.getLogger(__name__)

#: Seconds without any word of people until the connection is replaced by a new one.
SILENCE = 900.0

PART = "robot"
WRONG_SECRET = 853000
PUSHED_OUT = "pushed out by another connection: stop that program or make a new secret, then start this one anew"

_NEVER = "wrong bot_id or secret (853000)"
_SILENT = "silent"
_SLOW = 9
_LONGEST = 60.0
_SLOWEST = 300.0
#: A connection that is gone sooner than this, in seconds, counts as a failed attempt.
_SHORT = 10.0
#: Seconds that what is to be said waits for a connection that is being made.
_PATIENCE = 8.0

_chance = SystemRandom()


def seconds_until(attempt: int) -> float:
    """How long to wait before the next attempt, by the number of failed ones: never quite the same."""
    if attempt == 0:
        return 0.0
    longest = _SLOWEST if attempt > _SLOW else _LONGEST
    return float(min(0.5 * 2 ** min(attempt, 10), longest) * _chance.uniform(0.6, 1.0))


class Line:
    """`hear`: takes what comes. `alarm`: somebody else has the robot now, and nothing comes any more."""

    def __init__(
        self,
        hear: Hear,
        health: Health,
        claim: Claim,
        *,
        bot_id: str,
        secret: SecretStr,
        ws_url: str,
        alarm: Callable[[], Awaitable[None]],
        pause: Callable[[int], float] = seconds_until,
        heartbeat: float = HEARTBEAT,
        silence: float = SILENCE,
        beat: float = BEAT,
    ) -> None:
        self._hear = hear
        self._health = health
        self._claim = claim
        self._bot_id = bot_id
        self._secret = secret
        self._ws_url = ws_url
        self._alarm = alarm
        self._pause = pause
        self._heartbeat = heartbeat
        self._silence = silence
        self._beat = beat
        self._ours = asyncio.Event()
        self._ready = asyncio.Event()
        self._connection: Connection | None = None
        self._all: set[Connection] = set()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def here(self) -> bool:
        """Whether this node has the connection, or is making it."""
        return self._ours.is_set()

    async def start(self) -> None:
        """Begin to connect, in the background and as often as it takes."""
        self._health.bad(PART, "connecting")
        self._tasks = [
            asyncio.create_task(self._hold(), name="robot claim"),
            asyncio.create_task(self._keep(), name="robot line"),
        ]

    async def stop(self) -> None:
        """Hang up, and let another node have it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in tuple(self._all):
            await self._close(connection)
        try:
            await self._claim.release()
        except Exception as error:
            log.warning("WeCom: the robot is taken over later: %s", type(error).__name__)
            log.debug("releasing the robot", exc_info=True)

    async def ask(self, cmd: str, body: Document, req_id: str = "") -> Document:
        """See `Connection.ask`; a connection that is being made is waited for. Raises `WeComError`."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._ready.wait()
        except TimeoutError:
            raise WeComError(path=cmd, reason="not connected", what_to_do=Remedy.RETRY) from None
        connection = self._connection
        if connection is None or not connection.open:
            raise WeComError(path=cmd, reason="not connected", what_to_do=Remedy.RETRY)
        return await connection.ask(cmd, body, req_id)

    async def _hold(self) -> None:
        """See again and again whose the connection is."""
        await self._begin()
        while True:
            if await self._claim.hold():
                self._ours.set()
            else:
                self._stand_by()
            await asyncio.sleep(self._beat)

    async def _begin(self) -> None:
        try:
            await self._claim.begin()
        except Exception as error:
            log.warning("WeCom: the robot waits: %s", type(error).__name__)
            log.debug("beginning", exc_info=True)

    def _stand_by(self) -> None:
        if self._connection is not None:
            self._connection.leave("another node has it")
        self._ours.clear()
        if self._claim.stopped:
            self._health.bad(PART, PUSHED_OUT)
        else:
            self._health.good(PART, "another node has it")

    async def _keep(self) -> None:
        attempt = 0
        now = asyncio.get_running_loop().time
        former: Connection | None = None
        while True:
            if not self.here:
                await self._hang_up()
                await self._close(former)
                former = None
            await self._ours.wait()
            await asyncio.sleep(self._pause(attempt))
            connection = await self._connect()
            if isinstance(connection, WeComError):
                attempt = self._failed(connection, attempt)
                continue
            await self._close(former)
            began, former = now(), None
            reason = await self._left(connection)
            if reason == _SILENT:
                former, attempt = connection, 0
                continue
            attempt = attempt + 1 if now() - began < _SHORT else 0
            await self._ended(reason)

    async def _connect(self) -> Connection | WeComError:
        """A new connection that is subscribed, or why there is none."""
        try:
            connection = Connection(await dial(self._ws_url), self._hear, heartbeat=self._heartbeat)
            self._all.add(connection)
        except WeComError as error:
            return error
        try:
            await connection.subscribe(self._bot_id, self._secret)
        except WeComError as error:
            await self._close(connection)
            return error
        self._connection = connection
        self._ready.set()
        self._health.good(PART, "connected")
        return connection

    def _failed(self, error: WeComError, attempt: int) -> int:
        reason = _NEVER if error.errcode == WRONG_SECRET else error.reason
        log.warning("WeCom: the robot is not connected: %s", reason)
        if self._connection is None or not self._connection.open:
            self._health.bad(PART, reason)
        return max(attempt + 1, _SLOW + 1) if error.errcode == WRONG_SECRET else min(attempt + 1, _SLOW)

    async def _left(self, connection: Connection) -> str:
        """Why it is to be replaced."""
        leaving = asyncio.create_task(connection.left())
        try:
            while True:
                rest = connection.heard_at + self._silence - asyncio.get_running_loop().time()
                if rest <= 0:
                    return _SILENT
                done, _ = await asyncio.wait({leaving}, timeout=rest)
                if done:
                    return leaving.result()
        finally:
            leaving.cancel()

    async def _ended(self, reason: str) -> None:
        await self._hang_up()
        if reason == KICKED and await self._claim.hold():
            await self._give_way()
        elif self.here:
            log.warning("WeCom: the robot's connection ended: %s", reason)
            self._health.bad(PART, reason)

    async def _give_way(self) -> None:
        """It is none of our nodes that has the robot now; to take it back would never end."""
        log.error("WeCom: the robot was %s", PUSHED_OUT)
        self._ours.clear()
        self._health.bad(PART, PUSHED_OUT)
        try:
            await self._claim.release(stop=True)
            await self._alarm()
        except Exception as error:
            log.warning("WeCom: nobody was told of it: %s", type(error).__name__)
            log.debug("giving way", exc_info=True)

    async def _hang_up(self) -> None:
        self._ready.clear()
        connection, self._connection = self._connection, None
        await self._close(connection)

    async def _close(self, connection: Connection | None) -> None:
        if connection is not None:
            await connection.close()
            self._all.discard(connection)
