"""Messages on their way: one row each, claimed under a lease, and marked with what became of it.

    due ──claim──▶ sending ──▶ sent
     ▲               │ ├─────▶ dead       refused for good, or tried too often
     ├───later───────┘ ├─────▶ skipped    left out at the last check
    held (paused)      └─────▶ cancelled  its cause went away

The lease is `not_before` while sending: a row whose lease ran out belongs to whoever claims it next. `attempts` counts
the tries that may have reached the platform, so that a second claim is `unsure`: the platform is asked first.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, text, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crm_core.chat import DeliveryError
from crm_core.outreach.tables import OPEN, Delivery, DeliveryKind, DeliveryState
from crm_core.people.tables import Handle
from crm_core.tables import metadata

#: How many nudges go out as one message at most.
MOST_GATHERED = 20
#: After so many tries that may have reached the platform a delivery is given up: more than five hours.
MAX_TRIES = 40

_TABLE = metadata.tables["delivery"]
_MARK = update(_TABLE).where(
    _TABLE.c.id == bindparam("mine"), _TABLE.c.pump == bindparam("by"), _TABLE.c.state == DeliveryState.SENDING
)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)
_LATE = timedelta(minutes=1)


class Priority(IntEnum):
    """Lower goes first within a lane."""

    ANSWER = 5
    NUDGE = 10
    NOTICE = 15
    DIGEST = 20
    BROADCAST = 50


@dataclass(frozen=True)
class Claimed:
    """A delivery in the hands of a pump. `unsure`: an earlier try may have reached the platform.

    `others`: nudges of the same person that go out with it, as one message.
    """

    delivery: Delivery
    unsure: bool
    others: tuple[Delivery, ...] = ()

    @property
    def all(self) -> tuple[Delivery, ...]:
        return (self.delivery, *self.others)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a delivery. `counts`: the try is counted. `whole_room`: everything for its room waits as well."""

    state: DeliveryState
    not_before: datetime | None = None
    problem: str = ""
    platform_message_id: str = ""
    counts: bool = True
    whole_room: bool = False


def sent(platform_message_id: str) -> Verdict:
    return Verdict(DeliveryState.SENT, platform_message_id=platform_message_id)


def skip(problem: str) -> Verdict:
    """Left out at the last check."""
    return Verdict(DeliveryState.SKIPPED, problem=problem, counts=False)


def cancel(problem: str) -> Verdict:
    """Its cause went away."""
    return Verdict(DeliveryState.CANCELLED, problem=problem, counts=False)


def later(until: datetime, problem: str) -> Verdict:
    """Not now: quiet hours."""
    return Verdict(DeliveryState.DUE, not_before=until, problem=problem, counts=False)


def hold(problem: str) -> Verdict:
    """Paused by a person."""
    return Verdict(DeliveryState.HELD, problem=problem, counts=False)


def after_failure(tries: int, error: DeliveryError, now: datetime) -> Verdict:
    """The retry policy. `tries` includes the one that failed.

    A permanent refusal stops at once. `Retry-After` is obeyed and not counted as a try. Anything else is tried again
    after 5 s, 10 s, 20 s … 10 min.
    """
    if error.permanent or (tries >= MAX_TRIES and error.retry_after is None):
        return Verdict(DeliveryState.DEAD, problem=error.reason)
    if error.retry_after is not None:
        until = now + timedelta(seconds=max(0.0, error.retry_after))
        return Verdict(DeliveryState.DUE, not_before=until, problem=error.reason, counts=False, whole_room=True)
    wait = min(_FIRST_WAIT * 2 ** min(tries - 1, 10), _LONGEST_WAIT)
    return Verdict(DeliveryState.DUE, not_before=now + wait, problem=error.reason)


def lateness(due_at: datetime, now: datetime) -> timedelta | None:
    """How late it is, if late enough to say so: a minute."""
    late = now - due_at
    return late if late >= _LATE else None


