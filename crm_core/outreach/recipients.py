"""How a broadcast went: by state, recipient by recipient, and how many wrote back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, and_, exists, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from crm_core.chat import SenderKind
from crm_core.conversations.tables import Message
from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.people.viewer import Viewer


@dataclass(frozen=True)
class Recipient:
    """How far the delivery to one customer came. `problem`: why not, as a word or in the platform's words."""

    delivery_id: int
    customer_id: int
    name: str
    platform: str
    state: DeliveryState
    problem: str
    not_before: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Replies:
    """`sent`: to how many it went; `replied`: how many of them wrote back in time. `open`: whether more still may."""

    sent: int
    replied: int
    open: bool

    @property
    def percent(self) -> float:
        return 100 * self.replied / self.sent if self.sent else 0.0


def counts(session: Session, broadcast_id: int) -> dict[DeliveryState, int]:
    """State → how many of its deliveries are in it."""
    rows = session.execute(
        select(col(Delivery.state), func.count())
        .where(col(Delivery.broadcast_id) == broadcast_id)
        .group_by(col(Delivery.state))
    )
    return {row[0]: row[1] for row in rows}


def listed(
    session: Session,
    broadcast_id: int,
    *,
    viewer: Viewer,
    states: tuple[DeliveryState, ...] = (),
    replied: timedelta | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[Recipient]:
    """The recipients this viewer may see, from the delivery after this one on. `states`: those alone; `replied`: those
    alone who wrote back within this time."""
    wanted = (
        select(Delivery, col(Customer.name))
        .join(Customer, col(Customer.id) == Delivery.customer_id)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.id) > after, visible(viewer))
    )
    if states:
        wanted = wanted.where(col(Delivery.state).in_(states))
    if replied is not None:
        wanted = wanted.where(col(Delivery.state) == DeliveryState.SENT, _wrote_back(session, Delivery, replied))
    rows = session.execute(wanted.order_by(col(Delivery.id)).limit(limit)).all()
    return [_recipient(delivery, name) for delivery, name in rows]


def problems(session: Session, broadcast_id: int, state: DeliveryState) -> dict[str, int]:
    """Why not → how many, the most frequent first."""
    counted = (
        select(col(Delivery.problem), func.count().label("customers"))
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.state) == state)
        .group_by(col(Delivery.problem))
        .order_by(func.count().desc(), col(Delivery.problem))
        .limit(20)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def replies(session: Session, broadcast_id: int, *, within: timedelta, now: datetime) -> Replies:
    """How many of those it reached wrote something within this time of receiving it, anywhere."""
    reached = (col(Delivery.broadcast_id) == broadcast_id, col(Delivery.state) == DeliveryState.SENT)
    sent, latest = session.execute(select(func.count(), func.max(Delivery.sent_at)).where(*reached)).one()
    wrote = select(func.count()).select_from(Delivery).where(*reached, _wrote_back(session, Delivery, within))
    return Replies(sent, session.scalar(wrote) or 0 if sent else 0, latest is not None and latest + within > now)


def _wrote_back(session: Session, delivery: type[Delivery], within: timedelta) -> ColumnElement[bool]:
    """Whether the customer of this delivery of the outer query, or a record merged into theirs, wrote in time."""
    message, merged = aliased(Message), aliased(Customer)
    theirs = select(col(merged.id)).where(col(merged.merged_into_id) == delivery.customer_id).correlate(delivery)
    ours = (SenderKind.BOT, SenderKind.MEMBER)
    said = and_(
        col(message.sender_staff_id).is_(None),
        col(message.sender_kind).not_in(ours),
        col(message.sent_at) > delivery.sent_at,
        _in_time(session, message, delivery, within),
    )
    own = exists().where(col(message.customer_id) == delivery.customer_id, said)
    return own | exists().where(col(message.customer_id).in_(theirs), said)


def _in_time(
    session: Session, message: type[Message], delivery: type[Delivery], within: timedelta
) -> ColumnElement[bool]:
    if session.get_bind().dialect.name != "sqlite":
        return col(message.sent_at) <= col(delivery.sent_at) + literal(within, Interval())
    return func.julianday(message.sent_at) <= func.julianday(delivery.sent_at) + within / timedelta(days=1)


def _recipient(delivery: Delivery, name: str) -> Recipient:
    return Recipient(
        delivery.id,
        delivery.customer_id or 0,
        name,
        delivery.platform,
        delivery.state,
        delivery.problem,
        delivery.not_before,
        delivery.sent_at,
    )
