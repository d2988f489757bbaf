"""The pump of one lane: claims what is due, sends outside any transaction, each at its turn, and marks.

What ended is marked in the transaction that claims what comes next, so a fast platform costs one commit for many
messages. Whoever dies in between leaves rows whose leases run out within seconds; the next pump asks the platform what
became of them before sending again.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from sqlmodel import Session

from crm_core.chat import DeliveryError
from crm_core.outreach import claims, deliveries, lanes, marks, standstill
from crm_core.outreach.claims import Claimed
from crm_core.outreach.deliveries import Verdict
from scheduler.carrier import Carrier, Ended, Sleep, TooLate
from scheduler.pace import Pace
from scheduler.together import AWAY, Store

#: How long a claim holds unless it is renewed, and so how long a crash delays what was being sent.
LEASE = timedelta(seconds=6)
#: How many messages of one lane are on their way at once, each to another recipient; so many may be in doubt after a
#: crash. More of them where the account has no pace to keep: then the commits are what takes time, and they are shared.
WIDTH = 4
WIDTH_WITHOUT_PACE = 64
#: Seconds before its turn at which a message of a lane with a pace is claimed and composed; up to twice as many where
#: a transaction is made anyway, to mark the one before.
AHEAD = 0.2

_RENEWED = LEASE / 3
_SHORTEST_REST = 0.01
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wanted:
    """What one transaction is to do: `ended` is marked, `held` is held longer, up to `limit` are claimed, the first of
    which goes out at `turn_at`."""

    ended: Sequence[Ended]
    held: Sequence[int]
    limit: int
    now: datetime
    turn_at: datetime


@dataclass(frozen=True)
class _Claim:
    """`over`: this pump is to claim nothing more. `next_at`: when the next one is due, if that is soon."""

    claimed: Sequence[Claimed] = ()
    over: bool = False
    next_at: datetime | None = None


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
        self._lingers = lingers
        self._node = node
        self._token = f"{node}-{uuid4().hex}"
        self._over = False
        self._again = asyncio.Event()
        self._turns = asyncio.Lock()
        self._leases: dict[int, datetime] = {}
        self._expected: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
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
            self._over = True
            await self._go_on()
            raise
        finally:
            if self._pause is not None:
                self._pause.cancel()

    async def _go_on(self) -> None:
        while await self._round():
            await self._rest()

    async def _round(self) -> bool:
        """Mark what ended and claim what there is room for, together. False: there is nothing left to do."""
        self._again.clear()
        self._over = self._over or self._stopping.is_set()
        wanted = self._wanted()
        if wanted.ended or wanted.held or wanted.limit:
            try:
                await self._do(wanted)
            except AWAY as error:
                return await self._until_back(error)
            except Exception:
                if not wanted.ended:
                    raise
                await self._mark_singly(wanted.ended)
        if self._tasks or self._ended:
            return True
        return not self._over and (self._again.is_set() or self._is_pausing or self._next_at is not None)

    def _wanted(self) -> _Wanted:
        now = self._clock()
        enough = now + LEASE - _RENEWED
        held = [id_ for id_, until in self._leases.items() if until < enough]
        turn_at = now + timedelta(seconds=self._pace.next_wait(now))
        limit = self._places(now, AHEAD + (min(AHEAD, self._pace.distance) if self._ended else 0.0))
        self._next_at = None
        return _Wanted(tuple(self._ended), held, limit, now, turn_at)

    async def _do(self, wanted: _Wanted) -> None:
        found = await self._store.write(partial(self._in_one, wanted=wanted))
        self._away = _SHORTEST_PAUSE
        for _ in wanted.ended:
            self._forget_first()
        self._leases.update((id_, wanted.now + LEASE) for id_ in wanted.held if id_ in self._leases)
        self._over = self._over or found.over
        self._next_at = found.next_at
        for claimed in found.claimed:
            self._start(claimed, wanted.now)

    def _in_one(self, session: Session, wanted: _Wanted) -> _Claim:
        """What is being sent is held longer first: a slow account claims seldom, and never the same one twice."""
        if wanted.ended:
            self._carrier.settle(session, wanted.ended, pump=self._token, now=wanted.now)
        if wanted.held:
            claims.renew(session, wanted.held, pump=self._token, until=wanted.now + LEASE)
        if not wanted.limit:
            return _Claim()
        if not lanes.owns(session, self.lane, pump=self._token) or standstill.stands_still(session):
            return _Claim(over=True)
        return self._claim(session, wanted.now, wanted.limit, wanted.turn_at)

    def _claim(self, session: Session, now: datetime, limit: int, turn_at: datetime) -> _Claim:
        claimed = claims.claim(
            session, self.lane, pump=self._token, now=now, limit=limit, lease=LEASE, gathers=self._pace.gathers
        )
        if claimed and self._pace.is_kept:
            lanes.note_use(session, self.lane, now=turn_at)
        if len(claimed) == limit or not self._lingers:
            return _Claim(claimed)
        next_at = deliveries.due_after(session, self.lane, now)
        is_soon = next_at is not None and next_at <= now + self._lingers
        return _Claim(claimed, next_at=next_at if is_soon else None)

    def _places(self, now: datetime, ahead: float) -> int:
        """How many may be claimed now: where the account has a pace, one, so many seconds before its turn."""
        paced, most = self._pace.is_lane_paced, WIDTH_WITHOUT_PACE - len(self._tasks)
        if paced:
            most = min(most, WIDTH - (len(self._tasks) - len(self._expected)))
        if self._over or most <= 0:
            return 0
        wait = self._pace.next_wait(now)
        if wait > (ahead if paced else 0.0):
            self._pause_for(wait - (AHEAD if paced else 0.0))
            return 0
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
        if not (self._tasks or self._ended):
            raise error
        log.warning("%s: %d deliveries are not marked yet: %s", self.lane, len(self._ended), type(error).__name__)
        if self._stopping.is_set() and not self._tasks:
            return False
        await asyncio.sleep(self._away)
        self._away = min(self._away * 2, _LONGEST_PAUSE)
        return True

    async def _mark_singly(self, ended: Sequence[Ended]) -> None:
        """Something cannot be written down, or claimed: each is marked alone; one that fails, without what follows."""
        for each in ended:
            settle = partial(self._carrier.settle, ended=(each,), pump=self._token, now=self._clock())
            try:
                await self._store.write(settle)
            except AWAY:
                return
            except Exception:
                log.exception("what follows from delivery %s was left out", each.claimed.delivery.id)
                await self._store.write(partial(self._only_mark, each=each))
            self._forget_first()

    def _only_mark(self, session: Session, each: Ended) -> None:
        fates = [(delivery, each.verdict) for delivery in each.claimed.all]
        marks.mark(session, fates, pump=self._token, now=self._clock())

    def _forget_first(self) -> None:
        for delivery in self._ended.pop(0).claimed.all:
            del self._leases[delivery.id]

    def _start(self, claimed: Claimed, now: datetime) -> None:
        self._leases.update((delivery.id, now + LEASE) for delivery in claimed.all)
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
            self._ended.append(Ended(claimed, await self._carry(claimed)))
        except TooLate:
            for each in claimed.all:
                del self._leases[each.id]
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

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _must_be_held(self, claimed: Claimed) -> None:
        if self._clock() >= self._leases[claimed.delivery.id]:
            raise TooLate
