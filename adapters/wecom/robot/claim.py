"""Which of the nodes has the robot's connection: there can be one at a time, a second one pushes the first out.

The one that has it says so again and again. Who sees that nothing was said for a while takes over. Clocks of different
machines are not compared, as they are for other work (`adapters/claims.py`): when they differ two nodes would push each
other out, each taking the other for a stranger who has the robot. The price is that who finds a claim watches it for
`PATIENCE` before taking it. And a claim here can be stopped: while a stranger has the robot no node shall take it.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Seconds between two words of the one that has it, and without any until another one takes over.
BEAT = 3.0
PATIENCE = 10.0

_KIND = "robot_claim"


class Claim:
    """One robot's, seen from one node. `hold` every few seconds."""

    def __init__(
        self, memory: Memory, bot_id: str, *, now: Callable[[], float] = time.monotonic, patience: float = PATIENCE
    ) -> None:
        self._memory = memory
        self._bot_id = bot_id
        self._now = now
        self._patience = patience
        self._node = uuid4().hex
        self._mine: Document | None = None
        self._held_at = 0.0
        self._seen: tuple[Document | None, float] = (None, 0.0)
        self.stopped = False

    async def begin(self) -> None:
        """Somebody started us: what was stopped may go on."""
        noted = await self._memory.get(_KIND, self._bot_id)
        if noted is not None and noted.get("stopped"):
            await self._memory.replace(_KIND, self._bot_id, noted, {"owner": ""})

    async def hold(self) -> bool:
        """Whether the connection is ours, from now on or still. Never raises: without the database it stays ours as
        long as nobody else can have taken it."""
        try:
            return await self._hold()
        except Exception as error:
            log.warning("WeCom: whose the robot's connection is cannot be told: %s", type(error).__name__)
            log.debug("claiming the robot", exc_info=True)
            return self._mine is not None and self._now() - self._held_at < self._patience / 2

    async def release(self, *, stop: bool = False) -> None:
        """Let another node have it at once; `stop`: none shall, until one of them is started anew."""
        mine, self._mine = self._mine, None
        if mine is not None:
            self.stopped = stop
            await self._memory.replace(_KIND, self._bot_id, mine, {"owner": "", "stopped": stop})

    async def _hold(self) -> bool:
        noted = await self._memory.get(_KIND, self._bot_id)
        self.stopped = bool(noted and noted.get("stopped"))
        if self._is_taken(noted):
            self._mine = None
            return False
        beat = 1 + (int(self._mine["beat"]) if self._mine is not None else 0)
        mine = {"owner": self._node, "beat": beat}
        if not await self._memory.replace(_KIND, self._bot_id, noted, mine):
            self._mine = None
            return False
        self._mine, self._held_at = mine, self._now()
        return True

    def _is_taken(self, noted: Document | None) -> bool:
        if noted is None or noted == self._mine:
            return False
        if not noted.get("owner"):
            return self.stopped
        if noted != self._seen[0]:
            self._seen = (noted, self._now())
        return self._now() - self._seen[1] < self._patience


async def is_held(memory: Memory, bot_id: str, sleep: Callable[[float], Awaitable[None]]) -> bool:
    """Whether some node has it just now: between two looks it said so again."""
    before = await memory.get(_KIND, bot_id)
    if before is None or not before.get("owner"):
        return False
    await sleep(BEAT + 1)
    after = await memory.get(_KIND, bot_id)
    return after is not None and bool(after.get("owner")) and after != before
