"""What one transaction of a pump does: what ended is marked, what is held is held longer, what is next is claimed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from crm_core.outreach import claims, deliveries, lanes, standstill
from crm_core.outreach.claims import Claimed
from scheduler.carrier import Carrier, Ended
from scheduler.leases import LEASE
from scheduler.pace import Pace


@dataclass(frozen=True)
class Wanted:
    """What one transaction is to do: `ended` is marked, `held` is held longer, up to `limit` are claimed, the first of
    which goes out at `turn_at`."""

    ended: Sequence[Ended]
    held: Sequence[int]
    limit: int
    now: datetime
    turn_at: datetime

    @property
    def is_nothing(self) -> bool:
        return not (self.ended or self.held or self.limit)


@dataclass(frozen=True)
class Found:
    """`kept`: those of the held ones that still are this pump's. `over`: it is to claim nothing more. `next_at`: when
    the next one is due, if that is soon."""

    claimed: Sequence[Claimed] = ()
    kept: Collection[int] = ()
    over: bool = False
    next_at: datetime | None = None


class Exchange:
    """The transactions of one pump. `lingers`: what is due so soon is waited for."""

    def __init__(self, lane: str, pump: str, carrier: Carrier, pace: Pace, lingers: timedelta) -> None:
        self._lane = lane
        self._pump = pump
        self._carrier = carrier
        self._pace = pace
        self._lingers = lingers

    def make(self, session: Session, wanted: Wanted) -> Found:
        """What is being sent is held longer first: a slow account claims seldom, and never the same one twice."""
        if wanted.ended:
            self._carrier.settle(session, wanted.ended, pump=self._pump, now=wanted.now)
        kept: Collection[int] = ()
        if wanted.held:
            kept = claims.renew(session, wanted.held, pump=self._pump, until=wanted.now + LEASE)
        if not wanted.limit:
            return Found(kept=kept)
        if not lanes.owns(session, self._lane, pump=self._pump) or standstill.stands_still(session):
            return Found(kept=kept, over=True)
        return replace(self._claim(session, wanted), kept=kept)

    def _claim(self, session: Session, wanted: Wanted) -> Found:
        now, limit, gathers = wanted.now, wanted.limit, self._pace.gathers
        claimed = claims.claim(session, self._lane, pump=self._pump, now=now, limit=limit, lease=LEASE, gathers=gathers)
        if claimed and self._pace.is_kept:
            lanes.note_use(session, self._lane, now=wanted.turn_at)
        if len(claimed) == limit or not self._lingers:
            return Found(claimed)
        next_at = deliveries.due_after(session, self._lane, now)
        is_soon = next_at is not None and next_at <= now + self._lingers
        return Found(claimed, next_at=next_at if is_soon else None)
