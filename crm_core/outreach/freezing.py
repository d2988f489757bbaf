"""An audience becomes rows: one delivery for each customer, and a task for each member of staff who sends some."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlmodel import Session, col

from crm_core.columns import Document, UtcDateTime, words
from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach import deliveries
from crm_core.outreach.audiences import Audience
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState
from crm_core.outreach.tasks import planning
from crm_core.people.tables import Staff


def freeze(session: Session, broadcast: Broadcast, audience: Audience, at: datetime, manners: Manners) -> None:
    """Write down who receives it, to be sent from this moment on."""
    chosen = _chosen(audience)
    moment = literal(at, UtcDateTime())
    asked = chosen.sender.is_not(None)
    rows: dict[str, SQLColumnExpression[Any]] = {
        "kind": literal(DeliveryKind.BROADCAST, words(DeliveryKind)),
        "lane": case((asked, chosen.platform.concat(planning.LANE)), else_=chosen.platform),
        "platform": chosen.platform,
        "recipient": func.coalesce(col(Conversation.platform_id), col(Identity.platform_user_id)),
        "broadcast_id": literal(broadcast.id),
        "customer_id": chosen.customer_id,
        "staff_id": chosen.sender,
        "priority": literal(int(Priority.BROADCAST)),
        "state": literal(DeliveryState.DUE, words(DeliveryState)),
        "due_at": moment,
        "not_before": moment,
        "attempts": literal(0),
        "pump": cast("", String),
        "body": literal({}, Document),
        "problem": cast("", String),
        "platform_message_id": cast("", String),
    }
    session.execute(insert(Delivery).from_select(list(rows), chosen.rows.with_only_columns(*rows.values())))
    if manners.asking:
        planning.plan(session, broadcast, at=at)
    note_lanes(session, broadcast, at)


def note_lanes(session: Session, broadcast: Broadcast, at: datetime) -> None:
    """Wake whoever sends what is due of this broadcast."""
    lanes = select(col(Delivery.lane)).where(col(Delivery.broadcast_id) == broadcast.id).distinct()
    for lane in session.scalars(lanes):
        deliveries.note(session, lane, at)


def first(session: Session, audience: Audience, limit: int) -> list[tuple[Customer, Staff | None]]:
    """The first who receive it, each with the member of staff who sends it where one does."""
    chosen = _chosen(audience)
    wanted = chosen.rows.with_only_columns(chosen.customer_id, chosen.sender).order_by(chosen.customer_id).limit(limit)
    return [
        (session.get_one(Customer, customer_id), None if sender is None else session.get_one(Staff, sender))
        for customer_id, sender in session.execute(wanted).all()
    ]


def asked(session: Session, audience: Audience, manners: Manners) -> tuple[tuple[str, int], ...]:
    """The name of each member of staff who has to send it, and to how many, the busiest first."""
    if not manners.asking:
        return ()
    chosen = _chosen(audience)
    each = chosen.rows.with_only_columns(chosen.sender.label("sender")).subquery()
    counted = (
        select(col(Staff.name), func.count().label("customers"))
        .join(each, each.c.sender == Staff.id)
        .group_by(col(Staff.id), col(Staff.name))
    )
    rows = session.execute(counted.order_by(func.count().desc(), col(Staff.name)))
    return tuple((name, count) for name, count in rows)


@dataclass(frozen=True)
class _Chosen:
    """`rows`: those who receive it, joined with where; the others: columns of them. `sender`: NULL where nobody is
    asked."""

    rows: Select[Any]
    customer_id: ColumnElement[int]
    platform: ColumnElement[str]
    sender: ColumnElement[int | None]


def _chosen(audience: Audience) -> _Chosen:
    each = audience.subquery()
    ways = each.outerjoin(Identity, col(Identity.id) == each.c.identity_id).outerjoin(
        Conversation, col(Conversation.id) == each.c.conversation_id
    )
    platform = func.coalesce(col(Conversation.platform), col(Identity.platform))
    rows = select(each.c.id).select_from(ways).where(each.c.reason.is_(None))
    return _Chosen(rows, each.c.id, platform, each.c.sender_id)
