"""Rooms whose id changes: the conversation keeps its history, and the ids of before still lead to it."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from crm_core.chat import InboundMessage
from crm_core.conversations import homes, marks, rooms
from crm_core.conversations.tables import (
    AttachmentRow,
    Conversation,
    Filing,
    FormerRoom,
    Mark,
    Membership,
    Message,
    MessageVersion,
    Prompt,
)
from crm_core.files.tables import HandedFile
from crm_core.people.tables import AuditEntry, Operation
from crm_core.relations.tables import CustomerGroupRow

#: Every table that knows rooms: what goes along when two become one, and what goes with the row of the new id.
MOVED = (Message, Mark, Membership, FormerRoom, HandedFile, CustomerGroupRow, Operation, AuditEntry)
DROPPED = (Prompt,)


def record(session: Session, inbound: InboundMessage) -> None:
    """The room of `inbound`, whose conversation is made, was known by the id in its text before: both ids mean one
    conversation from now on."""
    former, now = (rooms.find(session, inbound.platform, name) for name in (inbound.text, inbound.room.platform_id))
    if now is None or former is now:
        return
    if former is None:
        _remember(session, now, inbound.text)
    else:
        _join(session, former, now)


def _remember(session: Session, room: Conversation, platform_id: str) -> None:
    session.add(FormerRoom(platform=room.platform, platform_id=platform_id, conversation_id=room.id))
    session.flush()


def _join(session: Session, room: Conversation, other: Conversation) -> None:
    """What was kept under the new id before the move was known joins the history; the row of the new id goes."""
    _drop_doubles(session, room.id, other.id)
    for table in MOVED:
        session.execute(update(table).where(col(table.conversation_id) == other.id).values(conversation_id=room.id))
    for dropped in DROPPED:
        for row in session.exec(select(dropped).where(dropped.conversation_id == other.id)):
            session.delete(row)
    new, linked = other.platform_id, other.customer_id
    room.title, room.titled_at, room.kind = other.title or room.title, other.titled_at or room.titled_at, other.kind
    if other.last_message_at is not None:
        room.last_message_at = max(other.last_message_at, room.last_message_at or other.last_message_at)
    session.flush()
    session.delete(other)
    session.flush()
    _remember(session, room, room.platform_id)
    room.platform_id = new
    if room.customer_id is None:
        room.customer_id = linked
    session.add(room)
    session.flush()
    session.expire_all()
    homes.settle(session, room)


def _drop_doubles(session: Session, room_id: int, other_id: int) -> None:
    """What both hold under the same id is the same: the one that knows more stays."""
    _drop_older_group(session, room_id, other_id)
    ours = {one.platform_message_id: one for one in _messages(session, room_id, other_id)}
    for message in _messages(session, other_id, room_id):
        double = ours[message.platform_message_id]
        kept, gone = (message, double) if message.versions > double.versions else (double, message)
        _delete(session, gone, kept)
    for mark in session.exec(select(Mark).where(Mark.conversation_id == other_id)).all():
        same = session.exec(
            select(Mark).where(
                Mark.conversation_id == room_id,
                Mark.platform_message_id == mark.platform_message_id,
                Mark.platform_user_id == mark.platform_user_id,
                Mark.name == mark.name,
            )
        ).first()
        if same is not None:
            marks.join(same, mark)
            session.add(same)
            session.delete(mark)
    session.flush()


def _drop_older_group(session: Session, room_id: int, other_id: int) -> None:
    theirs = select(CustomerGroupRow).where(col(CustomerGroupRow.conversation_id).in_((room_id, other_id)))
    for older in session.exec(theirs.order_by(col(CustomerGroupRow.known_at).desc())).all()[1:]:
        session.delete(older)
    session.flush()


def _messages(session: Session, room_id: int, other_id: int) -> list[Message]:
    """Those of a room that another room holds as well."""
    elsewhere = select(Message.platform_message_id).where(Message.conversation_id == other_id)
    query = select(Message).where(Message.conversation_id == room_id)
    return list(session.exec(query.where(col(Message.platform_message_id).in_(elsewhere))))


def _delete(session: Session, message: Message, kept: Message) -> None:
    if session.exec(select(Filing.id).where(Filing.message_id == kept.id)).first() is None:
        session.execute(update(Filing).where(col(Filing.message_id) == message.id).values(message_id=kept.id))
    for table in (MessageVersion, AttachmentRow, Filing):
        for row in session.exec(select(table).where(col(table.message_id) == message.id)):
            session.delete(row)
    session.flush()
    session.delete(message)
    session.flush()
