"""Who receives a broadcast, and who is left out and why: decided in one statement, however many there are.

Reasons, the first that holds counts: `opted_out` (also on another record with the same phone or e-mail),
`no_conversation` (known only where customers are written to in the shared channel linked to them, and there is none),
`no_sender` (known only where members of staff write to their own customers, and nobody can), `no_channel` (no identity
on a platform), `no_group` (it goes to groups, and none is linked to them), `platform_cap` (the platform lets them have
no more), `same_text` (everybody gets the same words there, and the text names the customer with nothing to fall back
on), `text_too_long` (for that platform), `frequency_cap`, `duplicate` (an older record of the audience has the same
phone or e-mail), `variable_empty` (the text names the owner, there is none, and nothing to fall back on).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, func, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import ContactKind, ContactPoint, Customer, Identity
from crm_core.outreach import reach, senders
from crm_core.outreach.caps import Cap, window
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState, Task
from crm_core.outreach.templates import Template
from crm_core.people.viewer import Viewer
from crm_core.tags import segments

#: Bytes of a text that a member of staff sends (WeCom, page 92135), less what the name of one may add.
LONGEST = 4000 - 200

_WEEK = timedelta(days=7)
_ON_THE_WAY = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.WAITING)
#: Whoever has such a delivery got it, or may.
REACHES = (*_ON_THE_WAY, DeliveryState.SENT)
_PERSONAL = (ContactKind.PHONE, ContactKind.EMAIL)

_Reason = tuple[ColumnElement[bool], str]

#: customer_id, identity_id, conversation_id (of the shared channel; then the identity does not count), sender_id (the
#: member of staff who is asked to write to them, if one has to), reason: None for whoever receives it.
Audience = Select[int, int | None, int | None, int | None, str | None]


def of(
    session: Session, broadcast: Broadcast, template: Template, *, viewer: Viewer, now: datetime, manners: Manners
) -> Audience:
    """Everybody the segment matches among this viewer's customers."""
    meant = segments.resolve(session, broadcast.segment)
    ids = segments.matching(session, meant, viewer=viewer, now=now).subquery()
    matched = select(ids.c.id).cte("matched")
    if broadcast.to_groups:
        manners = reach.to_groups(manners)
    ways = _ways(matched, manners)
    nowhere = and_(ways.c.identity_id.is_(None), ways.c.conversation_id.is_(None))
    reasons = [
        (or_(col(Customer.opted_out_at).is_not(None), _opted_out_elsewhere()), "opted_out"),
        *_nowhere(broadcast, nowhere, manners),
        *_by_staff(broadcast, template, ways.c.sender_id.is_not(None), manners, now),
        (over_week(Customer, broadcast.id, manners, now), "frequency_cap"),
        (_older_record(matched, manners), "duplicate"),
    ]
    if "owner" in template.needed:
        unnamed = and_(col(Customer.owner_id).is_(None), ways.c.sender_id.is_(None))
        reasons.append((unnamed, "variable_empty"))
    reason = case(*((condition, literal(word)) for condition, word in reasons), else_=null())
    chosen = select(ways.c.id, ways.c.identity_id, ways.c.conversation_id, ways.c.sender_id, reason.label("reason"))
    return chosen.join(Customer, col(Customer.id) == ways.c.id)


def _ways(matched: CTE, manners: Manners) -> CTE:
    """Where each customer is written to, and by which member of staff where one has to; looked up once for each."""
    where = (
        select(
            col(Customer.id).label("id"),
            reach.identity(manners).label("identity_id"),
            reach.room(manners).label("conversation_id"),
        )
        .where(col(Customer.id).in_(select(matched.c.id)))
        .cte("places")
        .prefix_with("MATERIALIZED")
    )
    columns = (where.c.id, where.c.identity_id, where.c.conversation_id)
    if not manners.asking:
        return select(*columns, null().label("sender_id")).cte("ways")
    names = tuple(manners.asking)
    sender = case(
        (col(Conversation.platform).in_(names), senders.of_room(Conversation)),
        (and_(col(Conversation.id).is_(None), col(Identity.platform).in_(names)), senders.of(Identity)),
        else_=None,
    )
    return (
        select(*columns, sender.label("sender_id"))
        .outerjoin(Identity, col(Identity.id) == where.c.identity_id)
        .outerjoin(Conversation, col(Conversation.id) == where.c.conversation_id)
        .cte("ways")
        .prefix_with("MATERIALIZED")
    )


def _nowhere(broadcast: Broadcast, nowhere: ColumnElement[bool], manners: Manners) -> list[_Reason]:
    if broadcast.to_groups:
        return [(nowhere, "no_group")]
    reasons = [(and_(nowhere, reach.only_in_rooms(manners)), "no_conversation")]
    if manners.asking:
        reasons.append((and_(nowhere, reach.only_by_staff(manners)), "no_sender"))
    return [*reasons, (nowhere, "no_channel")]


def _by_staff(
    broadcast: Broadcast, template: Template, asked: ColumnElement[bool], manners: Manners, now: datetime
) -> list[_Reason]:
    if not manners.asking:
        return []
    reasons = [
        (and_(asked, over_cap(Customer, platform, cap, broadcast, now)), "platform_cap")
        for platform, cap in manners.asking.items()
    ]
    if "name" in template.needed:
        reasons.append((asked, "same_text"))
    if len(template.text.encode()) > LONGEST:
        reasons.append((asked, "text_too_long"))
    return reasons


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
    sharing = (
        select(col(theirs.customer_id))
        .join(own, and_(col(theirs.value) == own.value, col(theirs.kind) == own.kind))
        .where(col(own.customer_id) == Customer.id, col(own.kind).in_(_PERSONAL))
        .correlate(Customer)
    )
    # Not by the index of merged_into_id: SQLite would look at every older record there is.
    lives = func.coalesce(col(other.merged_into_id), 0) == 0
    return exists().where(col(other.id).in_(sharing), col(other.id) != Customer.id, lives, *conditions)
