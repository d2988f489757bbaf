"""Who receives a broadcast, and who is left out and why: decided by the database, a stretch of customers at a time.

Reasons, the first that holds counts: `opted_out` (also on another record with the same phone or e-mail),
`no_conversation` (known only where customers are written to in the shared channel linked to them, and there is none),
`no_sender` (known only where members of staff write to their own customers, and nobody can), `no_channel` (no identity
on a platform), `no_group` (it goes to groups, and none is linked to them), `platform_cap` (the platform lets them have
no more), `same_text` (everybody gets the same words there, and the text names the customer with nothing to fall back
on), `text_too_long` and `file_unfit` (for that platform), `frequency_cap`, `duplicate` (an older record of the audience
has the same phone or e-mail), `variable_empty` (the text names the owner, there is none, and nothing to fall back on).
"""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from crm_core import documents
from crm_core.conversations.tables import Conversation
from crm_core.customers.permits import visible
from crm_core.customers.shared_contacts import shares_anything, shares_contact
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach import enclosures, reach, senders, templates
from crm_core.outreach.frequency import over_cap, over_week
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import RESTORED, Broadcast, Delivery, DeliveryState
from crm_core.outreach.templates import Template
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import segments

#: Bytes of a text that a member of staff sends (WeCom, page 92135), less what the name of one may add.
LONGEST = 4000 - 200

_Reason = tuple[ColumnElement[bool], str]


#: Reads many `Found` as one text: a row each would keep others from working meanwhile.
Audience = Select[str | None]

#: More than there are.
EVERYBODY = 2**62

_AFTER, _LIMIT = bindparam("after", type_=BigInteger()), bindparam("limit", type_=BigInteger())


class Found(NamedTuple):
    """One customer of the audience. `reason`: why they are left out; None for whoever receives it, as `recipient` of
    `platform`. `conversation_id`: the room it goes to, where it goes to one. `sender`: the member of staff who sends
    it, where one does."""

    customer_id: int
    conversation_id: int | None
    platform: str | None
    recipient: str | None
    sender: int | None
    reason: str | None


def find(
    session: Session,
    broadcast: Broadcast,
    *,
    viewer: Viewer,
    now: datetime,
    manners: Manners,
    limit: int = EVERYBODY,
) -> list[Found]:
    """Everybody it is meant for among this viewer's customers, by id. Raises what the segment and the text raise."""
    return read(session, of(session, broadcast, viewer=viewer, now=now, manners=manners), limit=limit)


def of(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime, manners: Manners) -> Audience:
    """What `find` reads, to be read a stretch at a time: to build it costs as much as to read some of it. Raises what
    `find` raises."""
    viewer.require(Right.BROADCAST)
    template = templates.parse(broadcast.text)
    meant = _meant(session, broadcast, viewer=viewer, now=now)
    stretch = meant.where(col(Customer.id) > _AFTER).order_by(col(Customer.id)).limit(_LIMIT)
    return among(session, meant, broadcast, template, now=now, manners=manners, stretch=stretch)


def read(session: Session, audience: Audience, *, after: int = 0, limit: int = EVERYBODY) -> list[Found]:
    """Everybody of an audience, or such a stretch of what `of` made, by id."""
    text = session.scalar(audience, {"after": after, "limit": limit})
    return sorted(Found._make(row) for row in json.loads(text or "[]"))


