"""The whole program under a clock of its own, talked to through the console: say something, read what the bot shows."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import Session

from adapters.console.client import Post
from adapters.console.format import from_document, to_text
from adapters.console.keyboard import Press, event_key
from adapters.console.world import BOT, DEMO, direct
from bot import config, wiring
from bot.sample import cast
from crm_core.chat import Button, Card
from crm_core.enclosure import Enclosure
from crm_core.people import staff
from tests.conftest import NOW

T = TypeVar("T")


@dataclass(frozen=True)
class Reply:
    """What the bot showed one person, in order of time; of all their rooms."""

    posts: tuple[Post, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(from_document(post.card) for post in self.posts)

    @property
    def card(self) -> Card:
        """The last card."""
        return self.cards[-1]

    @property
    def text(self) -> str:
        """Everything, as the terminal shows it."""
        return "\n\n".join(to_text(card) for card in self.cards)

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms it was shown in, without repeating."""
        return tuple(dict.fromkeys(post.room_id for post in self.posts))

    @property
    def private(self) -> bool:
        """Whether every post was for this reader alone."""
        return all(post.only_for or post.room_id.startswith("direct:") for post in self.posts)


class Chat:
    """People of the demo (alice, bob, charlie, admin, zhangsan, guest) in its rooms. `now` moves by `later` alone."""

    def __init__(self, database_url: str, now: datetime = NOW) -> None:
        self.now = now
        self._ids = count(1)
        self._seen: dict[str, dict[str, int]] = {}
        self._loop = asyncio.Runner()
        settings = {"database": {"url": database_url}, "console": {"web": True}}
        self.program = wiring.build(config.parse(settings), clock=lambda: self.now)
        self.run(self._come_in())

    def say(self, who: str, text: str, *, room: str = "", files: Sequence[Enclosure] = ()) -> Reply:
        """One line, in the direct chat unless a room is named (`group:east`); returns once it is dealt with, with
        what the bot then showed this person."""
        self.new(who)
        return self._type(who, text, room or direct(who), None, files=files)

    def press(self, who: str, label: str, *, room: str = "") -> Reply:
        """Press the newest button of this label, or of this command, that the person sees in the room."""
        self.new(who)
        place = room or direct(who)
        post, button = self._button(who, label, place)
        return self._type(who, button.command, place, Press(post.id, button.label), only_for=post.only_for)

    def later(self, **delta: float) -> None:
        """Let time pass, and deliver what falls due: `later(hours=2)`."""
        self.now += timedelta(**delta)
        self.run(self.program.deliver_due())

    def new(self, who: str) -> Reply:
        """What the bot showed this person since the last look."""
        seen = self._seen.setdefault(who, dict.fromkeys(DEMO.rooms_of(who), 0))
        posts = self.run(self.program.console.board.after(seen, reader=who, limit=1000))
        for post in posts:
            seen[post.room_id] = post.id
        return Reply(tuple(post for post in posts if post.author_id == BOT))

    def read(self) -> Session:
        """A session on the database, for a look behind the scenes: `with chat.read() as session:`."""
        return Session(self.program.core.database.engine)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    async def _come_in(self) -> None:
        """The program answers; what falls due goes out in `later` alone, so that nothing comes in between by chance."""
        await self.program.prepare()
        await self.program.intake.start()

    def close(self) -> None:
        self.run(self.program.stop())
        self._loop.close()

    def _type(
        self,
        who: str,
        text: str,
        room: str,
        press: Press | None,
        *,
        only_for: str = "",
        files: Sequence[Enclosure] = (),
    ) -> Reply:
        sender, event_id, place = DEMO.sender(who), f"line-{next(self._ids)}", DEMO.room(room)
        typing = self.program.keyboard.type(
            sender, place, text, event_id=event_id, press=press, only_for=only_for, files=files
        )
        self.run(typing)
        self.run(self.program.intake.settled("console", event_key(sender, event_id)))
        return self.new(who)

    def _button(self, who: str, label: str, room: str) -> tuple[Post, Button]:
        posts = self.run(self.program.console.board.latest(room, reader=who, limit=100))
        for post in reversed(posts):
            for button in from_document(post.card).buttons:
                if label in {button.label, button.command}:
                    return post, button
        raise AssertionError(f"{who} sees no button {label!r} in {room}")


@pytest.fixture
def chat(sqlite_template: Path, tmp_path: Path) -> Iterator[Chat]:
    """The sample company's staff, no customers; Wednesday 10:20 in Shanghai."""
    path = tmp_path / "chat.db"
    path.write_bytes(sqlite_template.read_bytes())
    chat = Chat(f"sqlite:///{path}")
    with chat.program.core.database.writing() as session:
        hire(session, NOW)
    yield chat
    chat.close()


def hire(session: Session, now: datetime) -> None:
    """The staff of the sample company."""
    for one in cast.STAFF:
        staff.add(session, one.name, role=one.role, team=one.team, handle=("console", one.handle), now=now)
