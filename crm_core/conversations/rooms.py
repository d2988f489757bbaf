"""Conversations as the platforms name them, and who was seen in them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from crm_core.chat import InboundMessage
from crm_core.conversations.tables import Conversation, Membership

#: (platform, platform id) of a room or a person.
Key = tuple[str, str]


def key_of(inbound: InboundMessage) -> Key:
    return inbound.platform, inbound.room.platform_id


def of(session: Session, inbounds: Sequence[InboundMessage], *, now: datetime) -> dict[Key, Conversation]:
    """The conversations of these messages, made where they are new; titles follow the platform."""
    rooms = _known(session, {key_of(inbound) for inbound in inbounds})
    for inbound in inbounds:
        room = rooms.get(key_of(inbound))
        if room is None:
            room = rooms[key_of(inbound)] = _new(inbound, now)
            session.add(room)
        if inbound.room.title and room.title != inbound.room.title:
            room.title = inbound.room.title
    session.flush()
    return rooms


def welcome(session: Session, inbounds: Sequence[InboundMessage], rooms: dict[Key, Conversation]) -> None:
    """Note that the senders are in their rooms; whoever is known to be there is not noted again."""
    first: dict[tuple[int, str], InboundMessage] = {}
    for inbound in inbounds:
        if inbound.sender.platform_id:
            first.setdefault((rooms[key_of(inbound)].id, inbound.sender.platform_id), inbound)
    for (room_id, person), inbound in _strangers(session, first).items():
        session.add(
            Membership(
                conversation_id=room_id, platform_user_id=person, kind=inbound.sender.kind, joined_at=inbound.sent_at
            )
        )
    session.flush()


def _known(session: Session, keys: Iterable[Key]) -> dict[Key, Conversation]:
    place = tuple_(col(Conversation.platform), col(Conversation.platform_id))
    found = session.exec(select(Conversation).where(place.in_(list(keys))))
    return {(room.platform, room.platform_id): room for room in found}


def _new(inbound: InboundMessage, now: datetime) -> Conversation:
    return Conversation(
        platform=inbound.platform,
        platform_id=inbound.room.platform_id,
        kind=inbound.room.kind,
        title=inbound.room.title,
        created_at=now,
    )


def _strangers(session: Session, seen: dict[tuple[int, str], InboundMessage]) -> dict[tuple[int, str], InboundMessage]:
    place = tuple_(col(Membership.conversation_id), col(Membership.platform_user_id))
    inside = session.exec(
        select(Membership.conversation_id, Membership.platform_user_id).where(
            place.in_(list(seen)), col(Membership.left_at).is_(None)
        )
    )
    known = set(inside.all())
    return {key: inbound for key, inbound in seen.items() if key not in known}
