"""The pump of one lane: claims what is due, paces, sends outside any transaction, and marks.

Every message is in two commits, the claim under a lease and the mark, and shares each with those that are claimed or
marked at the same moment. Whoever dies in between leaves rows whose leases run out within seconds; the next pump asks
the platform what became of them before sending again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from sqlmodel import Session

from crm_core.chat import DeliveryError, Pacing
from crm_core.outreach import deliveries, lanes, pausing
from crm_core.outreach.deliveries import Claimed, Verdict
from scheduler.pace import Pace
from scheduler.together import AWAY, Store

#: How long a claim holds unless it is renewed, and so how long a crash delays what was being sent.
LEASE = timedelta(seconds=6)
#: How many messages of one lane are on their way at once, each to another recipient; so many may be in doubt after a
#: crash. More of them where the account has no pace to keep: then the commits are what takes time, and they are shared.
WIDTH = 4
WIDTH_WITHOUT_PACE = 64

Sleep = Callable[[float], Awaitable[None]]

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """Composes and sends a claimed delivery, and knows what its end means for its cause."""

    def pacing(self, lane: str) -> Pacing:
        """How this lane's account may be used."""

    async def carry(self, claimed: Claimed) -> Verdict:
        """Look once more whether it should go out, and send it. What the platform refuses is part of the verdict."""

    def settle(self, session: Session, claimed: Claimed, verdict: Verdict, *, pump: str, now: datetime) -> None:
        """Write the verdict down, with what follows from it, unless another pump took the delivery over."""


class Pump:
    """One run over a lane, ended when nothing is due there, or a newer pump owns it, or the program stops."""

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
        self._width = WIDTH if pace.is_lane_paced else WIDTH_WITHOUT_PACE
        self._again = asyncio.Event()
        self._leases: dict[int, datetime] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def look_again(self) -> None:
        """Something became due: claim once more before ending."""
        self._again.set()

    async def run(self) -> None:
        before = await self._store.write(lambda session: lanes.take(session, self.lane, pump=self._token))
        if before is not None and not before.owner.startswith(f"{self._node}-"):
            self._pace.taken_over(before.used_at, self._clock())
        try:
            while await self._round():
                pass
        finally:
            await asyncio.gather(*self._tasks)

    async def _round(self) -> bool:
        """Fill the free places, then wait until one is free again. False: there is nothing left to do."""
        self._again.clear()
        claimed = await self._claim()
        for each in claimed or ():
            task = asyncio.create_task(self._send(each))
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        if claimed is None or not (self._tasks or self._again.is_set()):
            return False
        if not claimed and not self._again.is_set():
            await self._wait()
        return True

    def _finished(self, task: "asyncio.Task[None]") -> None:
        """A person's next message waited for this one; it may have ended while a claim was under way."""
        self._tasks.discard(task)
        self._again.set()

    async def _claim(self) -> list[Claimed] | None:
        """What this pump may send now; None when it should end."""
        if self._stopping.is_set():
            return None
        free = self._width - len(self._tasks)
        if free == 0:
            return []
        await self._sleep_until_free()
        limit = 1 if self._pace.is_lane_paced else free
        now, held = self._clock(), list(self._leases)
        claimed = await self._store.write(lambda session: self._claim_rows(session, now, limit, held))
        self._leases.update((id_, now + LEASE) for id_ in held if id_ in self._leases)
        for each in claimed or ():
            self._leases.update((delivery.id, now + LEASE) for delivery in each.all)
            self._pace.lane_used(now)
        return claimed

    async def _sleep_until_free(self) -> None:
        wait = self._pace.lane_wait(self._clock())
        if wait > 0:
            await self._sleep(wait)

    def _claim_rows(self, session: Session, now: datetime, limit: int, held: list[int]) -> list[Claimed] | None:
        """What is being sent is held longer first: a slow account claims seldom, and never the same one twice."""
        if not lanes.owns(session, self.lane, pump=self._token) or pausing.stands_still(session):
            return None
        deliveries.renew(session, held, pump=self._token, until=now + LEASE)
        claimed = deliveries.claim(
            session, self.lane, pump=self._token, now=now, limit=limit, lease=LEASE, gathers=self._pace.gathers
        )
        if claimed and self._pace.is_kept:
            lanes.note_use(session, self.lane, now=now)
        return claimed

    async def _wait(self) -> None:
        """Until a place is free or something became due; leases are renewed meanwhile."""
        woken = asyncio.create_task(self._again.wait())
        try:
            done, _ = await asyncio.wait(
                {*self._tasks, woken}, timeout=LEASE.total_seconds() / 3, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            woken.cancel()
        if not done:
            await self._renew()

    async def _renew(self) -> None:
        until, ids = self._clock() + LEASE, list(self._leases)
        try:
            await self._store.write(lambda session: deliveries.renew(session, ids, pump=self._token, until=until))
        except AWAY as error:
            log.warning("leases of %s were not renewed: %s", self.lane, type(error).__name__)
        else:
            self._leases.update((id_, until) for id_ in ids if id_ in self._leases)

    async def _send(self, claimed: Claimed) -> None:
        delivery = claimed.delivery
        try:
            await self._sleep(self._pace.room_turn(delivery.recipient, self._clock()))
            if self._clock() < self._leases[delivery.id]:
                await self._mark(claimed, await self._carry(claimed))
        finally:
            for each in claimed.all:
                del self._leases[each.id]

    async def _carry(self, claimed: Claimed) -> Verdict:
        try:
            return await self._carrier.carry(claimed)
        except Exception as error:
            log.exception("delivery %s could not be carried", claimed.delivery.id)
            failure = DeliveryError(f"{type(error).__name__} while sending", unknown=True)
            return deliveries.after_failure(claimed.delivery.attempts, failure, self._clock())

    async def _mark(self, claimed: Claimed, verdict: Verdict) -> None:
        """Write the verdict down, however long the database is away: the message must not go out again."""
        pause = 0.1
        while True:
            try:
                return await self._store.write(lambda session: self._settle(session, claimed, verdict))
            except AWAY as error:
                log.warning("delivery %s is not marked yet: %s", claimed.delivery.id, type(error).__name__)
            except Exception:
                log.exception("what follows from delivery %s was left out", claimed.delivery.id)
                return await self._store.write(lambda session: self._only_mark(session, claimed, verdict))
            if self._stopping.is_set():
                return None
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _settle(self, session: Session, claimed: Claimed, verdict: Verdict) -> None:
        self._carrier.settle(session, claimed, verdict, pump=self._token, now=self._clock())

    def _only_mark(self, session: Session, claimed: Claimed, verdict: Verdict) -> None:
        for delivery in claimed.all:
            deliveries.mark(session, delivery, verdict, pump=self._token, now=self._clock())
