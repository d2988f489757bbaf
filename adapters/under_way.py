"""Work that goes on by itself: held until it is done, since the loop does not, and waited for before a stop."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class UnderWay:
    """For one event loop. `len`: how much of it is not done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin with it. It must not raise: nobody would hear of it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def wait(self, seconds: float) -> None:
        """Until everything is done, so many seconds at most; what is late goes on."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def finish(self, seconds: float) -> None:
        """Until everything is done; after these seconds the rest is given up."""
        await self.wait(seconds)
        late = tuple(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
