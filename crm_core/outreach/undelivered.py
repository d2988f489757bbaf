"""Messages that were given up: refused for good, or tried too often. Who may see them may have them tried again.

What members of staff are asked to send is not among them: it is followed with its broadcast.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, text, true
from sqlmodel import Session, col, select

from crm_core.errors import Conflict, NotFound
from crm_core.outreach import deliveries, occurrences
from crm_core.outreach.tables import DEAD, Broadcast, Delivery, DeliveryKind, DeliveryState, Nudge, NudgeState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer

_ONE = 1  # a try that may have reached the platform, so that it is asked first


@dataclass(frozen=True)
class Undelivered:
    """`whom`: the member of staff it was for. `problem`: a word or the platform's reason."""

    delivery_id: int
    kind: DeliveryKind
    whom: str
    platform: str
    problem: str
    due_at: datetime
    nudge_id: int | None


@dataclass(frozen=True)
class Copies:
    """How many of the copies of one broadcast were given up, and why some of them were."""

    broadcast_id: int
    count: int
    problem: str


def to_staff(session: Session, *, viewer: Viewer, before: int | None = None, limit: int = 20) -> list[Undelivered]:
    """What was for members of staff this viewer sees, the newest first. `before`: the id of the last one seen."""
    wanted = (
        select(Delivery, Staff.name)
        .join(Staff, col(Staff.id) == Delivery.staff_id)
        .where(text(DEAD), Delivery.kind != DeliveryKind.BROADCAST, _seen(viewer))
    )
    if before is not None:
        wanted = wanted.where(col(Delivery.id) < before)
    rows = session.exec(wanted.order_by(col(Delivery.id).desc()).limit(limit)).all()
    return [
        Undelivered(row.id, row.kind, name, row.platform, row.problem, row.due_at, row.nudge_id) for row, name in rows
    ]


def copies(session: Session, *, viewer: Viewer, limit: int = 5) -> list[Copies]:
    """The latest broadcasts of which some copies were given up."""
    found = (
        select(Delivery.broadcast_id, func.count(), func.max(Delivery.problem))
        .join(Broadcast, col(Broadcast.id) == Delivery.broadcast_id)
        .where(text(DEAD), Delivery.kind == DeliveryKind.BROADCAST, _own(viewer))
        .group_by(col(Delivery.broadcast_id))
        .order_by(col(Delivery.broadcast_id).desc())
    )
    return [Copies(id_, count, problem) for id_, count, problem in session.exec(found.limit(limit)) if id_ is not None]


def try_again(session: Session, delivery_id: int, *, viewer: Viewer, now: datetime) -> Delivery:
    """Send it after all: the platform is asked first whether it is there. One for a member of staff goes where they are
    now. Raises `NotFound`, and `Conflict` when it is not given up (any more), or its cause is over."""
    viewer.require(Right.WRITE)
    delivery = _visible(session, delivery_id, viewer)
    if delivery.state is not DeliveryState.DEAD or delivery.task_id is not None:
        raise Conflict("delivery_not_failed", id=delivery_id)
    nudge = session.get(Nudge, delivery.nudge_id) if delivery.nudge_id is not None else None
    if nudge is not None and nudge.state is not NudgeState.OPEN:
        raise Conflict("nudge_closed", id=nudge.id)
    delivery.state, delivery.problem, delivery.attempts, delivery.not_before = DeliveryState.DUE, "", _ONE, now
    _readdress(session, delivery, nudge)
    session.add(delivery)
    if nudge is not None:
        nudge.next_at = delivery.due_at
        session.add(nudge)
        occurrences.agree(session, nudge)
    deliveries.note(session, delivery.lane, now)
    return delivery


def _readdress(session: Session, delivery: Delivery, nudge: Nudge | None) -> None:
    if delivery.kind is DeliveryKind.BROADCAST or delivery.staff_id is None:
        return
    staff_id = delivery.staff_id if nudge is None else nudge.staff_id
    handle = deliveries.address(session, staff_id, delivery.platform)
    if handle is not None:
        delivery.staff_id, delivery.recipient = staff_id, handle.platform_user_id
        delivery.platform = delivery.lane = handle.platform


def _visible(session: Session, delivery_id: int, viewer: Viewer) -> Delivery:
    """The row, locked; the hidden is not told apart from the missing."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or not _may_see(session, delivery, viewer):
        raise NotFound("delivery_not_found", id=delivery_id)
    return delivery


def _may_see(session: Session, delivery: Delivery, viewer: Viewer) -> bool:
    if viewer.owners is None:
        return True
    if delivery.kind is DeliveryKind.BROADCAST:
        broadcast = session.get(Broadcast, delivery.broadcast_id)
        return broadcast is not None and broadcast.created_by_id in viewer.owners
    nudge = session.get(Nudge, delivery.nudge_id) if delivery.nudge_id is not None else None
    author = None if nudge is None else nudge.created_by_id
    return delivery.staff_id in viewer.owners or author in viewer.owners


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    """What was for whom this viewer sees, and what they asked for themselves."""
    if viewer.owners is None:
        return true()
    owners = sorted(viewer.owners)
    author = select(Nudge.id).where(Nudge.id == Delivery.nudge_id, col(Nudge.created_by_id).in_(owners))
    return or_(col(Delivery.staff_id).in_(owners), author.exists())


def _own(viewer: Viewer) -> ColumnElement[bool]:
    by_task = col(Delivery.task_id).is_(None)
    if viewer.owners is None:
        return and_(by_task, true())
    return and_(by_task, col(Broadcast.created_by_id).in_(sorted(viewer.owners)))
