"""Telling staff what became of their nudges and broadcasts. Nobody is told of a notice that could not be sent."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.outreach import broadcasts, deliveries
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryKind, Nudge
from crm_core.people.tables import Handle, Role, Staff


def tell_of_dead(session: Session, delivery: Delivery, reason: str, *, now: datetime) -> None:
    """A nudge could not be sent: tell its person elsewhere, else who set it, else the administrators. An answer to a
    customer: tell its author."""
    if delivery.kind is DeliveryKind.ANSWER:
        tell_of_failed_answer(session, delivery, reason, now=now)
    nudge = session.get(Nudge, delivery.nudge_id) if delivery.nudge_id is not None else None
    if nudge is None or delivery.kind is not DeliveryKind.NUDGE:
        return
    body = {
        "notice": "nudge_dead",
        "nudge_id": nudge.id,
        "delivery_id": delivery.id,
        "platform": delivery.platform,
        "reason": reason,
    }
    for handle in _whom_to_tell(session, nudge, delivery.platform):
        _tell(session, handle, body, now)


def tell_of_failed_answer(session: Session, delivery: Delivery, reason: str, *, now: datetime) -> None:
    """What a member of staff wrote to a customer did not arrive, as the platform says at once or afterwards."""
    handle = deliveries.address(session, delivery.staff_id, delivery.body["asked_on"]) if delivery.staff_id else None
    if handle is not None:
        ids = [delivery.customer_id]
        body = {"notice": "answer_failed", "delivery_id": delivery.id, "reason": reason, "customer_ids": ids}
        _tell(session, handle, body, now)


def broadcasts_moving(session: Session) -> bool:
    """Whether any broadcast is scheduled or running."""
    moving = (BroadcastState.SCHEDULED, BroadcastState.RUNNING)
    return session.exec(select(Broadcast.id).where(col(Broadcast.state).in_(moving)).limit(1)).first() is not None


def tell_of_ended_broadcasts(session: Session, *, now: datetime) -> None:
    """Move broadcasts on, and tell who sent those that ended."""
    for broadcast in broadcasts.finish(session, now=now):
        owner = broadcast.created_by_id if broadcast.sequence_id is None else None
        handle = deliveries.address(session, owner, "") if owner is not None else None
        if handle is not None:
            _tell(session, handle, {"notice": "broadcast_done", "broadcast_id": broadcast.id}, now)


def tell_administrators(session: Session, body: Mapping[str, object], *, now: datetime, but: str = "") -> None:
    """Tell every administrator of something that concerns the bot itself, each in one place; elsewhere than on the
    platform `but`, if they are anywhere else. `body`: `notice` names the sentence.
    """
    for handle in _administrators(session, but=but):
        _tell(session, handle, body, now)


def _whom_to_tell(session: Session, nudge: Nudge, refused_by: str) -> list[Handle]:
    elsewhere = list(_handles(session, nudge.staff_id, but=refused_by))
    if elsewhere:
        return elsewhere[:1]
    if nudge.created_by_id is not None and nudge.created_by_id != nudge.staff_id:
        author = list(_handles(session, nudge.created_by_id))
        if author:
            return author[:1]
    return [handle for handle in _administrators(session) if handle.staff_id != nudge.staff_id]


def _administrators(session: Session, but: str = "") -> Iterator[Handle]:
    """One account of each."""
    for admin in session.exec(select(Staff.id).where(Staff.role == Role.ADMIN).order_by(col(Staff.id))).all():
        handles = list(_handles(session, admin, but)) or list(_handles(session, admin))
        yield from handles[:1]


def _handles(session: Session, staff_id: int, but: str = "") -> Iterator[Handle]:
    person = session.get(Staff, staff_id)
    if person is not None and person.active:
        wanted = select(Handle).where(Handle.staff_id == staff_id, Handle.platform != but)
        yield from session.exec(wanted.order_by(col(Handle.id)))


def _tell(session: Session, handle: Handle, body: Mapping[str, object], now: datetime) -> None:
    deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)
