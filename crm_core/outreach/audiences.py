"""Who receives a broadcast, and who is left out and why: decided in one statement, however many there are.

Reasons, the first that holds counts: `opted_out` (also on another record with the same phone or e-mail), `no_channel`
(no identity on a platform), `no_conversation` (known only where customers are written to in the shared channel linked
to them, and there is none), `frequency_cap`, `duplicate` (an older record of the audience has the same phone or
e-mail), `variable_empty` (the text names the owner, there is none, and nothing to fall back on).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from crm_core.customers.tables import ContactKind, ContactPoint, Customer
from crm_core.outreach import reach
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState
from crm_core.outreach.templates import Template
from crm_core.people.viewer import Viewer
from crm_core.tags import segments

_WEEK = timedelta(days=7)
_REACHES = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.HELD)
_PERSONAL = (ContactKind.PHONE, ContactKind.EMAIL)

#: customer_id, identity_id, conversation_id (of the shared channel; then the identity does not count), reason: None for
#: whoever receives it.
Audience = Select[int, int | None, int | None, str | None]


def of(
    session: Session, broadcast: Broadcast, template: Template, *, viewer: Viewer, now: datetime, manners: Manners
) -> Audience:
    """Everybody the segment matches among this viewer's customers."""
    meant = segments.resolve(session, broadcast.segment)
    ids = segments.matching(session, meant, viewer=viewer, now=now).subquery()
    matched = select(ids.c.id).cte("matched")
    identity, room = reach.identity(manners), reach.room(manners)
    nowhere = and_(identity.is_(None), room.is_(None))
    reasons = [
        (or_(col(Customer.opted_out_at).is_not(None), _opted_out_elsewhere()), "opted_out"),
        (and_(nowhere, reach.only_in_rooms(manners)), "no_conversation"),
        (nowhere, "no_channel"),
        (_received(broadcast.id, now) >= manners.per_week, "frequency_cap"),
        (_older_record(matched, manners), "duplicate"),
    ]
    if "owner" in template.needed:
        reasons.append((col(Customer.owner_id).is_(None), "variable_empty"))
    reason = case(*((condition, literal(word)) for condition, word in reasons), else_=null())
    return select(
        col(Customer.id), identity.label("identity_id"), room.label("conversation_id"), reason.label("reason")
    ).where(col(Customer.id).in_(select(matched.c.id)))


def received(session: Session, customer_ids: Collection[int], broadcast_id: int | None, now: datetime) -> int:
    """How many other broadcasts reached these records of one customer within seven days."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(
                col(Delivery.customer_id).in_(customer_ids),
                col(Delivery.state) == DeliveryState.SENT,
                *_of_other_broadcasts(broadcast_id, now),
            )
        )
        or 0
    )


def _received(broadcast_id: int, now: datetime) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Delivery)
        .where(
            col(Delivery.customer_id) == Customer.id,
            col(Delivery.state).in_(_REACHES),
            *_of_other_broadcasts(broadcast_id, now),
        )
        .correlate(Customer)
        .scalar_subquery()
    )


def _of_other_broadcasts(broadcast_id: int | None, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.kind) == DeliveryKind.BROADCAST,
        col(Delivery.due_at) > now - _WEEK,
        col(Delivery.broadcast_id) != broadcast_id,
    )


def _opted_out_elsewhere() -> ColumnElement[bool]:
    other = aliased(Customer)
    merged = and_(col(other.merged_into_id) == Customer.id, col(other.opted_out_at).is_not(None))
    return or_(exists().where(merged), _shares_contact(other, col(other.opted_out_at).is_not(None)))


def _older_record(matched: CTE, manners: Manners) -> ColumnElement[bool]:
    other = aliased(Customer)
    older = and_(col(other.id) < Customer.id, col(other.id).in_(select(matched.c.id)))
    return _shares_contact(other, older, col(other.opted_out_at).is_(None), reach.reachable(other, manners))


def _shares_contact(other: type[Customer], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such another record has a phone or an e-mail of this one."""
    own, theirs = aliased(ContactPoint), aliased(ContactPoint)
    return exists().where(
        col(own.customer_id) == Customer.id,
        col(own.kind).in_(_PERSONAL),
        col(theirs.value) == own.value,
        col(theirs.kind) == own.kind,
        col(theirs.customer_id) == other.id,
        col(other.id) != Customer.id,
        col(other.merged_into_id).is_(None),
        *conditions,
    )
