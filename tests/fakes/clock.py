"""Time as a fake platform lives it: the wall clock by hand, a movable one in tests. Seconds since 1970, as floats."""

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

Action = Callable[[], object]


class Timer:
    """Something that happens at `due`, unless it is cancelled before."""

    def __init__(self, due: float, action: Action) -> None:
        self.due = due
        self.cancelled = False
        self._action = action

    def cancel(self) -> None:
        self.cancelled = True

    def fire(self) -> None:
        if not self.cancelled:
            self._action()


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970."""

    def utc_now(self) -> datetime:
        """`now` as the product tells time."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Do `action` in `seconds`: at the wall's pace, or when `advance` passes that moment."""

    async def sleep(self, seconds: float) -> None:
        """Wait, without the wall moving when the clock is a manual one."""


class RealClock:
    def now(self) -> float:
        return time.time()

    def utc_now(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def after(self, seconds: float, action: Action) -> Timer:
        timer = Timer(self.now() + seconds, action)
        wall = threading.Timer(max(0.0, seconds), timer.fire)
        wall.daemon = True
        wall.start()
        return timer

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """Stands still until `advance`. May be advanced from any thread; sleepers wake in the loop they sleep in."""

    def __init__(self, start: float = 1_763_700_000.0) -> None:
        self._now = start
        self._lock = threading.RLock()
        self._order = itertools.count()
        self._timers: list[tuple[float, int, Timer]] = []

    def now(self) -> float:
        return self._now

    def utc_now(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def after(self, seconds: float, action: Action) -> Timer:
        timer = Timer(self._now + max(0.0, seconds), action)
        with self._lock:
            heapq.heappush(self._timers, (timer.due, next(self._order), timer))
        return timer

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        timer = self.after(seconds, lambda: loop.call_soon_threadsafe(woken.set))
        try:
            await woken.wait()
        finally:
            timer.cancel()

    def next_due(self) -> float | None:
        """When the next timer is due, or None when nothing waits."""
        with self._lock:
            while self._timers and self._timers[0][2].cancelled:
                heapq.heappop(self._timers)
            return self._timers[0][0] if self._timers else None

    def advance(self, seconds: float) -> None:
        """Move on, firing what falls due on the way, each at its own moment."""
        self.advance_to(self._now + seconds)

    def advance_to(self, moment: float) -> None:
        while timer := self._pop(moment):
            timer.fire()
        self._now = max(self._now, moment)

    async def run(self, seconds: float, *, settle: Callable[[], object] | None = None) -> None:
        """Move on from timer to timer; the tasks of this loop run in between, so a chain of sleeps keeps its pace.

        `settle`: called after each step; an awaitable it returns is awaited (wait there for work outside this loop).
        """
        end = self._now + seconds
        while True:
            await _breathe(settle)
            due = self.next_due()
            if due is None or due > end:
                break
            self.advance_to(due)
        self.advance_to(end)
        await _breathe(settle)

    def _pop(self, until: float) -> Timer | None:
        with self._lock:
            due = self.next_due()
            if due is None or due > until:
                return None
            self._now = max(self._now, due)
            return heapq.heappop(self._timers)[2]


async def _breathe(settle: Callable[[], object] | None) -> None:
    for _ in range(10):
        await asyncio.sleep(0)
    result = settle() if settle else None
    if asyncio.iscoroutine(result) or isinstance(result, asyncio.Future):
        await result
