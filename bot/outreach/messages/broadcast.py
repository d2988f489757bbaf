"""One copy of a broadcast: the last look at whether this customer may and wants to be written to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.config import Config
from crm_core import rows
from crm_core.chat import Card
from crm_core.customers.families import family, survivor
from crm_core.customers.tables import Customer
from crm_core.outreach import deliveries, frequency, texts
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.manners import quiet_until
from crm_core.outreach.sequences import steps
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryKind, DeliveryState
from crm_core.people.tables import Staff

_WEEK = timedelta(days=7)
#: Fewer are looked at one by one.
_MANY = 2
_PLAIN = "customers to whom nothing speaks against writing"


def look_ahead(session: Session, copies: Sequence[Delivery], now: datetime) -> None:
    """Look at many customers at once: for those who are one record, did not opt out and had nothing else this week, the
    session remembers that nothing speaks against writing to them."""
    if len(copies) < _MANY:
        return
    ids = [copy.customer_id for copy in copies if copy.customer_id is not None]
    merged, other = aliased(Customer), aliased(Delivery)
    had = exists().where(
        col(other.customer_id) == Customer.id,
        col(other.kind) == DeliveryKind.BROADCAST,
        col(other.state) == DeliveryState.SENT,
        col(other.due_at) > now - _WEEK,
    )
    plain = select(Customer).where(
        col(Customer.id).in_(ids),
        col(Customer.merged_into_id).is_(None),
        col(Customer.opted_out_at).is_(None),
        ~exists().where(col(merged.merged_into_id) == Customer.id),
        ~had,
    )
    found = session.info[_PLAIN] = {customer.id: customer for customer in session.exec(plain)}
    rows.keep_at_hand(session, Broadcast, [copy.broadcast_id for copy in copies])
    rows.keep_at_hand(session, Staff, [customer.owner_id for customer in found.values()])


def compose(session: Session, delivery: Delivery, config: Config, now: datetime) -> Card | Verdict:
    broadcast = session.get(Broadcast, delivery.broadcast_id)
    if broadcast is None or broadcast.state is BroadcastState.CANCELLED or delivery.customer_id is None:
        return deliveries.cancel("broadcast_cancelled")
    if broadcast.state is BroadcastState.PAUSED:
        return deliveries.hold("broadcast_paused")
    if broadcast.sequence_id is not None and (why := steps.unwanted(session, broadcast.id, delivery.customer_id)):
        return deliveries.cancel(why)
    customer = session.info.get(_PLAIN, {}).get(delivery.customer_id) or survivor(session, delivery.customer_id)
    if (reason := _left_out(session, delivery, customer, config, now)) is not None:
        return deliveries.skip(reason)
    quiet = quiet_until(config.manners, customer.timezone or _owner_zone(session, customer), now)
    if quiet is not None:
        return deliveries.later(quiet, "quiet_hours")
    return Card(text=texts.fill(session, broadcast.text, customer))


def _left_out(session: Session, delivery: Delivery, customer: Customer, config: Config, now: datetime) -> str | None:
    if customer.id in session.info.get(_PLAIN, {}):
        return None
    members = family(session, customer.id)
    opted_out = select(Customer.id).where(col(Customer.id).in_(members), col(Customer.opted_out_at).is_not(None))
    if session.exec(opted_out.limit(1)).first() is not None:
        return "opted_out"
    others = select(Delivery.id).where(
        Delivery.broadcast_id == delivery.broadcast_id,
        col(Delivery.customer_id).in_(members),
        Delivery.id != delivery.id,
        or_(
            col(Delivery.state) == DeliveryState.SENT,
            and_(col(Delivery.id) < delivery.id, col(Delivery.state).in_((DeliveryState.DUE, DeliveryState.SENDING))),
        ),
    )
    if len(members) > 1 and session.exec(others.limit(1)).first() is not None:
        return "duplicate"
    if frequency.received(session, members, delivery.broadcast_id, now) >= config.manners.per_week:
        return "frequency_cap"
    return None


def _owner_zone(session: Session, customer: Customer) -> str:
    owner = session.get(Staff, customer.owner_id) if customer.owner_id is not None else None
    return owner.timezone if owner else ""
