"""Every lane of the program: woken after a commit and by the clock, pumped by one worker at a time.

A lane is a sending account. Whoever commits something due calls `notice` with what `deliveries.noted` says; it may be
called from any thread. What nobody notices (an undo, another process, downtime) the tick finds within two seconds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import uuid4

from sqlmodel import Session

from crm_core.outreach import deliveries, slots, standstill
from scheduler.carrier import Carrier, Sleep
from scheduler.clock import Ticker
from scheduler.engine import Engine
from scheduler.pace import Pace
from scheduler.pump import Pump
from scheduler.together import Store, Together

#: How often the clock looks for what is due.
TICK = timedelta(seconds=2)

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
#: A timer must not ring before its time.
_MARGIN = 0.005
_LONGEST_STOP = 15.0
#: How often one call looks again for what came due meanwhile, or could not be sent.
_MOST_LOOKS = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """Something looked after by the clock: `run` is called with the present moment, at most once in `every`.

    With `every` one node of all runs it; without, every node at each tick. It must do no harm when two nodes run it at
    once all the same: one may still be at it when the next time has come.
    """

    name: str
    every: timedelta
    run: Callable[[Store, datetime], Awaitable[None]]


class Duty(Protocol):
    """Work under a name of its own, by one node at a time, that may take long and wait for others."""

    @property
    def name(self) -> str: ...

    def due(self, session: Session) -> datetime | None:
        """When there is something to do next."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Do what is due now; begin nothing more once the program stops."""


class Lanes:
    """The pumps of these lanes and the clock that wakes them. Call everything but `notice` in the loop's thread."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        carrier: Carrier,
        *,
        names: Sequence[str],
        clock: Callable[[], datetime],
        rounds: Sequence[Round] = (),
        duties: Sequence[Duty] = (),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._store = store
        self._together = Together(store)
        self._node = uuid4().hex[:12]
        self._carrier = carrier
        self._names = tuple(names)
        self._clock = clock
        self._duties = {duty.name: duty for duty in duties}
        self._rounds = (*rounds, Round("tidy", timedelta(hours=1), self._tidy))
        self._sleep = sleep
        self._ran: dict[str, datetime] = {}
        self._going = asyncio.Lock()
        self._paces: dict[str, Pace] = {}
        self._pumps: dict[str, Pump] = {}
        self._ended: dict[str, asyncio.Event] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._stopping = asyncio.Event()
        self._ticker = Ticker(self.tick, TICK)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Begin to send: first what became due while the program was away."""
        self._loop = asyncio.get_running_loop()
        await self._engine.start(self.pump)
        await self.tick()
        self._ticker.start()

    async def stop(self) -> None:
        """Claim nothing more, and return when what is being sent has been marked."""
        self._stopping.set()
        self._loop = None
        self._ticker.stop()
        for timer in self._timers.values():
            timer.cancel()
        for pump in self._pumps.values():
            pump.look_again()
        try:
            await asyncio.wait_for(self._engine.stop(), _LONGEST_STOP)
        except TimeoutError:
            log.warning("some messages were still being sent; their leases run out")

    def wake(self, lane: str) -> None:
        """Something is due in this lane now."""
        if self._stopping.is_set():
            return
        pump = self._pumps.get(lane)
        if pump is not None:
            pump.look_again()
        else:
            self._engine.wake(lane)

    def notice(self, due: Mapping[str, datetime]) -> None:
        """Lane → when something just committed is due. From any thread; ignored while the lanes are not started."""
        loop = self._loop
        if due and loop is not None:
            loop.call_soon_threadsafe(self._plan, dict(due))

    async def tick(self) -> None:
        """Run the rounds whose time has come, and wake or plan every lane with something due."""
        await self._go_rounds()
        try:
            self._plan(await self._look())
        except Exception:
            log.exception("the tick could not look")

    async def deliver_due(self) -> None:
        """Send what is due by the clock now, and return when that is done: for who lives one turn only."""
        await self._go_rounds()
        for _ in range(_MOST_LOOKS):
            due = {lane for lane, at in (await self._look()).items() if at <= self._clock()}
            if not due | self._pumps.keys():
                return
            await asyncio.gather(*(self._finish(lane) for lane in due | self._pumps.keys()))

    async def pump(self, lane: str) -> None:
        """Send everything that is due in the lane; the engine calls it, at most once at a time for each lane."""
        if lane in self._duties:
            await self._attend(self._duties[lane])
        if lane in self._pumps or lane not in self._names:
            return
        pump = self._pumps[lane] = Pump(
            lane,
            self._together,
            self._carrier,
            self._pace(lane),
            node=self._node,
            clock=self._clock,
            sleep=self._sleep,
            stopping=self._stopping,
            lingers=timedelta() if self._loop is None else TICK,
        )
        ended = self._ended[lane] = asyncio.Event()
        try:
            await pump.run()
        except Exception:
            log.exception("the pump of %s ended; the next tick starts it again", lane)
        finally:
            del self._pumps[lane]
            ended.set()

    async def _attend(self, duty: Duty) -> None:
        try:
            await duty.run(self._stopping)
        except Exception:
            log.exception("%s was left; the next tick goes on with it", duty.name)

    async def _finish(self, lane: str) -> None:
        """Pump this lane, or wait until the pump that is there has ended."""
        if lane in self._pumps:
            await self._ended[lane].wait()
        else:
            await self.pump(lane)

    def _plan(self, due: Mapping[str, datetime]) -> None:
        now = self._clock()
        for lane, at in due.items():
            if at <= now:
                self.wake(lane)
            elif at <= now + TICK:
                self._set_timer(lane, (at - now).total_seconds() + _MARGIN)

    def _set_timer(self, lane: str, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        earlier = self._timers.get(lane)
        if earlier is not None and not earlier.cancelled() and loop.time() < earlier.when() <= loop.time() + seconds:
            return
        if earlier is not None:
            earlier.cancel()
        self._timers[lane] = loop.call_later(seconds, self.wake, lane)

    def _pace(self, lane: str) -> Pace:
        if lane not in self._paces:
            self._paces[lane] = Pace(self._carrier.pacing(lane))
        return self._paces[lane]

    async def _look(self) -> dict[str, datetime]:
        return await self._store.read(self._all_due)

    def _all_due(self, session: Session) -> dict[str, datetime]:
        due = {name: at for name, duty in self._duties.items() if (at := duty.due(session)) is not None}
        if standstill.stands_still(session):
            return due
        return due | deliveries.due_lanes(session, self._names)

    async def _go_rounds(self) -> None:
        """One after the other; whoever comes meanwhile waits until what they plan is planned."""
        async with self._going:
            for round_ in self._rounds:
                await self._go_round(round_)

    async def _go_round(self, round_: Round) -> None:
        now = self._clock()
        try:
            if await self._is_its_time(round_, now):
                await round_.run(self._store, now)
        except Exception:
            log.exception("the round %s failed", round_.name)

    async def _is_its_time(self, round_: Round, now: datetime) -> bool:
        """Alone, when it has been so long; among several nodes, when this one is the first to come to a new slot."""
        last = self._ran.get(round_.name)
        if not self._engine.shared or not round_.every:
            is_time = last is None or now - last >= round_.every
            self._ran[round_.name] = now if is_time or last is None else last
            return is_time
        slot = _EPOCH + (now - _EPOCH) // round_.every * round_.every
        if last == slot:
            return False
        taken = await self._store.write(partial(slots.take, name=f"round:{round_.name}", slot=slot))
        self._ran[round_.name] = slot
        return taken

    async def _tidy(self, _store: Store, _now: datetime) -> None:
        await self._engine.tidy()
