"""Where a customer is written to: on the platform preferred, if they are known there; in the shared channel linked to
them, else as the account they were seen with last.

On some platforms a customer is not written to alone, but in the channel both companies share (`Manners.in_rooms`); on
some only by a member of staff (`Manners.by_staff`), and by nobody where nobody can.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from crm_core.chat import RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers.families import family
from crm_core.customers.tables import Customer, Identity
from crm_core.outreach import senders
from crm_core.outreach.manners import Manners


def to_groups(manners: Manners) -> Manners:
    """These manners for a broadcast that goes to groups alone."""
    rooms = (*manners.in_rooms, *manners.asking)
    open_ = rooms if manners.platforms is None else tuple(name for name in rooms if name in manners.platforms)
    return replace(manners, in_rooms=rooms, platforms=open_)


def room(manners: Manners) -> ColumnElement[int | None]:
    """The shared channel of the customer of the outer query: the liveliest one linked to them, or to a record that was
    merged into theirs."""
    channel = aliased(Conversation)
    wanted = select(col(channel.id)).where(_is_theirs(channel, Customer), _is_open(channel, manners))
    liveliest = wanted.order_by(
        *_preferred(channel, manners), col(channel.last_message_at).desc().nulls_last(), col(channel.id).desc()
    )
    return liveliest.limit(1).correlate(Customer).scalar_subquery()


def identity(manners: Manners) -> ColumnElement[int | None]:
    """The account at which the customer of the outer query is written to alone: the one seen first most recently."""
    account = aliased(Identity)
    wanted = select(col(account.id)).where(col(account.customer_id) == Customer.id, _is_alone(account, manners))
    newest = wanted.order_by(*_preferred(account, manners), col(account.first_seen_at).desc(), col(account.id).desc())
    return newest.limit(1).correlate(Customer).scalar_subquery()


def rank(way: type[Identity] | type[Conversation], manners: Manners) -> ColumnElement[int]:
    """The place of its platform among those preferred; all others come after them, alike."""
    places = {platform: place for place, platform in enumerate(manners.prefer)}
    return case(places, value=col(way.platform), else_=len(places)) if places else literal(0)


def _preferred(way: type[Identity] | type[Conversation], manners: Manners) -> tuple[ColumnElement[int], ...]:
    return (rank(way, manners),) if manners.prefer else ()


def only_in_rooms(manners: Manners) -> ColumnElement[bool]:
    """Whether the customer of the outer query is known on a platform where they are written to in shared channels."""
    account = aliased(Identity)
    return exists().where(col(account.customer_id) == Customer.id, col(account.platform).in_(manners.in_rooms))


def only_by_staff(manners: Manners) -> ColumnElement[bool]:
    """Whether the customer of the outer query is known where members of staff write to their own."""
    account = aliased(Identity)
    return exists().where(col(account.customer_id) == Customer.id, col(account.platform).in_(tuple(manners.asking)))


def reachable(customer: type[Customer], manners: Manners) -> ColumnElement[bool]:
    """Whether there is any way to write to this customer."""
    account, channel = aliased(Identity), aliased(Conversation)
    alone = exists().where(col(account.customer_id) == customer.id, _is_alone(account, manners))
    return or_(alone, exists().where(_is_theirs(channel, customer), _is_open(channel, manners)))


def current_room(session: Session, customer_id: int, platform: str) -> str | None:
    """The platform id of the shared channel in which this customer is written to now; None when there is none."""
    wanted = select(col(Conversation.platform_id)).where(
        col(Conversation.customer_id).in_(family(session, customer_id)),
        col(Conversation.platform) == platform,
        col(Conversation.kind) == RoomKind.SHARED,
    )
    liveliest = wanted.order_by(col(Conversation.last_message_at).desc().nulls_last(), col(Conversation.id).desc())
    return session.scalars(liveliest.limit(1)).first()


def _is_theirs(channel: type[Conversation], customer: type[Customer]) -> ColumnElement[bool]:
    """Linked to this customer or to a record merged into theirs. One list of ids: of two conditions PostgreSQL would
    use the index of neither."""
    record = aliased(Customer)
    theirs = or_(col(record.id) == customer.id, col(record.merged_into_id) == customer.id)
    return col(channel.customer_id).in_(select(col(record.id)).where(theirs).correlate(customer))


def _is_open(channel: type[Conversation], manners: Manners) -> ColumnElement[bool]:
    platform = col(channel.platform)
    shared = and_(col(channel.kind) == RoomKind.SHARED, platform.in_(manners.in_rooms), _is_in(platform, manners))
    asked = [name for name in manners.asking if name in manners.in_rooms]
    return and_(shared, or_(platform.not_in(asked), senders.of_room(channel).is_not(None))) if asked else shared


def _is_alone(account: type[Identity], manners: Manners) -> ColumnElement[bool]:
    platform = col(account.platform)
    alone = and_(platform.not_in(manners.in_rooms), _is_in(platform, manners))
    if not manners.asking:
        return alone
    return and_(alone, or_(platform.not_in(tuple(manners.asking)), senders.of(account).is_not(None)))


def _is_in(platform: Mapped[str], manners: Manners) -> ColumnElement[bool]:
    """Whether customers of this platform can be written to at all."""
    known = platform.not_in(manners.closed)
    return known if manners.platforms is None else and_(known, platform.in_(manners.platforms))
