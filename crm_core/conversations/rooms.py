"""Conversations as the platforms name them, by their ids of now and of before, and who was seen in them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, tuple_
from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage, RoomKind, Sender
from crm_core.conversations import memberships
from crm_core.conversations.tables import Conversation, FormerRoom, Membership
from crm_core.text.postings import read

#: (platform, platform id) of a room or a person.
Key = tuple[str, str]

_Seen = tuple[Sender, InboundMessage]

#: Built once: this is asked of every message.
_ROOMS = select(Conversation).where(
    tuple_(col(Conversation.platform), col(Conversation.platform_id)).in_(bindparam("keys", expanding=True))
)


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
        _describe(room, inbound)
    session.flush()
    return rooms


def find(session: Session, platform: str, platform_id: str) -> Conversation | None:
    """The conversation of this id, also of one that it had before."""
    return _known(session, [(platform, platform_id)]).get((platform, platform_id))


def welcome(session: Session, inbounds: Sequence[InboundMessage], rooms: dict[Key, Conversation]) -> None:
    """Note that the senders are in their rooms, and who else is known to be; whoever is noted already is not noted
    again."""
    first: dict[tuple[int, str], _Seen] = {}
    for inbound in inbounds:
        if inbound.happening not in memberships.HAPPENINGS:
            for one in (inbound.sender, *inbound.room.members):
                if one.platform_id:
                    first.setdefault((rooms[key_of(inbound)].id, one.platform_id), (one, inbound))
    for (room_id, person), (one, inbound) in _strangers(session, first).items():
        session.add(
            Membership(conversation_id=room_id, platform_user_id=person, kind=one.kind, joined_at=inbound.sent_at)
        )
    session.flush()


def _known(session: Session, keys: Collection[Key]) -> dict[Key, Conversation]:
    rooms = session.exec(_ROOMS, params={"keys": list(keys)})
    found = {(room.platform, room.platform_id): room for room in rooms}
    missing = [key for key in keys if key not in found]
    return found | _moved(session, missing) if missing else found


def _moved(session: Session, keys: list[Key]) -> dict[Key, Conversation]:
    place = tuple_(col(FormerRoom.platform), col(FormerRoom.platform_id))
    found = session.exec(
        select(FormerRoom.platform, FormerRoom.platform_id, Conversation)
        .join(Conversation, col(Conversation.id) == FormerRoom.conversation_id)
        .where(place.in_(keys))
    )
    return {(platform, platform_id): room for platform, platform_id, room in found}


def _describe(room: Conversation, inbound: InboundMessage) -> None:
    """The newest title holds. A room is shared as soon as anything says so; no more when it is described anew."""
    told = inbound.room
    renamed = inbound.happening is Happening.RENAMED
    if room.titled_at is not None and inbound.sent_at < room.titled_at:
        return
    if told.title and room.title != told.title:
        room.title = told.title
    if room.kind is not told.kind and (renamed or told.kind is RoomKind.SHARED):
        room.kind = told.kind
    if renamed:
        room.titled_at = inbound.sent_at


def _new(inbound: InboundMessage, now: datetime) -> Conversation:
    return Conversation(
        platform=inbound.platform,
        platform_id=inbound.room.platform_id,
        kind=inbound.room.kind,
        title=inbound.room.title,
        created_at=now,
    )


def _strangers(session: Session, seen: dict[tuple[int, str], _Seen]) -> dict[tuple[int, str], _Seen]:
    """Who is not known to have been in the room at that moment."""
    there = _there(session, list(seen))
    return _strangers_then(session, {key: found for key, found in seen.items() if key not in there})


def _there(session: Session, keys: list[tuple[int, str]]) -> set[tuple[int, str]]:
    """Who of these is in the room and never left. Straight to the driver: this is asked of every message."""
    if not keys:
        return set()
    wanted = ", ".join(["(?, ?)"] * len(keys))
    sql = (
        "SELECT conversation_id, platform_user_id FROM membership "  # noqa: S608
        f"WHERE left_at IS NULL AND (conversation_id, platform_user_id) IN (VALUES {wanted})"
    )
    return {(room, who) for room, who in read(session, sql, [value for key in keys for value in key])}


def _strangers_then(session: Session, seen: dict[tuple[int, str], _Seen]) -> dict[tuple[int, str], _Seen]:
    """Those who left, and were still there at that moment, are none."""
    if not seen:
        return {}
    place = tuple_(col(Membership.conversation_id), col(Membership.platform_user_id))
    stays = session.exec(
        select(Membership.conversation_id, Membership.platform_user_id, Membership.left_at).where(place.in_(list(seen)))
    )
    known = {(room, who) for room, who, left in stays if left is None or left >= seen[room, who][1].sent_at}
    return {key: found for key, found in seen.items() if key not in known}
