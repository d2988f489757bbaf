"""Who works in the background gives way while somebody waits for an answer."""

import asyncio
from contextlib import suppress

#: Seconds given way at most: what is done in the background has to come to an end too.
_LONGEST = 0.05


class Courtesy:
    def __init__(self) -> None:
        self._nobody = asyncio.Event()
        self._nobody.set()

    def note(self, *, waiting: bool) -> None:
        """Whether anybody waits just now."""
        if waiting:
            self._nobody.clear()
        else:
            self._nobody.set()

    async def give_way(self) -> None:
        """Wait until nobody waits, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                await self._nobody.wait()
