"""What stands in the rooms of the console platform. Two processes may write and read: the terminal and the web chat."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_
from sqlmodel import Session, col, select

from crm_core import turns
from crm_core.conversations.tables import BoardPost

_EARLIER = select(BoardPost).where(BoardPost.room_id == bindparam("room"), BoardPost.key == bindparam("named"))


def append(
    session: Session,
    *,
    room_id: str,
    author_id: str,
    card: dict[str, Any],
    now: datetime,
    only_for: str = "",
    key: str | None = None,
) -> BoardPost:
    """Put up a post. With a key that already stands in this room: the earlier post, and nothing is added.

    `only_for`: the one person who may read it; empty: everybody in the room.
    """
    turns.take_named(session, f"board:{room_id}")  # seen in the order of their ids: who asks for "after" misses none
    if key:
        earlier = session.exec(_EARLIER, params={"room": room_id, "named": key}).first()
        if earlier is not None:
            return earlier
    post = BoardPost(room_id=room_id, author_id=author_id, card=card, at=now, only_for=only_for, key=key or None)
    session.add(post)
    session.flush()
    return post


def replace(session: Session, room_id: str, post_id: int, by: BoardPost) -> None:
    """Take away a post of the same author in this room; `by` stands where it, or what it had replaced, stood."""
    former = session.get(BoardPost, post_id)
    if former is None or (former.room_id, former.author_id) != (room_id, by.author_id) or former.id == by.id:
        return
    by.card = {**by.card, "stands": former.card.get("stands", former.id)}
    session.add(by)
    session.delete(former)
    session.flush()


def after(session: Session, room_id: str, post_id: int, reader: str, limit: int) -> list[BoardPost]:
    """The posts after this one that the reader may see, oldest first."""
    return list(
        session.exec(
            select(BoardPost)
            .where(
                BoardPost.room_id == room_id,
                col(BoardPost.id) > post_id,
                or_(col(BoardPost.only_for) == "", col(BoardPost.only_for) == reader),
            )
            .order_by(col(BoardPost.id))
            .limit(limit)
        )
    )
