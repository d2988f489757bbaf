"""A bounded line: who brings something waits while it is full, who serves takes all that is there at once."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Line(Generic[T]):
    """For one who takes and many who bring, on one event loop."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._filled = asyncio.Event()
        self._spacious = asyncio.Event()
        self._served = asyncio.Event()
        self._served.set()
        self._closed = False
        self._came = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def full(self) -> bool:
        return len(self._items) >= self._capacity

    @property
    def half_full(self) -> bool:
        return 2 * len(self._items) >= self._capacity

    @property
    def is_served(self) -> bool:
        """Whether who serves waits for the next."""
        return self._served.is_set()

    def append(self, item: T) -> None:
        """Add to a line that is not `full`."""
        self._items.append(item)
        self._came += 1
        self._filled.set()
        self._served.clear()

    async def put(self, item: T) -> None:
        """Add, as soon as there is space."""
        while self.full:
            self._spacious.clear()
            await self._spacious.wait()
        self.append(item)

    async def roomy(self) -> None:
        """Wait until it is less than half full."""
        while self.half_full:
            self._spacious.clear()
            await self._spacious.wait()

    async def take(self, most: int) -> list[T]:
        """What is there, at least one and at most so many, in order; nothing once the line is closed and empty."""
        await self.any()
        return self.take_now(most)

    async def any(self) -> bool:
        """Wait until somebody is there; False once the line is closed and empty."""
        while not self._items:
            self._served.set()
            if self._closed:
                break
            self._filled.clear()
            await self._filled.wait()
        return bool(self._items)

    def take_now(self, most: int) -> list[T]:
        """What is there, at most so many."""
        taken = [self._items.popleft() for _ in range(min(most, len(self._items)))]
        self._spacious.set()
        return taken

    async def served(self, calm: float = 0.0) -> None:
        """Wait until everybody is served, and nobody came for so many seconds: who serves waits for the next."""
        came = -1
        while came != self._came or not self._served.is_set():  # somebody may have come since it was
            await self._served.wait()
            came = self._came
            await asyncio.sleep(calm)

    def close(self) -> None:
        """What is in the line is still served; nothing should be brought any more."""
        self._closed = True
        self._filled.set()
