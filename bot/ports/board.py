"""The board of the console platform, in our own database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from adapters.console.client import Post
from bot.clock import Clock
from bot.threads import Core
from crm_core.conversations import board
from crm_core.conversations.tables import BoardPost


class CoreBoard:
    """`adapters.console.client.Board` over the core."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self._core = core
        self._clock = clock

    async def append(
        self,
        room_id: str,
        author_id: str,
        card: dict[str, Any],
        *,
        only_for: str = "",
        key: str | None = None,
        replaces: int = 0,
    ) -> Post:
        def write(session: Session) -> Post:
            row = board.append(
                session,
                room_id=room_id,
                author_id=author_id,
                card=card,
                now=self._clock(),
                only_for=only_for,
                key=key,
            )
            if replaces:
                board.replace(session, room_id, replaces, row)
            return _post(row)

        return await self._core.write(write)

    async def find(self, room_id: str, key: str) -> Post | None:
        def look(session: Session) -> Post | None:
            found = session.exec(select(BoardPost).where(BoardPost.room_id == room_id, BoardPost.key == key)).first()
            return _post(found) if found else None

        return await self._core.read(look)

    async def after(self, seen: Mapping[str, int], *, reader: str, limit: int) -> Sequence[Post]:
        def look(session: Session) -> Sequence[Post]:
            rows = [row for room_id, last in seen.items() for row in board.after(session, room_id, last, reader, limit)]
            return [_post(row) for row in sorted(rows, key=lambda row: row.id)]

        return await self._core.read(look)

    async def latest(self, room_id: str, *, reader: str, limit: int, before: int | None = None) -> Sequence[Post]:
        def look(session: Session) -> Sequence[Post]:
            shown = select(BoardPost).where(
                BoardPost.room_id == room_id,
                col(BoardPost.only_for).in_(("", reader)),
                *(() if before is None else (col(BoardPost.id) < before,)),
            )
            rows = session.exec(shown.order_by(col(BoardPost.id).desc()).limit(limit)).all()
            return [_post(row) for row in reversed(rows)]

        return await self._core.read(look)


def _post(row: BoardPost) -> Post:
    return Post(row.id, row.room_id, row.author_id, row.card, row.at, row.only_for, row.key or "")
