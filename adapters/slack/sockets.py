"""Slack without a public address: WebSockets that we open. Two of them, replaced one at a time, so that there is always
one to hear with.

slack_sdk's client closes a connection before it opens the next, and puts the address with its ticket into the log; so
this speaks the protocol itself.
"""

import asyncio
import logging
from collections.abc import Callable

import aiohttp

from adapters.direct import open_session
from adapters.health import Health
from adapters.slack import calls
from adapters.slack.calls import Refused
from adapters.slack.connection import BROKEN, Connection
from adapters.slack.door import Door
from adapters.slack.ears import Ears
from adapters.under_way import UnderWay
from crm_core.chat import Document

log = logging.getLogger(__name__)

CONNECTIONS = 2
#: Seconds of silence after which Slack is asked whether it is still there; without an answer within half of that the
#: connection is given up.
HEARTBEAT = 10.0

#: How many events, presses and commands are taken at the same time.
AT_ONCE = 100

_PART = "sockets"
_HELLO_WITHIN = 10.0
#: Seconds for Slack to hang up the connection it asked us to leave: it warns ten seconds ahead.
_FADES = 15.0
#: A connection that is gone sooner than this, in seconds, counts as a failed attempt.
_SHORT = 10.0
#: Reasons that another connection does not mend at once, and how many failed attempts they count as.
_GRAVE = {"link_disabled": 8, "too_many_websockets": 7}
_ADVICE = {"link_disabled": "link_disabled: switch Socket Mode on in the app's settings, or remove app_token"}


def seconds_until(attempt: int) -> float:
    """How long to wait before the next attempt, by the number of failed ones."""
    return 0.0 if attempt == 0 else min(0.25 * 2 ** min(attempt, 10), 60.0)


class Sockets:
    """Brings to `door` what Slack sends. How it goes is told to `health`.

    `ears` are open while a connection is. `regained`: called when one is open again after there was none, so that
    something may have been missed.
    """

    def __init__(
        self,
        door: Door,
        health: Health,
        *,
        app_token: str,
        api_url: str,
        pause: Callable[[int], float] = seconds_until,
        heartbeat: float = HEARTBEAT,
        at_once: int = AT_ONCE,
        ears: Ears | None = None,
        regained: Callable[[], None] = lambda: None,
    ) -> None:
        self._door = door
        self._health = health
        self._token = app_token
        self._api_url = api_url
        self._pause = pause
        self._heartbeat = heartbeat
        self._regained = regained
        self._ears = ears or Ears()
        self._ears.open = False
        self._session: aiohttp.ClientSession | None = None
        self._connecting = asyncio.Lock()
        self._not_before = 0.0
        self._places = asyncio.Semaphore(at_once)
        self._lines: list[asyncio.Task[None]] = []
        self._connections: list[Connection] = []
        self._fading = UnderWay()
        self._all: set[Connection] = set()

    async def start(self) -> None:
        """Begin to connect, in the background and as often as it takes."""
        self._health.bad(_PART, "connecting")
        self._session = open_session()
        self._lines = [asyncio.create_task(self._keep(), name="slack line") for _ in range(CONNECTIONS)]

    @property
    def hears(self) -> bool:
        """Whether one of them is open."""
        return self._ears.open

    async def stop(self) -> None:
        """Acknowledge what is under way, and hang up."""
        self._ears.open = False
        for task in self._lines:
            task.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._fading.finish(0)
        await asyncio.gather(*(connection.close() for connection in self._all))
        if self._session is not None:
            await self._session.close()

    async def _keep(self) -> None:
        """Keep one connection; the next is there before the last is given up."""
        attempt = 0
        now = asyncio.get_running_loop().time
        former: Connection | None = None
        while True:
            connection = await self._connect_patiently(attempt)
            self._retire(former)
            began = now()
            reason = await connection.left()
            attempt = _GRAVE.get(reason, attempt + 1 if now() - began < _SHORT else 0)
            former = connection
            if reason in _GRAVE or reason == BROKEN:
                self._retire(connection)
                former = None
            self._tell(reason)

    async def _connect_patiently(self, attempt: int) -> Connection:
        """A new connection, however long it takes; `attempt`: how many failed before."""
        while True:
            await asyncio.sleep(self._pause(attempt))
            try:
                return await self._connect()
            except Refused as error:
                reason, wait = error.reason, error.retry_after or 0
            except Exception as error:  # whatever it is, this must go on trying
                log.debug("connecting", exc_info=True)
                reason, wait = type(error).__name__, 0
            attempt = max(attempt + 1, _GRAVE.get(reason, 0))
            self._tell(reason)
            await asyncio.sleep(wait)

    async def _connect(self) -> Connection:
        """A new connection that Slack has greeted; never two of them at the same time. Raises `Refused`."""
        async with self._connecting:
            connection = Connection(await self._dial_in_turn(), self._take, self._places, self._spare)
            self._all.add(connection)
            self._connections.append(connection)
            greeted = await connection.greeted(_HELLO_WITHIN)
        if not greeted:
            self._retire(connection)
            raise Refused(await connection.left())
        self._tell("")
        return connection

    async def _dial_in_turn(self) -> aiohttp.ClientWebSocketResponse:
        """When Slack says to wait, neither line calls meanwhile."""
        now = asyncio.get_running_loop().time
        await asyncio.sleep(self._not_before - now())
        try:
            return await self._dial()
        except Refused as error:
            self._not_before = now() + (error.retry_after or 0)
            raise

    async def _dial(self) -> aiohttp.ClientWebSocketResponse:
        assert self._session is not None  # noqa: S101
        answer = await calls.call(self._session, self._api_url, "apps.connections.open", self._token)
        url = str(answer.document.get("url", ""))
        if not url.startswith("wss://" if self._api_url.startswith("https://") else ("ws://", "wss://")):
            raise Refused("no address to connect to")
        try:
            async with asyncio.timeout(calls.PATIENCE):
                return await self._session.ws_connect(url, heartbeat=self._heartbeat)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            reason = type(error).__name__
        raise Refused(reason)

    async def _take(self, frame: Document) -> Document:
        payload = frame.get("payload")
        if not isinstance(payload, dict):
            return {}
        match frame.get("type"):
            case "events_api":
                return await self._door.event(payload)
            case "slash_commands":
                return await self._door.command(payload)
            case "interactive":
                return await self._door.interactive(payload)
        return {}

    def _spare(self) -> Connection | None:
        return next((connection for connection in reversed(self._connections) if connection.open), None)

    def _retire(self, connection: Connection | None) -> None:
        """Let it finish what it has begun, and close it."""
        if connection is None:
            return
        self._connections.remove(connection)
        self._fading.run(self._fade(connection))

    async def _fade(self, connection: Connection) -> None:
        await connection.fade(_FADES)
        self._all.discard(connection)

    def _tell(self, trouble: str) -> None:
        """`trouble`: what went wrong last, "" for nothing."""
        trouble = _ADVICE.get(trouble, trouble)
        if trouble and trouble not in {"warning", "refresh_requested"}:
            log.warning("Slack: a socket is down: %s", trouble)
        number = sum(connection.open for connection in self._connections)
        regained = number and not self._ears.open
        self._ears.open = bool(number)
        if regained:
            self._regained()
        if number:
            self._health.good(_PART, f"{number} of {CONNECTIONS} open")
        else:
            self._health.bad(_PART, trouble or "connecting")
