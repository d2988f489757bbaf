"""How fast Slack may be called: a gate for each method of a workspace, a line for each channel.

A gate lets so many through in a minute, some of them at once; a line one message at a time, a second apart. Whoever
waits is let through by urgency, then in the order of arrival. After a 429 a gate stays shut for everybody.
"""

import asyncio
import heapq
import itertools
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.methods import method_of
from crm_core.chat import Urgency

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

#: Seconds between two messages into one channel, counted from the answer to the first.
CHANNEL_INTERVAL = 1.0
#: What is waited when a 429 does not say how long, and at most.
UNSAID = 30.0
LONGEST_PAUSE = 3600.0

_MARGIN = timedelta(seconds=0.05)
_MOST_LINES = 10_000


class TooSoon(Exception):
    """Whoever came could not wait until it is their turn. `retry_after`: seconds until it may be."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("not now")
        self.retry_after = retry_after


@dataclass(order=True)
class _Place:
    urgency: Urgency
    number: int
    woken: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class Gate:
    """Lets `burst` through at once and one every `interval` seconds after that; `alone`: one inside at a time, and the
    interval begins when it leaves."""

    def __init__(self, clock: Clock, sleep: Sleep, *, interval: float, burst: int = 1, alone: bool = False) -> None:
        self._clock = clock
        self._sleep = sleep
        self._interval = timedelta(seconds=interval)
        self._slack = self._interval * (burst - 1)
        self._alone = alone
        self._occupied = False
        self._shut_until: datetime | None = None
        self._used_up_to: datetime | None = None
        self._waiting: list[_Place] = []
        self._order = itertools.count()

    @property
    def is_idle(self) -> bool:
        return not self._occupied and not self._waiting and self._wait() <= 0

    def shut(self, seconds: float) -> None:
        """Let nobody through for so long."""
        until = self._clock() + timedelta(seconds=seconds) + _MARGIN
        self._shut_until = max(until, self._shut_until or until)

    @asynccontextmanager
    async def passing(self, urgency: Urgency, patience: float | None) -> AsyncIterator[None]:
        """Wait for the turn, at most `patience` seconds (None: however long), else raise `TooSoon`."""
        await self._enter(urgency, None if patience is None else self._clock() + timedelta(seconds=patience))
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, urgency: Urgency, deadline: datetime | None) -> None:
        place = _Place(urgency, next(self._order))
        heapq.heappush(self._waiting, place)
        try:
            while self._waiting[0] is not place or self._wait() > 0:
                await self._wait_in(place, deadline)
            self._occupied = self._alone
            self._use()
        finally:
            self._waiting.remove(place)
            heapq.heapify(self._waiting)
            self._wake_first()

    def _leave(self) -> None:
        if self._alone:
            self._occupied = False
            self._used_up_to = self._clock() + self._interval
            self._wake_first()

    def _use(self) -> None:
        now = self._clock()
        self._used_up_to = max(self._used_up_to or now, now) + self._interval

    def _wait(self) -> float:
        """Seconds until the next one may pass; without end while somebody is inside whom nobody may meet."""
        if self._occupied:
            return math.inf
        now = self._clock()
        opens = now if self._used_up_to is None else self._used_up_to - self._slack
        return (max(opens, self._shut_until or opens) - now).total_seconds()

    async def _wait_in(self, place: _Place, deadline: datetime | None) -> None:
        """Until it is this one's turn, or somebody more urgent came or went, or its patience ends."""
        wait = self._wait() if self._waiting[0] is place else math.inf
        left = math.inf if deadline is None else (deadline - self._clock()).total_seconds()
        if left <= 0 or (math.isfinite(wait) and wait > left):
            raise TooSoon(max(wait if math.isfinite(wait) else self._interval.total_seconds(), 0.1))
        await self._sleep_until(place, min(wait, left))

    async def _sleep_until(self, place: _Place, seconds: float) -> None:
        place.woken.clear()
        woken = asyncio.ensure_future(place.woken.wait())
        rung = [] if math.isinf(seconds) else [asyncio.ensure_future(self._sleep(seconds))]
        try:
            await asyncio.wait({woken, *rung}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (woken, *rung):
                each.cancel()

    def _wake_first(self) -> None:
        if self._waiting:
            self._waiting[0].woken.set()


class Gates:
    """Every gate and line of the program. `per_minute`: limits of single methods that differ from Slack's tiers."""

    def __init__(self, clock: Clock, sleep: Sleep = asyncio.sleep, per_minute: Mapping[str, int] | None = None) -> None:
        self._clock = clock
        self._sleep = sleep
        self._per_minute = dict(per_minute or {})
        self._gates: dict[tuple[str, str], Gate] = {}
        self._lines: dict[tuple[str, str], Gate] = {}

    def gate(self, method: str, team: str) -> Gate:
        """The gate of a method in a workspace."""
        found = self._gates.get((method, team))
        if found is None:
            found = self._gates[method, team] = self._gate(method)
        return found

    def line(self, team: str, channel: str) -> Gate:
        """The line of messages into a channel."""
        found = self._lines.get((team, channel))
        if found is None:
            self._forget_idle()
            found = Gate(self._clock, self._sleep, interval=CHANNEL_INTERVAL, alone=True)
            self._lines[team, channel] = found
        return found

    def _gate(self, method: str) -> Gate:
        each = self._per_minute.get(method, int(method_of(method).tier))
        return Gate(self._clock, self._sleep, interval=60 / each, burst=max(1, each // 4))

    def _forget_idle(self) -> None:
        if len(self._lines) >= _MOST_LINES:
            self._lines = {key: line for key, line in self._lines.items() if not line.is_idle}


def seconds_of(retry_after: str | None) -> float:
    """The seconds a Retry-After header asks for; also when it is a fraction, missing or nonsense."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return UNSAID
    return min(max(seconds, 0.0), LONGEST_PAUSE) if math.isfinite(seconds) else UNSAID
