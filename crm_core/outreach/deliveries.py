"""Messages on their way: one row each, claimed under a lease, and marked with what became of it.

    due ──claim──▶ sending ──▶ sent
     ▲               │ ├─────▶ dead       refused for good, or tried too often
     ├───later───────┘ ├─────▶ skipped    left out at the last check
    held (paused)      └─────▶ cancelled  its cause went away

Claimed by `claims`, marked by `marks`. The lease is `not_before` while sending: a row whose lease ran out belongs to
whoever claims it next. `attempts` counts the tries that may have reached the platform, so that a second claim is
`unsure`: the platform is asked first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ScalarSelect, bindparam, literal_column, text
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from crm_core.chat import DeliveryError
from crm_core.outreach.tables import OPEN, Delivery, DeliveryKind, DeliveryState
from crm_core.people.tables import Handle
from crm_core.tables import metadata

#: After so many tries that may have reached the platform a delivery is given up: more than five hours.
MAX_TRIES = 40

_TABLE = metadata.tables["delivery"]
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
class Verdict:
    """What becomes of a delivery. `counts`: the try is counted. `whole_room`: everything for its room waits as well.
    `shown`: customers the message showed, besides those the delivery names."""

    state: DeliveryState
    not_before: datetime | None = None
    problem: str = ""
    platform_message_id: str = ""
    counts: bool = True
    whole_room: bool = False
    shown: tuple[int, ...] = ()


def sent(platform_message_id: str, shown: tuple[int, ...] = ()) -> Verdict:
    return Verdict(DeliveryState.SENT, platform_message_id=platform_message_id, shown=shown)


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


def trace_of(delivery: Delivery) -> str:
    """The id of what this delivery follows from."""
    if delivery.trace:
        return delivery.trace
    return f"b{delivery.broadcast_id}" if delivery.broadcast_id is not None else f"d{delivery.id}"


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


def due_after(session: Session, lane: str, now: datetime) -> datetime | None:
    """When the next delivery of the lane is due after this moment."""
    found = session.connection().execute(_DUE_AFTER, {"of": lane, "now": now}).one()
    return min((at for at in found if at is not None), default=None)


def _earliest(session: Session, lane: str, priority: Priority) -> datetime | None:
    wanted = select(Delivery.not_before).where(Delivery.lane == lane, Delivery.priority == priority, text(OPEN))
    return session.exec(wanted.order_by(col(Delivery.not_before)).limit(1)).first()


def _first_after(priority: Priority) -> ScalarSelect[datetime]:
    return (
        columns(_TABLE.c.not_before)
        .where(
            _TABLE.c.lane == bindparam("of"),
            _TABLE.c.priority == literal_column(str(int(priority))),
            _TABLE.c.not_before > bindparam("now"),
            text(OPEN),
        )
        .order_by(_TABLE.c.not_before)
        .limit(literal_column("1"))
        .scalar_subquery()
    )


_DUE_AFTER = columns(*(_first_after(priority) for priority in Priority))
