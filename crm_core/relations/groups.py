"""Customer groups: conversations with outsiders, whose rosters the platform tells as a whole."""

from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.address_book import CustomerGroup, Seat
from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import memberships, rooms, senders
from crm_core.conversations.tables import Conversation, Membership
from crm_core.relations.tables import CustomerGroupRow
from crm_core.rows import add_or_find


def saw(
    session: Session, platform: str, group: CustomerGroup, *, read_at: datetime, now: datetime, country: str
) -> None:
    """Keep the group as it was read, unless something newer is known: its title, its owner, who is in it."""
    room = _conversation(session, platform, group, read_at)
    row = _row(session, room, group, read_at)
    if row.known_at > read_at:
        return
    row.owner_member, row.notice, row.known_at, row.ended_at = group.owner, group.notice[:1000], read_at, None
    session.add(row)
    told = {seat.platform_id for seat in group.seats}
    happened = [_happening(platform, group, seat, Happening.JOINED, seat.joined_at) for seat in group.seats]
    happened += [
        _happening(platform, group, Seat(person, read_at, outsider=True), Happening.LEFT, read_at)
        for person in _present(session, room) - told
    ]
    if happened:
        senders.of(session, happened[: len(group.seats)], _places(platform, room), now=now, country=country)
    for one in happened:
        memberships.record(session, one, room)


def ended(session: Session, platform: str, room_id: str, *, at: datetime) -> None:
    """The group was dismissed: nobody is in it any more."""
    room = rooms.find(session, platform, room_id)
    row = None if room is None else _of(session, room)
    if room is None or row is None:
        return
    row.ended_at, row.known_at = at, at
    session.add(row)
    for stay in session.exec(select(Membership).where(Membership.conversation_id == room.id)):
        stay.left_at = stay.left_at or at
        session.add(stay)
    session.flush()


def owned_by(session: Session, platform: str, members: list[str]) -> list[tuple[CustomerGroupRow, Conversation]]:
    """The groups of these members of staff that are still there."""
    query = select(CustomerGroupRow, Conversation).join(
        Conversation, col(Conversation.id) == CustomerGroupRow.conversation_id
    )
    query = query.where(Conversation.platform == platform, col(CustomerGroupRow.owner_member).in_(members))
    return list(session.exec(query.where(col(CustomerGroupRow.ended_at).is_(None))))


def _places(platform: str, room: Conversation) -> dict[tuple[str, str], Conversation]:
    return {(platform, room.platform_id): room}


def _conversation(session: Session, platform: str, group: CustomerGroup, read_at: datetime) -> Conversation:
    owner = Seat(group.owner, group.created_at, outsider=False)
    told = _happening(platform, group, owner, Happening.RENAMED, read_at)
    return rooms.of(session, [told], now=group.created_at)[platform, group.platform_id]


def _happening(platform: str, group: CustomerGroup, seat: Seat, happening: Happening, at: datetime) -> InboundMessage:
    return InboundMessage(
        platform=platform,
        event_id="",
        happening=happening,
        room=Room(group.platform_id, RoomKind.SHARED, group.title),
        sender=Sender(seat.platform_id, seat.name, SenderKind.EXTERNAL if seat.outsider else SenderKind.MEMBER),
        platform_message_id="",
        text="",
        sent_at=at,
    )


def _present(session: Session, room: Conversation) -> set[str]:
    query = select(Membership.platform_user_id).where(Membership.conversation_id == room.id)
    return set(session.exec(query.where(col(Membership.left_at).is_(None))))


def _row(session: Session, room: Conversation, group: CustomerGroup, read_at: datetime) -> CustomerGroupRow:
    made = CustomerGroupRow(conversation_id=room.id, owner_member=group.owner, known_at=read_at)
    return _of(session, room) or add_or_find(session, made, lambda: _of(session, room))


def _of(session: Session, room: Conversation) -> CustomerGroupRow | None:
    return session.exec(select(CustomerGroupRow).where(CustomerGroupRow.conversation_id == room.id)).first()
