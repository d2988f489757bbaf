"""The pump of one lane: claims what is due, sends outside any transaction, each at its turn, and marks.

What ended is marked in the transaction that claims what comes next, so a fast platform costs one commit for many
messages. Whoever dies in between leaves rows whose leases run out within seconds; the next pump asks the platform what
became of them before sending again.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from crm_core.chat import DeliveryError
from crm_core.database import is_unavailable
from crm_core.outreach import deliveries, lanes
from crm_core.outreach.claims import Claimed
from crm_core.outreach.deliveries import Verdict
from scheduler.carrier import Carrier, Ended, Sleep, TooLate
from scheduler.endings import Endings
from scheduler.exchange import Exchange, Found, Wanted
from scheduler.leases import LEASE, Leases
from scheduler.pace import Pace
from scheduler.together import Store

#: With so many messages on their way, each to another recipient, a lane with a pace claims no further one. Those that
#: were claimed `AHEAD` and wait for their turn come on top; after a crash all of them are in doubt.
WIDTH = 4
#: How many are claimed and not marked where the account has no pace to keep: the commits are what takes time there, and
#: they are shared.
WIDTH_WITHOUT_PACE = 64
#: Seconds before its turn at which a message of a lane with a pace is claimed and composed; up to twice as many where
#: a transaction is made anyway, to mark the one before.
AHEAD = 0.2

_RENEWED = LEASE / 3
_SHORTEST_REST = 0.01
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

log = logging.getLogger(__name__)


class Pump:
    """One run over a lane, ended when nothing is due there, or a newer pump owns it, or the program stops.

    `lingers`: what is due so soon is waited for.
    """

    def __init__(
        self,
        lane: str,
        store: Store,
        carrier: Carrier,
        pace: Pace,
        *,
        node: str,
        clock: Callable[[], datetime],
        sleep: Sleep,
        stopping: asyncio.Event,
        lingers: timedelta = timedelta(),
    ) -> None:
        self.lane = lane
        self._store = store
        self._carrier = carrier
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._stopping = stopping
        self._node = node
        self._token = f"{node}-{uuid4().hex}"
        self._over = False
        self._again = asyncio.Event()
        self._turns = asyncio.Lock()
        self._exchange = Exchange(lane, self._token, carrier, pace, lingers)
        self._leases = Leases()
        self._endings = Endings(store, carrier, self._leases, pump=self._token, clock=clock)
        self._expected: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pause: asyncio.Future[None] | None = None
        self._next_at: datetime | None = None
        self._away = _SHORTEST_PAUSE

    def look_again(self) -> None:
        """Something became due, or the program stops."""
        self._again.set()

    async def run(self) -> None:
        before = await self._store.write(lambda session: lanes.take(session, self.lane, pump=self._token))
        if before is not None and not before.owner.startswith(f"{self._node}-"):
            self._pace.taken_over(before.used_at, self._clock())
        try:
            await self._go_on()
        except Exception:
            await self._bring_to_an_end()
            raise
        finally:
            if self._pause is not None:
                self._pause.cancel()

    async def _go_on(self) -> None:
        while await self._round():
            await self._rest()

    async def _bring_to_an_end(self) -> None:
        """Claim nothing more; wait for what is on its way and mark it, whatever else fails."""
        self._over = True
        while self._tasks or self._endings.waiting:
            try:
                if not await self._round():
                    return
            except Exception:
                log.exception("%s: %d messages are still on their way", self.lane, len(self._tasks))
            await self._rest()

    async def _round(self) -> bool:
        """Mark what ended and claim what there is room for, together. False: there is nothing left to do."""
        self._again.clear()
        self._over = self._over or self._stopping.is_set()
        wanted = self._wanted()
        if not wanted.is_nothing:
            try:
                await self._do(wanted)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                return await self._until_back(error)
        if self._tasks or self._endings.waiting:
            return True
        return not self._over and (self._again.is_set() or self._is_pausing or self._next_at is not None)

    def _wanted(self) -> Wanted:
        now = self._clock()
        ended = tuple(self._endings.waiting)
        marked = {delivery.id for each in ended for delivery in each.claimed.all}
        held = [id_ for id_ in self._leases.ending(now + LEASE - _RENEWED) if id_ not in marked]
        turn_at = now + timedelta(seconds=self._pace.next_wait(now))
        limit = self._places(now, AHEAD + (min(AHEAD, self._pace.distance) if ended else 0.0))
        self._next_at = None
        return Wanted(ended, held, limit, now, turn_at)

    async def _do(self, wanted: Wanted) -> None:
        try:
            found = await self._store.write(partial(self._exchange.make, wanted=wanted))
        except Exception as error:
            if is_unavailable(error) or not wanted.ended:
                raise
            await self._endings.settle_singly(wanted.ended)
        else:
            self._away = _SHORTEST_PAUSE
            self._endings.settled(wanted.ended)
            self._note_lost(self._leases.renew(wanted.held, found.kept, wanted.now))
            self._go_on_with(found, wanted)

    def _note_lost(self, lost: Sequence[int]) -> None:
        """Whoever took over what this pump held has the lane."""
        if lost:
            log.warning("%s: %d deliveries were taken over by another pump", self.lane, len(lost))
            self._over = True

    def _go_on_with(self, found: Found, wanted: Wanted) -> None:
        """Where as many were due as there was room for, more may be: the next round looks at once, or at its turn."""
        self._over = self._over or found.over
        self._next_at = found.next_at
        for claimed in found.claimed:
            self._start(claimed, wanted.now)
        if wanted.limit and len(found.claimed) == wanted.limit:
            self._again.set()

    def _places(self, now: datetime, ahead: float) -> int:
        """How many may be claimed now: where the account has a pace, one, so many seconds before its turn."""
        paced, most = self._pace.is_lane_paced, WIDTH_WITHOUT_PACE - len(self._tasks)
        if paced:
            most = min(most, WIDTH - (len(self._tasks) - len(self._expected)))
        if self._over or most <= 0:
            return 0
        wait = self._pace.next_wait(now)
        if wait > (ahead if paced else 0.0):
            if not self._expected or self._pace.lane_wait(now):
                self._pause_for(wait - (AHEAD if paced else 0.0))
            return 0  # without a pause the lane is free, and who has its turn now wakes
        return 1 if paced else most

    @property
    def _is_pausing(self) -> bool:
        return self._pause is not None and not self._pause.done()

    def _pause_for(self, seconds: float) -> None:
        if not self._is_pausing:
            self._pause = asyncio.ensure_future(self._sleep(seconds))
            self._pause.add_done_callback(lambda _: self._again.set())

    async def _rest(self) -> None:
        """Until something ended or became due, or may be sent, or has to be held longer."""
        seconds = _RENEWED.total_seconds()
        if self._next_at is not None:
            seconds = min(seconds, max(_SHORTEST_REST, (self._next_at - self._clock()).total_seconds()))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._again.wait()

    async def _until_back(self, error: Exception) -> bool:
        """The database is away. What went out is marked however long that takes: it must not go out again."""
        if not (self._tasks or self._endings.waiting):
            raise error
        unmarked = len(self._endings.waiting)
        log.warning("%s: %d deliveries are not marked yet: %s", self.lane, unmarked, type(error).__name__)
        if self._stopping.is_set() and not self._tasks:
            return False
        await asyncio.sleep(self._away)
        self._away = min(self._away * 2, _LONGEST_PAUSE)
        return True

    def _start(self, claimed: Claimed, now: datetime) -> None:
        self._leases.take(claimed, now)
        self._expected.add(claimed.delivery.id)
        self._pace.expect(now)
        task = asyncio.create_task(self._send(claimed))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._again.set()

    async def _send(self, claimed: Claimed) -> None:
        delivery = claimed.delivery
        try:
            await self._wait(self._pace.room_wait(delivery.recipient, self._clock()))
            self._endings.waiting.append(Ended(claimed, await self._carry(claimed)))
        except TooLate:
            self._leases.drop(claimed)
        finally:
            if delivery.id in self._expected:
                self._expected.remove(delivery.id)
                self._pace.forgo()

    async def _carry(self, claimed: Claimed) -> Verdict:
        self._must_be_held(claimed)
        try:
            return await self._carrier.carry(claimed, partial(self._turn, claimed))
        except TooLate:
            raise
        except Exception as error:
            log.exception("delivery %s could not be carried", claimed.delivery.id)
            failure = DeliveryError(f"{type(error).__name__} while sending", unknown=True)
            return deliveries.after_failure(claimed.delivery.attempts, failure, self._clock())

    async def _turn(self, claimed: Claimed) -> None:
        """Wait until the account may be used. What it was composed from is little older than `AHEAD`."""
        async with self._turns:
            await self._wait(self._pace.lane_wait(self._clock()))
            self._must_be_held(claimed)
            self._pace.use(claimed.delivery.recipient, self._clock())
            self._expected.remove(claimed.delivery.id)
            if self._pace.is_lane_paced:
                self._again.set()

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _must_be_held(self, claimed: Claimed) -> None:
        if not self._leases.hold(claimed, self._clock()):
            raise TooLate
