"""How often a customer is written to: what they had within a week, and in the window of a platform that counts."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from crm_core.customers.tables import Customer
from crm_core.outreach.caps import Cap, window
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState, Task

_WEEK = timedelta(days=7)
_ON_THE_WAY = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.WAITING)
#: Whoever has such a delivery got it, or may.
REACHES = (*_ON_THE_WAY, DeliveryState.SENT)


def over_cap(
    customer: type[Customer], platform: str, cap: Cap, broadcast: Broadcast, now: datetime
) -> ColumnElement[bool]:
    """Whether the platform lets this customer of the outer query have no more, by what we know of: what was sent in the
    present window, and what may be at any moment."""
    allowed = window(cap, now)
    other, task = aliased(Delivery), aliased(Task)
    sent = and_(col(other.state) == DeliveryState.SENT, col(other.sent_at) >= allowed.since)
    had = (
        select(func.count())
        .select_from(other)
        .join(task, col(task.id) == other.task_id)
        .where(
            col(other.customer_id) == customer.id,
            col(other.platform) == platform,
            col(task.to_groups) == broadcast.to_groups,
            col(other.broadcast_id) != broadcast.id,
            or_(sent, col(other.state).in_(_ON_THE_WAY)),
        )
        .correlate(customer)
        .scalar_subquery()
    )
    return had >= allowed.most


def received(session: Session, customer_ids: Collection[int], broadcast_id: int | None, now: datetime) -> int:
    """How many other broadcasts reached these records of one customer within seven days."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(
                col(Delivery.customer_id).in_(customer_ids),
                col(Delivery.state) == DeliveryState.SENT,
                *_of_other_broadcasts(Delivery, broadcast_id, now),
            )
        )
        or 0
    )


def over_week(
    customer: type[Customer], broadcast_id: int | None, manners: Manners, now: datetime
) -> ColumnElement[bool]:
    """Whether this customer of the outer query had, or will have, as many other broadcasts within seven days as they
    may."""
    other = aliased(Delivery)
    had = (
        select(func.count())
        .select_from(other)
        .where(
            col(other.customer_id) == customer.id,
            col(other.state).in_(REACHES),
            *_of_other_broadcasts(other, broadcast_id, now),
        )
        .correlate(customer)
        .scalar_subquery()
    )
    return had >= manners.per_week


def _of_other_broadcasts(
    delivery: type[Delivery], broadcast_id: int | None, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        col(delivery.kind) == DeliveryKind.BROADCAST,
        col(delivery.due_at) > now - _WEEK,
        col(delivery.broadcast_id) != broadcast_id,
    )
