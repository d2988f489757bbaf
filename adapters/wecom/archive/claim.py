"""One node at a time reads a queue: a claim that runs out unless it is renewed."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from crm_core.chat import Document
from crm_core.desk import Memory

#: A node that died is replaced after so long.
LASTS = timedelta(seconds=60)


class Claim:
    """`node` names this process."""

    def __init__(self, memory: Memory, key: str, clock: Callable[[], datetime], node: str = "") -> None:
        self._memory = memory
        self._key = key
        self._clock = clock
        self._node = node or uuid4().hex
        self._held: Document | None = None
        self._turn = asyncio.Lock()

    async def hold(self) -> bool:
        """Whether this node holds the claim, taking or renewing it when that is due."""
        async with self._turn:
            return await self._hold()

    async def release(self) -> None:
        """Let another node have it at once."""
        held, self._held = self._held, None
        if held is not None:
            over = {**held, "until": self._clock().isoformat()}
            await self._memory.replace("claim", self._key, held, over)

    async def _hold(self) -> bool:
        now = self._clock()
        if self._held is not None and now < _until(self._held) - LASTS / 2:
            return True
        known = await self._memory.get("claim", self._key)
        if known is not None and known["node"] != self._node and now < _until(known):
            self._held = None
            return False
        wanted = {"node": self._node, "until": (now + LASTS).isoformat()}
        self._held = wanted if await self._memory.replace("claim", self._key, known, wanted) else None
        return self._held is not None


def _until(claim: Document) -> datetime:
    return datetime.fromisoformat(claim["until"])
