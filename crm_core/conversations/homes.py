"""Whose a message is: the customer it belongs to, and whose customer that is.

The customer it was filed under by hand; else of the conversation's link; else of the sender's identity; else, in a
direct chat, of the one identity in it. What staff say to the bot belongs to no customer. A message is stored with its
home, so that lists and the text search need no joins; `keep_current` moves stored messages when a link or a filing
changes, and so when the change is undone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, event, func, inspect, not_, or_
from sqlmodel import Session, col, select

from crm_core.chat import InboundMessage, RoomKind
from crm_core.conversations import message_index, rooms, senders
from crm_core.conversations.senders import NOBODY, Known
from crm_core.conversations.tables import Conversation, Filing, Membership, Message
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Handle

Owners = Mapping[int, int | None]


@dataclass(frozen=True)
class Home:
    """`owner_id`: the customer's owner; without a customer the member of staff it belongs to."""

    customer_id: int | None = None
    owner_id: int | None = None


NOWHERE = Home()


def of(
    session: Session,
    inbounds: Sequence[InboundMessage],
    places: Mapping[rooms.Key, Conversation],
    known: Mapping[rooms.Key, Known],
) -> list[Home]:
    """The home of each message; its sender is already a member of its room."""
    found = [
        _home(inbound, places[rooms.key_of(inbound)], known.get(senders.key_of(inbound), NOBODY))
        for inbound in inbounds
    ]
    direct = {
        places[rooms.key_of(inbound)].id
        for inbound, home in zip(inbounds, found, strict=True)
        if home.customer_id is None and inbound.room.kind is RoomKind.DIRECT and not inbound.addressed
    }
    others = _insides(session, direct)
    found = [
        _or_other(home, others.get(places[rooms.key_of(inbound)].id, NOWHERE), inbound)
        for inbound, home in zip(inbounds, found, strict=True)
    ]
    owners = owners_of(session, {home.customer_id for home in found if home.customer_id is not None})
    return [home if home.customer_id is None else Home(home.customer_id, owners[home.customer_id]) for home in found]


def owners_of(session: Session, customer_ids: Iterable[int]) -> dict[int, int | None]:
    """The owner of each customer; of one that was merged away, its survivor's."""
    wanted = set(customer_ids)
    if not wanted:
        return {}
    found = session.exec(
        select(Customer.id, Customer.owner_id, Customer.merged_into_id).where(col(Customer.id).in_(wanted))
    ).all()
    survivors = owners_of(session, {merged for _, _, merged in found if merged is not None})
    return {number: owner if merged is None else survivors[merged] for number, owner, merged in found}


def keep_current(writing: type[Session]) -> None:
    """Watch writing sessions: where the customer of a conversation, an identity or a filing changes, the messages
    follow."""
    event.listen(writing, "after_flush", _follow)


def settle(session: Session, room: Conversation) -> None:
    """What came into the room without a customer is the customer's whom the room is linked to."""
    _rehome_room(session, room, None)


def _follow(session: Session, _context: object) -> None:
    for row in session.dirty:
        if isinstance(row, Conversation | Identity):
            history = inspect(row).attrs.customer_id.history
            if history.has_changes():
                _rehome(session, row, history.deleted[0] if history.deleted else None)
    for row in (*session.new, *session.dirty):
        if isinstance(row, Filing):
            _give(session, row, _customers_home(session, row.customer_id))
    for row in session.deleted:
        if isinstance(row, Filing):
            _give(session, row, _natural_home(session, row.message_id))


def _give(session: Session, filing: Filing, home: Home) -> None:
    message_index.give(session, [filing.message_id], customer_id=home.customer_id, owner_id=home.owner_id)


def is_filed(session: Session, message_id: int) -> bool:
    """Whether somebody filed this message by hand."""
    return session.exec(select(Filing.id).where(Filing.message_id == message_id)).first() is not None


def _home(inbound: InboundMessage, room: Conversation, known: Known) -> Home:
    staff_id = known.staff.id if known.staff else None
    if inbound.addressed and staff_id is not None:
        return Home(None, staff_id)
    customer_id = room.customer_id or (known.identity.customer_id if known.identity else None)
    return Home(customer_id, staff_id)


def _or_other(home: Home, other: Home, inbound: InboundMessage) -> Home:
    if home.customer_id is not None or inbound.addressed:
        return home
    return Home(other.customer_id, home.owner_id or other.owner_id)


def _inside(session: Session, room: Conversation) -> Home:
    """Who is in a direct chat: the one customer, and the member of staff."""
    return _insides(session, [room.id])[room.id]


