"""The sending side of the adapter over the fake Slack, by the fake's own clock."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.health import Health
from adapters.slack.client import Slack
from adapters.slack.installation import Installation
from adapters.slack.tickets import Tickets
from adapters.slack.web import Web
from crm_core.chat import Card, Document, OutboundMessage, Receipt, Sender, SenderKind
from tests.adapters.cupboard import Cupboard
from tests.fakes.slack.channels import Channel
from tests.fakes.slack.messages import Message
from tests.fakes.slack.people import User
from tests.fakes.slack.scene import Scene, set_scene
from tests.fakes.slack.server import serving

T = TypeVar("T")


class Known:
    """Installations, learnt already; the first is the home."""

    def __init__(self, *installations: Installation) -> None:
        self._installations = installations

    @property
    def home(self) -> Installation | None:
        return self._installations[0]

    def all(self) -> tuple[Installation, ...]:
        return self._installations

    async def of(self, team_id: str) -> Installation | None:
        found = (one for one in self._installations if team_id in {"", one.team_id})
        return next(found, None)


@dataclass
class Drawer:
    """`Memory` in memory."""

    documents: dict[tuple[str, str], Document] = field(default_factory=dict)

    async def get(self, kind: str, key: str) -> Document | None:
        return self.documents.get((kind, key))

    async def all(self, kind: str) -> dict[str, Document]:
        return {key: document for (held, key), document in self.documents.items() if held == kind}

    async def put(self, kind: str, key: str, document: Document) -> None:
        self.documents[kind, key] = document

    async def replace(self, kind: str, key: str, before: Document | None, after: Document) -> bool:
        if self.documents.get((kind, key)) != before:
            return False
        self.documents[kind, key] = after
        return True

    async def take(self, kind: str, key: str) -> Document | None:
        return self.documents.pop((kind, key), None)


class Faces:
    """Everybody the fake knows is known; `strangers`: but not these."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.strangers: set[str] = set()

    async def learn(self, ids: Sequence[str], team: str = "") -> None:
        """Everybody is known."""

    def sender(self, user_id: str) -> Sender | None:
        user = self._scene.world.users[user_id]
        return None if user_id in self.strangers else Sender(user_id, user.real_name, _kind(user, self._scene))


@dataclass
class Office:
    """Nobody really sleeps: the clock of the fake moves. `moved`: rooms by their former ids."""

    scene: Scene
    runner: asyncio.Runner
    slack: Slack
    web: Web
    tickets: Tickets
    people: Faces
    moved: dict[str, str]
    memory: Drawer
    shelf: Cupboard

    def run(self, work: Awaitable[T]) -> T:
        async def begin() -> T:
            return await work

        return self.runner.run(begin())

    def send(self, message: OutboundMessage) -> Receipt:
        return self.run(self.slack.send(message))

    def posts(self, channel: Channel | str) -> list[Message]:
        """What the bot posted there, oldest first."""
        where = channel if isinstance(channel, Channel) else self.scene.world.channels[channel]
        return [message for message in where.messages.values() if message.body.get("bot_id") == self.scene.crm.bot_id]

    def asked(self, method: str) -> list[Document]:
        """The arguments of every call of a method."""
        return [entry["args"] for entry in self.scene.world.journal.of("call", method=method)]

    def reopened(self) -> "Office":
        """The program after a restart: it remembers what was written down."""
        self.run(self.web.close())
        again = open_office(self.scene, self.runner, self.scene.world.address, self.memory, self.shelf)
        self.web, self.slack, self.tickets, self.people = again.web, again.slack, again.tickets, again.people
        return self


@contextmanager
def open_offices() -> Iterator[Office]:
    scene = set_scene()
    with serving(scene.world) as url, asyncio.Runner() as runner:
        made = open_office(scene, runner, url)
        yield made
        made.run(made.web.close())


def open_office(
    scene: Scene, runner: asyncio.Runner, url: str, memory: Drawer | None = None, shelf: Cupboard | None = None
) -> Office:
    """The adapter as it is after a start, over the world of this scene."""
    memory, shelf = memory or Drawer(), shelf or Cupboard()

    clock = scene.clock.utc_now

    async def sleep(seconds: float) -> None:
        scene.clock.advance(seconds)

    async def current(room: str) -> str:
        return moved.get(room, room)

    moved: dict[str, str] = {}

    known = Known(
        *(
            Installation(each.team_id, each.bot_user, each.bot_id, each.app.id, each.token)
            for each in scene.world.installs
        )
    )
    web = Web(f"{url}/api/", known, clock, sleep=sleep)
    tickets, people = Tickets(clock, shown_after=0), Faces(scene)
    health = Health()
    health.good("workspace")
    slack = Slack(
        web,
        known,
        people=people,
        tickets=tickets,
        memory=memory,
        health=health,
        clock=clock,
        current=current,
        shelf=shelf,
        sleep=sleep,
    )
    return Office(scene, runner, slack, web, tickets, people, moved, memory, shelf)


def card(text: str) -> Card:
    return Card(text=text)


def _kind(user: User, scene: Scene) -> SenderKind:
    if user.team_id != scene.home.id:
        return SenderKind.EXTERNAL
    return SenderKind.GUEST if user.guest else SenderKind.MEMBER
