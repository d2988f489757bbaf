"""What a node that died had committed and not yet recorded or answered: found and taken up by the others.

Every node has its own lines in memory. What stands open in the ledger, is in no line here, and does not move for a
while is nobody's any more. Taken up by two it is recorded once and answered once all the same: the ledger is the judge.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.capture.recorder import code_of
from bot.threads import Core
from crm_core.conversations import ledger
from crm_core.conversations.ledger import Known

log = logging.getLogger(__name__)

#: Seconds between two looks, and how long the oldest open envelope of others has to stand still.
LOOK = 4.0
PATIENCE = 16.0

_MOST = 500


class Orphans:
    """`ours`: whether this node has it in a line. `take_up`: record and answer these, by id, in order."""

    def __init__(
        self,
        core: Core,
        ours: Callable[[Known], bool],
        take_up: Callable[[list[int]], Awaitable[None]],
        *,
        look: float = LOOK,
        patience: float = PATIENCE,
    ) -> None:
        self._core = core
        self._ours = ours
        self._take_up = take_up
        self._look = look
        self._patience = patience
        self._oldest: tuple[int, float] | None = None

    async def keep_looking(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(self._look)
            try:
                await self.look()
            except Exception as error:
                log.warning("what other nodes left behind waits: %s", code_of(error))
                log.debug("looking for what was left behind", exc_info=True)

    async def look(self) -> None:
        """Look once, and take up what has been standing still for long enough."""
        waiting = await self._core.read(lambda session: ledger.open_events(session, _MOST))
        others = [known.id for known in waiting if not self._ours(known)]
        now = asyncio.get_running_loop().time()
        if not others:
            self._oldest = None
        elif self._oldest is None or self._oldest[0] != others[0]:
            self._oldest = others[0], now
        elif now - self._oldest[1] >= self._patience:
            self._oldest = None
            log.info("%d events that another node left behind are taken up", len(others))
            await self._take_up(others)
