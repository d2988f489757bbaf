"""Signs on messages, like a thumb: who put which on what, in whatever order it is told.

A mark is known by where it stands and whose it is, and keeps when it was last put there and last taken away; so a mark
may be told before its message, late, or twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage
from crm_core.conversations.tables import Conversation, Mark, Message

HAPPENINGS = frozenset({Happening.MARKED, Happening.UNMARKED})

_Key = tuple[int, str, str, str]


@dataclass(frozen=True)
class Standing:
    """A mark that stands on a message now. `by`: the platform id of the person."""

    name: str
    by: str
    who: str
    at: datetime


def record(session: Session, marked: Sequence[tuple[InboundMessage, Conversation]]) -> None:
    """Keep what was put on messages and taken away."""
    if not marked:
        return
    known = _known(session, {_key(inbound, room) for inbound, room in marked})
    for inbound, room in marked:
        key = _key(inbound, room)
        if key not in known:
            known[key] = _new(inbound, key)
        _follow(known[key], inbound)
        session.add(known[key])
    session.flush()


def of_all(session: Session, messages: Iterable[Message]) -> dict[int, tuple[Standing, ...]]:
    """The marks that stand on each of these messages, the oldest first, by the id of the message; none on deleted
    ones."""
    ids = {(one.conversation_id, one.platform_message_id): one.id for one in messages if one.deleted_at is None}
    if not ids:
        return {}
    place = tuple_(col(Mark.conversation_id), col(Mark.platform_message_id))
    rows = session.exec(select(Mark).where(place.in_(list(ids))).order_by(col(Mark.marked_at), col(Mark.id)))
    found: dict[int, tuple[Standing, ...]] = {}
    for row in rows:
        if row.marked_at is not None and stands(row):
            number = ids[row.conversation_id, row.platform_message_id]
            standing = Standing(row.name, row.platform_user_id, row.who, row.marked_at)
            found[number] = (*found.get(number, ()), standing)
    return found


def stands(mark: Mark) -> bool:
    """Whether it was put there after it was last taken away."""
    return mark.marked_at is not None and (mark.unmarked_at is None or mark.unmarked_at < mark.marked_at)


def join(mark: Mark, other: Mark) -> None:
    """Take over what is known of the same mark elsewhere."""
    mark.marked_at = _later(mark.marked_at, other.marked_at)
    mark.unmarked_at = _later(mark.unmarked_at, other.unmarked_at)
    mark.who = mark.who or other.who


def _follow(mark: Mark, inbound: InboundMessage) -> None:
    mark.who = inbound.sender.name or mark.who
    if inbound.happening is Happening.MARKED:
        mark.marked_at = _later(mark.marked_at, inbound.sent_at)
    else:
        mark.unmarked_at = _later(mark.unmarked_at, inbound.sent_at)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _key(inbound: InboundMessage, room: Conversation) -> _Key:
    return room.id, inbound.platform_message_id, inbound.sender.platform_id, inbound.text


def _new(inbound: InboundMessage, key: _Key) -> Mark:
    room_id, message, person, name = key
    return Mark(
        conversation_id=room_id,
        platform_message_id=message,
        platform_user_id=person,
        who=inbound.sender.name,
        name=name,
    )


def _known(session: Session, keys: Iterable[_Key]) -> dict[_Key, Mark]:
    place = tuple_(col(Mark.conversation_id), col(Mark.platform_message_id), col(Mark.platform_user_id), col(Mark.name))
    rows = session.exec(select(Mark).where(place.in_(list(keys))))
    return {(row.conversation_id, row.platform_message_id, row.platform_user_id, row.name): row for row in rows}