def _insides(session: Session, room_ids: Collection[int]) -> dict[int, Home]:
    """Who is in each of these direct chats."""
    if not room_ids:
        return {}
    customers = session.exec(
        select(Membership.conversation_id, Identity.customer_id)
        .join(Conversation, col(Conversation.id) == Membership.conversation_id)
        .join(Identity, _is_account(Identity))
        .where(col(Membership.conversation_id).in_(room_ids), col(Identity.customer_id).is_not(None))
        .distinct()
    ).all()
    staff = session.exec(
        select(Membership.conversation_id, func.min(Handle.staff_id))
        .join(Conversation, col(Conversation.id) == Membership.conversation_id)
        .join(Handle, _is_account(Handle))
        .where(col(Membership.conversation_id).in_(room_ids))
        .group_by(col(Membership.conversation_id))
    ).all()
    owners: dict[int, int] = dict(staff)
    found: dict[int, list[int | None]] = {room_id: [] for room_id in room_ids}
    for room_id, customer_id in customers:
        found[room_id].append(customer_id)
    return {room_id: Home(ids[0] if len(ids) == 1 else None, owners.get(room_id)) for room_id, ids in found.items()}


def _is_account(table: type[Identity] | type[Handle]) -> ColumnElement[bool]:
    """The account of whoever is in the room, on the platform of the room."""
    return and_(
        col(table.platform) == Conversation.platform, col(table.platform_user_id) == Membership.platform_user_id
    )


def _rehome(session: Session, row: Conversation | Identity, former: int | None) -> None:
    if isinstance(row, Conversation):
        _rehome_room(session, row, former)
    else:
        _rehome_person(session, row, former)


def _rehome_room(session: Session, room: Conversation, former: int | None) -> None:
    if room.customer_id is not None:
        _move(session, col(Message.conversation_id) == room.id, former, _customers_home(session, room.customer_id))
    elif former is not None:
        inside = _inside(session, room) if room.kind is RoomKind.DIRECT else NOWHERE
        for person, staff_id in _speakers(session, room, former):
            home = _home_without_link(session, room, person, staff_id, inside)
            _move(session, _said_by(room, person), former, home)


def _rehome_person(session: Session, identity: Identity, former: int | None) -> None:
    """Their messages where no link of the conversation decides; in a direct chat also what was said to them."""
    places = session.exec(
        select(Conversation)
        .join(Membership, col(Membership.conversation_id) == Conversation.id)
        .where(Membership.platform_user_id == identity.platform_user_id)
        .where(Conversation.platform == identity.platform, col(Conversation.customer_id).is_(None))
    ).all()
    home = NOWHERE if identity.customer_id is None else _customers_home(session, identity.customer_id)
    for room in places:
        _move(session, _said_by(room, identity.platform_user_id), former, home)
        if room.kind is RoomKind.DIRECT:
            staff_home = home if home.customer_id is not None else Home(None, _inside(session, room).owner_id)
            _move(session, _said_by_staff(room), former, staff_home)


def _home_without_link(session: Session, room: Conversation, person: str, staff_id: int | None, inside: Home) -> Home:
    customer_id = session.exec(
        select(Identity.customer_id).where(Identity.platform == room.platform, Identity.platform_user_id == person)
    ).first()
    customer_id = customer_id or inside.customer_id
    return Home(None, staff_id or inside.owner_id) if customer_id is None else _customers_home(session, customer_id)


def _natural_home(session: Session, message_id: int) -> Home:
    """Where a message belongs that nobody filed."""
    message = session.get_one(Message, message_id)
    room = session.get_one(Conversation, message.conversation_id)
    if room.customer_id is not None:
        return _customers_home(session, room.customer_id)
    inside = _inside(session, room) if room.kind is RoomKind.DIRECT else NOWHERE
    return _home_without_link(session, room, message.sender_platform_id, message.sender_staff_id, inside)


def _speakers(session: Session, room: Conversation, customer_id: int) -> Sequence[tuple[str, int | None]]:
    return session.exec(
        select(Message.sender_platform_id, Message.sender_staff_id)
        .where(Message.conversation_id == room.id, Message.customer_id == customer_id)
        .distinct()
    ).all()


def _customers_home(session: Session, customer_id: int) -> Home:
    return Home(customer_id, owners_of(session, {customer_id})[customer_id])


def _said_by(room: Conversation, person: str) -> ColumnElement[bool]:
    return and_(col(Message.conversation_id) == room.id, col(Message.sender_platform_id) == person)


def _said_by_staff(room: Conversation) -> ColumnElement[bool]:
    return and_(col(Message.conversation_id) == room.id, col(Message.sender_staff_id).is_not(None))


def _move(session: Session, spoken: ColumnElement[bool], former: int | None, home: Home) -> None:
    """Give these messages to `home` if they had no customer or the former one; words to the bot stay, and what
    was filed by hand."""
    ours: ColumnElement[bool] = col(Message.customer_id).is_(None)
    if former is not None:
        ours = or_(ours, col(Message.customer_id) == former)
    command = and_(col(Message.addressed), col(Message.sender_staff_id).is_not(None))
    filed = select(Filing.id).where(Filing.message_id == Message.id).exists()
    moved = session.exec(select(Message.id).where(spoken, ours, not_(command), not_(filed))).all()
    message_index.give(session, moved, customer_id=home.customer_id, owner_id=home.owner_id)
