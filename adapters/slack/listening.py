"""Which of the nodes has the sockets: one at a time, and another within seconds when that one is gone.

Slack would spread the events over the sockets of all nodes; then what is said in one room would be answered in several
places at once, in no order.
"""

import asyncio
import logging
from collections.abc import Callable

from adapters.claims import Claim
from adapters.health import Health
from adapters.slack.sockets import Sockets

log = logging.getLogger(__name__)

#: Seconds between two looks at whose they are.
BEAT = 3.0
_PART = "sockets"


class Listening:
    """`open_sockets`: makes those of this node. `beat`: see `BEAT`."""

    def __init__(
        self, open_sockets: Callable[[], Sockets], claim: Claim, health: Health, *, beat: float = BEAT
    ) -> None:
        self._open_sockets = open_sockets
        self._claim = claim
        self._health = health
        self._beat = beat
        self._sockets: Sockets | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def hears(self) -> bool:
        """Whether one of them is open, and on this node."""
        return self._sockets is not None and self._sockets.hears

    async def start(self) -> None:
        """Begin to listen, if nobody else does; otherwise once nobody else does."""
        await self._look()
        self._task = asyncio.create_task(self._keep(), name="slack listening")

    async def stop(self) -> None:
        """Hang up, and let another node listen at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._hang_up()
        try:
            await self._claim.release()
        except Exception as error:
            log.warning("Slack: the sockets are taken over later: %s", type(error).__name__)
            log.debug("releasing the sockets", exc_info=True)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._beat)
            await self._look()

    async def _look(self) -> None:
        """Without the database whoever listens goes on: nobody else can take over without it either."""
        try:
            ours = await self._claim.hold()
        except Exception as error:
            log.warning("Slack: whose the sockets are cannot be told: %s", type(error).__name__)
            log.debug("claiming the sockets", exc_info=True)
            ours = self._sockets is not None
        if ours and self._sockets is None:
            self._sockets = self._open_sockets()
            await self._sockets.start()
        elif not ours:
            await self._hang_up()
            self._health.good(_PART, "another node has them")

    async def _hang_up(self) -> None:
        sockets, self._sockets = self._sockets, None
        if sockets is not None:
            await sockets.stop()
