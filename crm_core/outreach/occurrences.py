"""The delivery rows of nudges: each occurrence that will be said has one, and it agrees with its nudge.

The verbs of `nudges` call `agree` in their own transaction. What changes a nudge behind their back (an undo, a merge, a
restored backup) is caught by `reconcile`, which the clock calls every tick, and by the last look before sending.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_
from sqlmodel import Session, col, select

from crm_core import rows
from crm_core.outreach import deliveries, recurrence
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState, Nudge, NudgeState
from crm_core.people.tables import Handle

_NOT_STARTED = (DeliveryState.DUE, DeliveryState.HELD)
_OVER = (DeliveryState.CANCELLED, DeliveryState.SKIPPED)


def agree(session: Session, *nudges: Nudge) -> None:
    """Make the delivery rows say what the nudges say: one row for `next_at`, no other that could still go out."""
    session.flush()
    wanted = (
        select(Delivery)
        .join(Nudge, col(Nudge.id) == Delivery.nudge_id)
        .where(
            col(Delivery.nudge_id).in_([nudge.id for nudge in nudges]),
            or_(col(Delivery.state).in_(_NOT_STARTED), col(Delivery.due_at) == Nudge.next_at),
        )
        .order_by(col(Delivery.id))
    )
    found: dict[int | None, list[Delivery]] = {}
    for row in session.exec(wanted):
        found.setdefault(row.nudge_id, []).append(row)
    for nudge in nudges:
        _agree(session, nudge, found.get(nudge.id, []))


def _agree(session: Session, nudge: Nudge, found: Sequence[Delivery]) -> None:
    wanted = next((row for row in found if row.due_at == nudge.next_at), None)
    for row in found:
        if row is not wanted and row.state in _NOT_STARTED:
            row.state, row.problem = DeliveryState.CANCELLED, "nudge_moved"
            session.add(row)
    if wanted is not None:
        _refresh(session, wanted, nudge)
    elif nudge.next_at is not None:
        _add(session, nudge, nudge.next_at)


def is_meant(delivery: Delivery, nudge: Nudge | None) -> bool:
    """Whether this delivery is what the nudge wants said next: not done, moved or handed over meanwhile."""
    return (
        nudge is not None
        and nudge.state is NudgeState.OPEN
        and nudge.next_at == delivery.due_at
        and nudge.staff_id == delivery.staff_id
    )


def said(session: Session, deliveries: Sequence[Delivery], *, now: datetime, country: str) -> None:
    """The nudges of these deliveries were said: plan their following occurrences, if they have any."""
    ids = [delivery.nudge_id for delivery in deliveries if delivery.nudge_id is not None]
    if not ids:
        return
    rows.lock(session, Nudge, ids)
    moved: dict[int, Nudge] = {}
    for delivery in deliveries:
        nudge = _nudge_of(session, delivery)
        if nudge is not None:
            nudge.delivered_at = now
            _move_on(nudge, delivery, now=now, country=country)
            moved[nudge.id] = nudge
    session.add_all(moved.values())
    agree(session, *moved.values())


def given_up(session: Session, delivery: Delivery, *, now: datetime, country: str) -> None:
    """This occurrence could not be said: a recurring nudge goes on with the following one."""
    nudge = _nudge_of(session, delivery)
    if nudge is not None:
        _move_on(nudge, delivery, now=now, country=country)
        session.add(nudge)
        agree(session, nudge)


def _nudge_of(session: Session, delivery: Delivery) -> Nudge | None:
    return rows.locked(session, Nudge, delivery.nudge_id) if delivery.nudge_id is not None else None


def _move_on(nudge: Nudge, delivery: Delivery, *, now: datetime, country: str) -> None:
    if is_meant(delivery, nudge):
        nudge.due_at = delivery.due_at
        nudge.next_at = following(nudge, max(now, delivery.due_at), country)


def following(nudge: Nudge, after: datetime, country: str) -> datetime | None:
    """The occurrence of a recurring nudge after this moment; None for one that does not repeat any more."""
    if not nudge.recurrence:
        return None
    return recurrence.next_after(nudge.recurrence, nudge.starts_at, after, nudge.timezone, country)


def missed(nudge: Nudge, delivery: Delivery, *, now: datetime, country: str) -> int:
    """How many further occurrences fell into the time this one is late."""
    if not nudge.recurrence:
        return 0
    start, zone = nudge.starts_at, nudge.timezone
    return len(recurrence.missed(nudge.recurrence, start, delivery.due_at, zone, country, until=now))


def unplanned(session: Session, *, until: datetime, limit: int = 500) -> list[int]:
    """Ids of nudges to be said until then whose delivery row is missing or goes to somebody else.

    Those of staff whom no platform knows wait until one does.
    """
    row = exists().where(
        col(Delivery.nudge_id) == Nudge.id,
        col(Delivery.due_at) == Nudge.next_at,
        col(Delivery.state).not_in(_OVER),
        or_(col(Delivery.staff_id) == Nudge.staff_id, col(Delivery.state).not_in(_NOT_STARTED)),
    )
    reached = exists().where(col(Handle.staff_id) == Nudge.staff_id)
    wanted = select(Nudge.id).where(col(Nudge.next_at) <= until, reached, ~row)
    return list(session.exec(wanted.order_by(col(Nudge.next_at)).limit(limit)))


def reconcile(session: Session, ids: list[int]) -> None:
    """Plan these nudges. Two processes may do it at once: each takes the ones the other is not at."""
    nudges = session.exec(select(Nudge).where(col(Nudge.id).in_(ids)).with_for_update(skip_locked=True)).all()
    for nudge in nudges:
        agree(session, nudge)


def _refresh(session: Session, row: Delivery, nudge: Nudge) -> None:
    """Wake a row that was cancelled, or that waits for somebody else; one that went out already stays as it is."""
    handle = deliveries.address(session, nudge.staff_id, nudge.platform)
    unchanged = row.state in _NOT_STARTED and row.staff_id == nudge.staff_id
    if handle is None or unchanged or row.state not in (*_OVER, *_NOT_STARTED):
        return
    row.state, row.problem = DeliveryState.DUE, ""
    row.platform = row.lane = handle.platform
    row.recipient, row.staff_id = handle.platform_user_id, handle.staff_id
    row.not_before = row.due_at
    session.add(row)
    deliveries.note(session, row.lane, row.not_before)


def _add(session: Session, nudge: Nudge, due_at: datetime) -> None:
    handle = deliveries.address(session, nudge.staff_id, nudge.platform)
    if handle is not None:
        row = deliveries.add(
            session, kind=DeliveryKind.NUDGE, priority=Priority.NUDGE, to=handle, due_at=due_at, nudge_id=nudge.id
        )
        row.trace = nudge.trace
