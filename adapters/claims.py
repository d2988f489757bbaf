"""One node at a time does a work: a claim in the database that runs out unless it is renewed.

`hold` before each step of the work, `rest` between its rounds: the node that has it keeps it, and when that node dies
another one goes on within `LASTS` and a look. The clocks of the nodes may differ by less than `LASTS`.

By the clock who starts sees at once that a claim ran out long ago, and works. The claim of WeCom's robot
(`adapters/wecom/robot/claim.py`) must not be taken too early even when clocks differ, since two nodes would push each
other out; so there whoever finds a claim watches it first.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Without a word of the node that has it, another one may take it after so long.
LASTS = timedelta(seconds=20)
#: So often the one that has it says so, and the others look.
RENEWED = timedelta(seconds=7)


class Claim:
    """`key` names the work, `node` this process. `lasts`, `renewed`: see `LASTS`, `RENEWED`. All but `rest` raise what
    `Memory` does."""

    def __init__(
        self,
        memory: Memory,
        key: str,
        clock: Callable[[], datetime],
        node: str = "",
        *,
        lasts: timedelta = LASTS,
        renewed: timedelta = RENEWED,
    ) -> None:
        self._memory = memory
        self._key = key
        self._clock = clock
        self._node = node or uuid4().hex
        self._lasts = lasts
        self._renewed = renewed
        self._held: Document | None = None
        self._turn = asyncio.Lock()

    async def hold(self) -> bool:
        """Whether this node has the work, taking or renewing the claim when that is due."""
        async with self._turn:
            return await self._hold()

    async def rest(self, seconds: float, woken: asyncio.Event) -> None:
        """Wait until `woken`, at most so long. What is held stays held; where another node's claim ran out, it is
        taken and the wait is over. Never raises."""
        loop, waiting = asyncio.get_running_loop(), self._held is None
        ends = loop.time() + seconds
        while (left := ends - loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, self._renewed.total_seconds())):
                    await woken.wait()
                    return
            if await self._held_quietly() and waiting:
                return

    async def release(self) -> None:
        """Let another node have it at once."""
        async with self._turn:
            held, self._held = self._held, None
            if held is not None:
                over = {**held, "until": self._clock().isoformat()}
                await self._memory.replace("claim", self._key, held, over)

    async def _hold(self) -> bool:
        now = self._clock()
        if self._held is not None and now < _until(self._held) - self._lasts + self._renewed:
            return True
        known = await self._memory.get("claim", self._key)
        if known is not None and known["node"] != self._node and now < _until(known):
            self._held = None
            return False
        wanted = {"node": self._node, "until": (now + self._lasts).isoformat()}
        self._held = wanted if await self._memory.replace("claim", self._key, known, wanted) else None
        return self._held is not None

    async def _held_quietly(self) -> bool:
        try:
            return await self.hold()
        except Exception:
            log.debug("the claim of %s", self._key, exc_info=True)
            return False


def _until(claim: Document) -> datetime:
    return datetime.fromisoformat(claim["until"])
