"""Who came into a room and who left, in whatever order it is told.

Each row is one stay. Who speaks is there, too (`rooms.welcome`), so a stay may be known before its beginning.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage
from crm_core.conversations.tables import Conversation, Membership

HAPPENINGS = frozenset({Happening.JOINED, Happening.LEFT})

#: A platform may tell of one leave twice, a moment apart.
_SAME_MOMENT = timedelta(seconds=10)


def record(session: Session, inbound: InboundMessage, room: Conversation) -> None:
    """Keep that the sender came into the room, or left it."""
    if not inbound.sender.platform_id:
        return
    stays = _stays(session, room.id, inbound.sender.platform_id)
    if inbound.happening is Happening.JOINED:
        _join(session, stays, inbound, room)
    else:
        _leave(session, stays, inbound, room)
    session.flush()


def _stays(session: Session, room_id: int, person: str) -> list[Membership]:
    query = select(Membership).where(Membership.conversation_id == room_id, Membership.platform_user_id == person)
    return list(session.exec(query.order_by(col(Membership.joined_at), col(Membership.id))))


def _join(session: Session, stays: list[Membership], inbound: InboundMessage, room: Conversation) -> None:
    at = inbound.sent_at
    stay = _during(stays, at)
    if stay is not None:
        stay.seen_at = at if stay.seen_at is None else max(stay.seen_at, at)
        session.add(stay)
        return
    later = next((one for one in stays if one.joined_at > at), None)
    if later is None:
        session.add(_stay(inbound, room, seen_at=at))
        return
    if later.left_at != later.joined_at:
        later.seen_at = later.seen_at or later.joined_at
    later.joined_at = at
    session.add(later)


def _leave(session: Session, stays: list[Membership], inbound: InboundMessage, room: Conversation) -> None:
    at = inbound.sent_at
    stay = _during(stays, at)
    if stay is None:
        if not any(one.left_at is not None and timedelta(0) <= at - one.left_at <= _SAME_MOMENT for one in stays):
            session.add(_stay(inbound, room, left_at=at))
        return
    if stay.seen_at is not None and stay.seen_at > at:
        again = _stay(inbound, room, seen_at=stay.seen_at, left_at=stay.left_at)
        again.joined_at = stay.seen_at
        session.add(again)
        stay.seen_at = None
    stay.left_at = at
    session.add(stay)


def _during(stays: list[Membership], at: datetime) -> Membership | None:
    """The stay this moment is in."""
    inside = [one for one in stays if one.joined_at <= at and (one.left_at is None or at <= one.left_at)]
    return inside[-1] if inside else None


def _stay(
    inbound: InboundMessage, room: Conversation, *, seen_at: datetime | None = None, left_at: datetime | None = None
) -> Membership:
    return Membership(
        conversation_id=room.id,
        platform_user_id=inbound.sender.platform_id,
        kind=inbound.sender.kind,
        joined_at=inbound.sent_at,
        seen_at=seen_at,
        left_at=left_at,
    )
