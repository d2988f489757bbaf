"""What was said, as a plain list: newest first, whole conversations at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from crm_core.conversations import marks, versions
from crm_core.conversations.marks import Standing
from crm_core.conversations.tables import Conversation, FormerRoom, Message
from crm_core.conversations.versions import Version
from crm_core.people.tables import Role
from crm_core.people.viewer import Viewer


@dataclass(frozen=True)
class Place:
    """Part of all that was said; None: no limit."""

    platform: str | None
    conversation_id: int | None


@dataclass(frozen=True)
class Line:
    """A message with its room, all its versions, oldest first, the one on show included, and the marks on it."""

    message: Message
    conversation: Conversation
    versions: tuple[Version, ...]
    marks: tuple[Standing, ...] = ()


def place(session: Session, platform: str = "", room: str = "") -> Place | None:
    """Where to look: a platform, a room by the platform's id, or everywhere; None when there is no such room.

    A room id that two platforms share needs the platform's name; without it the older conversation is meant.
    """
    if not room:
        return Place(platform or None, None)
    former = select(FormerRoom.conversation_id).where(FormerRoom.platform_id == room)
    query = select(Conversation).where(or_(col(Conversation.platform_id) == room, col(Conversation.id).in_(former)))
    if platform:
        query = query.where(Conversation.platform == platform)
    found = session.exec(query.order_by(col(Conversation.id)).limit(1)).first()
    return None if found is None else Place(found.platform, found.id)


def page(
    session: Session,
    where: Place,
    *,
    viewer: Viewer,
    limit: int = 50,
    before_id: int | None = None,
    after_id: int | None = None,
) -> list[Message]:
    """The newest messages this viewer may see; with `after_id` the oldest after that one, oldest first.

    As in `search`: what strangers said to the bot is for all staff, elsewhere for those who see everything.
    """
    order = col(Message.id).desc() if after_id is None else col(Message.id)
    query = select(Message).order_by(order).limit(limit)
    if after_id is not None:
        query = query.where(col(Message.id) > after_id)
    if before_id is not None:
        query = query.where(col(Message.id) < before_id)
    if where.platform is not None:
        query = query.where(Message.platform == where.platform)
    if where.conversation_id is not None:
        query = query.where(Message.conversation_id == where.conversation_id)
    if viewer.owners is not None:
        pool = and_(col(Message.owner_id).is_(None), or_(col(Message.customer_id).is_not(None), col(Message.addressed)))
        query = query.where(or_(col(Message.owner_id).in_(sorted(viewer.owners)), pool))
    return list(session.exec(query))


def lines(session: Session, messages: Sequence[Message], *, viewer: Viewer) -> list[Line]:
    """These messages with their rooms and versions; the words of a deleted one are for administrators."""
    found = _conversations(session, {message.conversation_id for message in messages})
    spoken = versions.of_all(session, messages)
    marked = marks.of_all(session, messages)
    return [
        Line(
            message,
            found[message.conversation_id],
            _readable(message, spoken[message.id], viewer),
            marked.get(message.id, ()),
        )
        for message in messages
    ]


def _conversations(session: Session, ids: set[int]) -> dict[int, Conversation]:
    return {one.id: one for one in session.exec(select(Conversation).where(col(Conversation.id).in_(ids)))}


def _readable(message: Message, spoken: list[Version], viewer: Viewer) -> tuple[Version, ...]:
    if message.deleted_at is not None and viewer.role is not Role.ADMIN:
        return tuple(replace(version, text="") for version in spoken)
    return tuple(spoken)
