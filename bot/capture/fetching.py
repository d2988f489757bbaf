"""Whether who fetches brings more at once: recording may wait meanwhile."""

import asyncio
from contextlib import suppress

#: Seconds for which who fetches has the database without the recorder.
UNDISTURBED = 3.0


class Fetching:
    """The sign that more comes at once. It stands for so many seconds, unless it is given anew: who fetches may stop
    half-way, and then nobody takes it back."""

    def __init__(self, seconds: float = UNDISTURBED) -> None:
        self._seconds = seconds
        self._over = asyncio.Event()
        self._over.set()
        self._end: asyncio.TimerHandle | None = None

    @property
    def is_over(self) -> bool:
        """Nothing more is to be waited for."""
        return self._over.is_set()

    def go_on(self) -> None:
        """The next is brought at once."""
        self._forget_end()
        self._over.clear()
        self._end = asyncio.get_running_loop().call_later(self._seconds, self.end)

    def end(self) -> None:
        """Nothing more is brought for now."""
        self._forget_end()
        self._over.set()

    async def go_first(self) -> None:
        """Wait while more comes; after a while what comes later has to wait for its turn."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                await self._over.wait()

    def _forget_end(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
