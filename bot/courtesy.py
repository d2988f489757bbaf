"""Who works in the background gives way while somebody waits for an answer."""

import asyncio
from contextlib import suppress


class Courtesy:
    """`longest`: seconds given way at most; what is done in the background has to come to an end too."""

    def __init__(self, longest: float = 0.05) -> None:
        self._longest = longest
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
            async with asyncio.timeout(self._longest):
                await self._nobody.wait()
