"""The console as a chat platform: what is sent is put on the board, and whoever reads there sees it at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from adapters.console.format import to_document
from adapters.console.world import BOT, World, direct
from crm_core.chat import Attachment, DeliveryError, OutboundMessage, Pacing, Receipt, Sender
from crm_core.desk import Shelf, TooLarge

#: Another process may write on the board too; that is noticed by looking, this often (seconds).
LOOK_EVERY = 1.0
#: The id of a post is handed out before it is committed, so that another room's may be committed first: who comes back
#: with one id for all rooms starts this far before it.
_OVERLAP = 20
_PAGE = 200


@dataclass(frozen=True)
class Post:
    """What stands on the board. `only_for`: the one person who sees it; "": everybody in the room."""

    id: int
    room_id: str
    author_id: str
    card: Mapping[str, Any]
    at: datetime
    only_for: str = ""
    key: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether somebody asked for it; else it came by itself, like a nudge."""
        return self.key.startswith("answer:")


class Board(Protocol):
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
        """Put up a post; with the key of an earlier one in this room, that one is returned instead. `replaces`: the
        post of this author in whose place it stands from now on (`stands` in its card)."""

    async def find(self, room_id: str, key: str) -> Post | None:
        """The post with this key."""

    async def after(self, seen: Mapping[str, int], *, reader: str, limit: int) -> Sequence[Post]:
        """What this reader sees in these rooms later than the post named for each, oldest first, so many of each."""

    async def latest(self, room_id: str, *, reader: str, limit: int, before: int | None = None) -> Sequence[Post]:
        """The newest posts this reader sees in this room, oldest first."""


class Console:
    """The platform. `rang` wakes everybody who reads live; `close` ends their reading."""

    name = "console"
    pacing = Pacing()
    whispers = True
    discreet = False
    edits = True
    call = "@bot "

    def __init__(self, board: Board, world: World, shelf: Shelf) -> None:
        self.board = board
        self.shelf = shelf
        self.world = world
        self._closed = False
        self._rang = asyncio.Event()

    async def send(self, message: OutboundMessage) -> Receipt:
        if not self.world.has(message.room_id):
            raise DeliveryError("no such room", permanent=True)
        replaces = int(message.replaces) if message.replaces.isdecimal() else 0
        card, key = to_document(message.card, message.files), message.key or None
        post = await self.post(message.room_id, BOT, card, only_for=message.only_for, key=key, replaces=replaces)
        return Receipt(str(post.id))

    async def find(self, room_id: str, key: str) -> Receipt | None:
        post = await self.board.find(room_id, key)
        return Receipt(str(post.id)) if post else None

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        return self.world.roster(room_id)

    async def direct_room(self, platform_user_id: str) -> str:
        return direct(platform_user_id)

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        """What is typed with a line is kept already, under its digest."""
        del room_id
        content = await self.shelf.content(file.platform_file_id)
        if len(content) > most:
            raise TooLarge
        return content

    async def state(self) -> Mapping[str, str]:
        return {"status": "ok"}

    async def post(
        self,
        room_id: str,
        author_id: str,
        card: dict[str, Any],
        *,
        only_for: str = "",
        key: str | None = None,
        replaces: int = 0,
    ) -> Post:
        """Put something on the board and tell those who read."""
        post = await self.board.append(room_id, author_id, card, only_for=only_for, key=key, replaces=replaces)
        self._ring()
        return post

    async def live(self, reader: str, after: int) -> AsyncIterator[Post]:
        """Everything this person is shown in their rooms from now on, until `close`.

        Posts of one room come in order; a few before `after` may be repeated, since the rooms are not in step.
        """
        seen = dict.fromkeys(self.world.rooms_of(reader), max(0, after - _OVERLAP))
        while not self._closed:
            rang = self._rang
            page = await self.board.after(seen, reader=reader, limit=_PAGE)
            for post in page:
                seen[post.room_id] = post.id
                yield post
            if not page:
                await _wait(rang)

    def close(self) -> None:
        self._closed = True
        self._ring()

    def _ring(self) -> None:
        self._rang.set()
        self._rang = asyncio.Event()


async def _wait(rang: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(rang.wait(), LOOK_EVERY)
