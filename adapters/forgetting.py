"""What an adapter keeps for a while: thrown away when it is old."""

from collections.abc import Callable
from datetime import datetime, timedelta

from crm_core.desk import Memory

#: So often it is looked for.
LOOK = timedelta(hours=1)


class Forgetting:
    """The documents of one kind, each with the time it was put down as `at`, and how long they are of use."""

    def __init__(self, memory: Memory, kind: str, useful: timedelta, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._kind = kind
        self._useful = useful
        self._clock = clock
        self._looked = clock()

    async def look(self) -> None:
        """Remove what is too old, if nobody looked for an hour."""
        now = self._clock()
        if now - self._looked < LOOK:
            return
        self._looked = now
        for key, document in (await self._memory.all(self._kind)).items():
            if now - datetime.fromisoformat(document["at"]) > self._useful:
                await self._memory.take(self._kind, key)