def add(
    session: Session,
    *,
    kind: DeliveryKind,
    priority: Priority,
    to: Handle,
    due_at: datetime,
    body: Mapping[str, object] | None = None,
    nudge_id: int | None = None,
) -> Delivery:
    """A message to a member of staff, due at this time."""
    delivery = Delivery(
        kind=kind,
        lane=to.platform,
        platform=to.platform,
        recipient=to.platform_user_id,
        staff_id=to.staff_id,
        nudge_id=nudge_id,
        priority=priority,
        due_at=due_at,
        not_before=due_at,
        body=dict(body or {}),
    )
    session.add(delivery)
    note(session, delivery.lane, due_at)
    return delivery


def address(session: Session, staff_id: int, platform: str) -> Handle | None:
    """Where a member of staff is written to: on this platform, else on the first one they are known on."""
    handles = session.exec(select(Handle).where(Handle.staff_id == staff_id).order_by(col(Handle.id))).all()
    return next((handle for handle in handles if handle.platform == platform), next(iter(handles), None))


def is_of(session: Session, nudge_id: int, platform: str, platform_message_id: str) -> bool:
    """Whether this message of the platform is the one that brought this nudge."""
    found = select(Delivery.id).where(
        Delivery.nudge_id == nudge_id,
        Delivery.platform == platform,
        Delivery.platform_message_id == platform_message_id,
    )
    return bool(platform_message_id) and session.exec(found.limit(1)).first() is not None


def note(session: Session, lane: str, at: datetime) -> None:
    """Remember that this transaction makes something due in the lane, for whoever listens to commits."""
    due = session.info.setdefault("due", {})
    due[lane] = min(at, due.get(lane, at))


def noted(session: Session) -> Mapping[str, datetime]:
    """Lane → the earliest time at which this transaction made something due."""
    due: Mapping[str, datetime] = session.info.get("due", {})
    return due


def due_lanes(session: Session, lanes: Sequence[str]) -> dict[str, datetime]:
    """Lane → when its next delivery is due; lanes with nothing open are left out."""
    earliest = {lane: [_earliest(session, lane, priority) for priority in Priority] for lane in lanes}
    return {lane: min(found) for lane, times in earliest.items() if (found := [time for time in times if time])}


def _earliest(session: Session, lane: str, priority: Priority) -> datetime | None:
    wanted = select(Delivery.not_before).where(Delivery.lane == lane, Delivery.priority == priority, text(OPEN))
    return session.exec(wanted.order_by(col(Delivery.not_before)).limit(1)).first()


def claim(
    session: Session, lane: str, *, pump: str, now: datetime, limit: int, lease: timedelta, gathers: bool = False
) -> list[Claimed]:
    """Take up to `limit` due deliveries of the lane under a lease, in order, one at most for each recipient.

    A recipient who is just being written to is left alone. `gathers`: with a nudge, the other nudges that are due for
    its recipient; with one that may have arrived, those and only those it went out with. Call it in a writing session.
    """
    claimed: list[Claimed] = []
    for priority in Priority:
        for delivery in _claimable(session, lane, priority, now, limit - len(claimed)):
            others = _gathered(session, delivery, now) if gathers and delivery.kind is DeliveryKind.NUDGE else ()
            for each in (delivery, *others):
                each.state, each.pump = DeliveryState.SENDING, pump
                each.attempts += 1
                each.not_before = now + lease
                session.add(each)
            unsure = any(each.attempts > 1 for each in (delivery, *others))
            claimed.append(Claimed(delivery, unsure, tuple(others)))
        session.flush()
        if len(claimed) >= limit:
            break
    return claimed