def _meant(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Select[int]:
    """The ids of those the segment matches; of a broadcast sent again, of those whom it did not reach: it failed, or
    was cancelled before it was tried. What a restore left out may have reached them."""
    if broadcast.resends_id is None:
        meant = segments.resolve(session, broadcast.segment)
        return segments.matching(session, meant, viewer=viewer, now=now)
    failed = exists().where(
        col(Delivery.broadcast_id) == broadcast.resends_id,
        col(Delivery.customer_id) == Customer.id,
        or_(
            col(Delivery.state) == DeliveryState.DEAD,
            and_(
                col(Delivery.state) == DeliveryState.CANCELLED,
                col(Delivery.attempts) == 0,
                col(Delivery.problem) != RESTORED,
            ),
        ),
    )
    return select(col(Customer.id)).where(visible(viewer), failed)


def among(
    session: Session,
    meant: Select[int],
    broadcast: Broadcast,
    template: Template,
    *,
    now: datetime,
    manners: Manners,
    stretch: Select[int] | None = None,
) -> Audience:
    """The customers with these ids; `stretch`: of some of them alone. Where each is written to, and whether they share
    a phone or an e-mail with anybody, is found out first, once; then what follows from it."""
    manners = reach.to_groups(manners) if broadcast.to_groups else manners
    ids = (meant if stretch is None else stretch).cte("stretch")
    places = (
        select(
            col(Customer.id),
            reach.identity(manners).label("identity_id"),
            reach.room(manners).label("conversation_id"),
            shares_anything().label("shares"),
        )
        .where(col(Customer.id).in_(select(ids.c.id)))
        .cte("places")
        .prefix_with("MATERIALIZED")
    )
    before = or_(col(Identity.id).is_(None), reach.rank(Conversation, manners) <= reach.rank(Identity, manners))
    names = tuple(manners.asking)
    in_room = col(Conversation.platform).in_(names)
    alone = and_(col(Conversation.id).is_(None), col(Identity.platform).in_(names))
    asked = func.coalesce(or_(in_room, alone), False)
    shares = places.c.shares
    reasons = _reasons(broadcast, template, meant=meant, asked=asked, shares=shares, manners=manners, now=now)
    sender = case((in_room, senders.of_room(Conversation)), (alone, senders.of(Identity)), else_=null())
    found = (
        select(
            col(Customer.id),
            col(Conversation.id).label("conversation_id"),
            func.coalesce(col(Conversation.platform), col(Identity.platform)).label("platform"),
            func.coalesce(col(Conversation.platform_id), col(Identity.platform_user_id)).label("recipient"),
            (sender if names else cast(null(), BigInteger)).label("sender"),
            case(*((condition, literal(word)) for condition, word in reasons), else_=null()).label("reason"),
        )
        .select_from(places)
        .join(Customer, col(Customer.id) == places.c.id)
        .outerjoin(Identity, col(Identity.id) == places.c.identity_id)
        .outerjoin(Conversation, and_(col(Conversation.id) == places.c.conversation_id, before))
    )
    return select(documents.gathered(session.connection().dialect.name, found.subquery()))


def _reasons(
    broadcast: Broadcast,
    template: Template,
    *,
    meant: Select[int],
    asked: ColumnElement[bool],
    shares: ColumnElement[bool],
    manners: Manners,
    now: datetime,
) -> list[_Reason]:
    nowhere = and_(col(Identity.id).is_(None), col(Conversation.id).is_(None))
    reasons = [
        (or_(col(Customer.opted_out_at).is_not(None), _opted_out_elsewhere(shares)), "opted_out"),
        *_nowhere(broadcast, nowhere, manners),
        *_by_staff(broadcast, template, asked, manners, now),
        (over_week(Customer, broadcast.id, manners, now), "frequency_cap"),
        (and_(shares, _older_record(meant, manners)), "duplicate"),
    ]
    if "owner" in template.needed:
        reasons.append((and_(col(Customer.owner_id).is_(None), not_(asked)), "variable_empty"))
    return reasons


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
    if enclosures.unfit_by_staff(broadcast):
        reasons.append((asked, "file_unfit"))
    return reasons


def _opted_out_elsewhere(shares: ColumnElement[bool]) -> ColumnElement[bool]:
    other = aliased(Customer)
    merged = and_(col(other.merged_into_id) == Customer.id, col(other.opted_out_at).is_not(None))
    kin = _shares_contact(other, col(other.opted_out_at).is_not(None))
    return or_(exists().where(merged), and_(shares, kin))


def _older_record(meant: Select[int], manners: Manners) -> ColumnElement[bool]:
    other = aliased(Customer)
    among = meant.where(col(Customer.id) == other.id).correlate(other).exists()
    older = and_(col(other.id) < Customer.id, among)
    return _shares_contact(other, older, col(other.opted_out_at).is_(None), reach.reachable(other, manners))


def _shares_contact(other: type[Customer], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such another record has a phone or an e-mail of this one."""
    return shares_contact(col(other.id), col(other.merged_into_id).is_(None), *conditions)
