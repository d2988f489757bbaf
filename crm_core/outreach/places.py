"""The rooms a broadcast goes to, and who is known to read in them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from crm_core.chat import SenderKind
from crm_core.conversations.tables import Conversation, Membership
from crm_core.customers.tables import Identity
from crm_core.people.tables import Handle, Staff


@dataclass(frozen=True)
class Place:
    """`readers`: names of those known to be in it, customers and guests before colleagues."""

    title: str
    readers: tuple[str, ...]


def of(session: Session, room_ids: Sequence[int]) -> tuple[Place, ...]:
    """These rooms, in this order."""
    readers = _readers(session, room_ids)
    rooms = [session.get_one(Conversation, id_) for id_ in room_ids]
    return tuple(Place(room.title or room.platform_id, tuple(readers[room.id])) for room in rooms)


def _readers(session: Session, room_ids: Sequence[int]) -> dict[int, list[str]]:
    person = col(Membership.platform_user_id)
    theirs = and_(col(Handle.platform) == Conversation.platform, col(Handle.platform_user_id) == person)
    account = and_(col(Identity.platform) == Conversation.platform, col(Identity.platform_user_id) == person)
    name = func.coalesce(col(Staff.name), func.nullif(col(Identity.display_name), ""), person)
    found = session.execute(
        select(col(Membership.conversation_id), name, col(Staff.id).is_not(None))
        .join(Conversation, col(Conversation.id) == Membership.conversation_id)
        .outerjoin(Handle, theirs)
        .outerjoin(Staff, col(Staff.id) == Handle.staff_id)
        .outerjoin(Identity, account)
        .where(col(Membership.conversation_id).in_(room_ids), col(Membership.left_at).is_(None))
        .where(col(Membership.kind) != SenderKind.BOT)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for room_id, reader, _ in sorted(found, key=lambda row: (row[2], row[1])):
        if reader not in names[room_id]:
            names[room_id].append(reader)
    return names