def renew(session: Session, ids: Sequence[int], *, pump: str, until: datetime) -> None:
    """Keep the lease of deliveries that are still being sent."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(ids), col(Delivery.pump) == pump, col(Delivery.state) == DeliveryState.SENDING)
        .values(not_before=until)
    )


def mark(session: Session, delivery: Delivery, verdict: Verdict, *, pump: str, now: datetime) -> bool:
    """Write down what became of a delivery. False: another pump took it over meanwhile, and nothing was written."""
    values = {
        "state": verdict.state,
        "problem": verdict.problem[:500],
        "platform_message_id": verdict.platform_message_id,
        "attempts": delivery.attempts if verdict.counts else delivery.attempts - 1,
        "not_before": verdict.not_before or now,
        "sent_at": now if verdict.state is DeliveryState.SENT else None,
    }
    marked = session.connection().execute(_MARK, {"mine": delivery.id, "by": pump, **values}).rowcount
    if marked and verdict.not_before is not None:
        note(session, delivery.lane, verdict.not_before)
        if verdict.whole_room:
            _hold_room(session, delivery, verdict.not_before)
    return bool(marked)


def _hold_room(session: Session, delivery: Delivery, until: datetime) -> None:
    """The platform asked this room to wait: nothing overtakes, whatever is due there waits too."""
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.lane) == delivery.lane,
            col(Delivery.recipient) == delivery.recipient,
            col(Delivery.state) == DeliveryState.DUE,
            col(Delivery.not_before) < until,
        )
        .values(not_before=until)
    )


def _gathered(session: Session, delivery: Delivery, now: datetime) -> Sequence[Delivery]:
    """What goes out with this nudge. One that may have arrived goes again as it went, so that it is known again."""
    if delivery.attempts and not delivery.together:
        return ()
    if delivery.attempts:
        return _due_with(session, delivery, now, col(Delivery.together) == delivery.together)
    others = _due_with(session, delivery, now, col(Delivery.attempts) == 0)
    word = _word_for(delivery, *others) if others else ""
    for each in (delivery, *others):
        each.together = word
    return others


def _word_for(*deliveries: Delivery) -> str:
    named = " ".join(sorted(f"{each.id}:{int(each.due_at.timestamp())}" for each in deliveries))
    return hashlib.sha256(named.encode()).hexdigest()[:20]


def _due_with(session: Session, delivery: Delivery, now: datetime, which: ColumnElement[bool]) -> Sequence[Delivery]:
    """The other nudges of this kind that are due for the recipient, in order."""
    wanted = select(Delivery).where(
        Delivery.lane == delivery.lane,
        Delivery.recipient == delivery.recipient,
        Delivery.kind == DeliveryKind.NUDGE,
        Delivery.staff_id == delivery.staff_id,
        col(Delivery.not_before) <= now,
        col(Delivery.id) != delivery.id,
        which,
        text(OPEN),
    )
    ordered = wanted.order_by(col(Delivery.due_at), col(Delivery.id)).limit(MOST_GATHERED - 1)
    return session.exec(ordered.with_for_update(skip_locked=True, of=Delivery)).all()


def _claimable(session: Session, lane: str, priority: Priority, now: datetime, limit: int) -> Sequence[Delivery]:
    other = aliased(Delivery, name="other")
    state, not_before = col(other.state), col(other.not_before)
    own_place = (col(Delivery.priority), col(Delivery.not_before), col(Delivery.id))
    ahead = tuple_(col(other.priority), not_before, col(other.id)) < tuple_(*own_place)
    in_flight = and_(state == DeliveryState.SENDING, not_before > now)
    first = and_(not_before <= now, ahead)
    same_room = and_(
        col(other.lane) == Delivery.lane, col(other.recipient) == Delivery.recipient, col(other.id) != Delivery.id
    )
    blocked = exists().where(same_room, text(f"other.{OPEN}"), or_(in_flight, first))
    wanted = select(Delivery).where(
        Delivery.lane == lane, Delivery.priority == priority, col(Delivery.not_before) <= now, text(OPEN), ~blocked
    )
    ordered = wanted.order_by(col(Delivery.not_before), col(Delivery.id)).limit(limit)
    return session.exec(ordered.with_for_update(skip_locked=True, of=Delivery)).all()
