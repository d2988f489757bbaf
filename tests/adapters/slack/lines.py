"""Sockets to the fake Slack, without the rest of the program."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from adapters.slack.door import Door
from adapters.slack.envelopes import Envelopes
from adapters.slack.errands import Errands
from adapters.slack.installation import Installations
from adapters.slack.sockets import Sockets
from adapters.slack.tickets import Tickets
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.chat import Cursor, Document, Envelope, NotKept
from crm_core.database import Database
from tests.adapters.watched import Watched
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample
from tests.fakes.slack.sockets import Gateway


class Ledger:
    """Keeps what it is given, when `free` and not `failing`; `most`: how many were brought at the same time."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.free = asyncio.Event()
        self.free.set()
        self.brought = asyncio.Event()
        self.failing = 0
        self.waiting = self.most = 0

    async def accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        assert note is None
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        self.brought.set()
        try:
            await self.free.wait()
        finally:
            self.waiting -= 1
        if self.failing:
            self.failing -= 1
            raise NotKept
        new = envelope.event_id not in self.kept
        self.kept.append(envelope.event_id)
        return new


class Presses:
    """Keeps what is pressed, and passes over the rest."""

    def __init__(self, envelopes: Envelopes) -> None:
        self._envelopes = envelopes

    async def handle(self, payload: Document) -> Document:
        if payload.get("type") == "block_actions":
            await self._envelopes.interaction(payload)
        return {}


class Line:
    """The sockets of the program, and what they brought."""

    def __init__(self, database: Database, fake: Fake, company: Sample, **settings: Any) -> None:
        clock = fake.world.clock.utc_now

        self.fake = fake
        self.core = Core(database, threads=1)
        self.health = Watched()
        self.ledger = Ledger()
        tickets = Tickets(clock)
        self.installations = Installations(
            CoreMemory(self.core, "slack", clock),
            self.health,
            bot_token=company.crm.token,
            api_url=fake.api_url,
            pause=lambda _: 0.01,
        )
        presses = Presses(Envelopes(self.ledger.accept, tickets, clock))
        door = Door(
            self.installations,
            self.ledger.accept,
            tickets,
            clock=clock,
            interactions=presses,
            errands=Errands({}),
            answer_within=0,
        )
        options = {"app_token": _token(company), "api_url": fake.api_url, "pause": lambda attempt: 0.01 * attempt}
        self.sockets = Sockets(door, self.health, **{**options, **settings})

    async def outside(self, work: Awaitable[Any]) -> Any:
        """Something of the fake's loop."""

        async def run() -> Any:
            return await work

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self.fake.loop))

    async def brings(self, number: int) -> None:
        """Wait until so many envelopes are brought at the same time."""
        while self.ledger.waiting < number:
            self.ledger.brought.clear()
            await self.ledger.brought.wait()

    async def settle(self) -> None:
        await asyncio.to_thread(self.fake.settle)

    async def told(self, part: str, words: str) -> None:
        """Wait until this part of the health says so."""
        while words not in self.health.state().get(part, ""):
            self.health.changed.clear()
            await self.health.changed.wait()


def _token(company: Sample) -> str:
    return next(iter(company.app.app_tokens), "")


@asynccontextmanager
async def standing(
    database: Database, fake: Fake, company: Sample, gateway: Gateway, **settings: Any
) -> AsyncIterator[Line]:
    """Both connections are open, and the bot knows who it is."""
    async with starting(database, fake, company, **settings) as line:
        await line.outside(gateway.connected(2))
        await line.told("sockets", "2 of 2 open")
        await line.told("workspace", "ok")
        yield line


@asynccontextmanager
async def starting(database: Database, fake: Fake, company: Sample, **settings: Any) -> AsyncIterator[Line]:
    async with ready(database, fake, company, **settings) as line:
        await line.sockets.start()
        yield line


@asynccontextmanager
async def ready(database: Database, fake: Fake, company: Sample, **settings: Any) -> AsyncIterator[Line]:
    """Nothing is connected yet."""
    line = Line(database, fake, company, **settings)
    await line.installations.start()
    try:
        yield line
    finally:
        line.ledger.free.set()
        await line.sockets.stop()
        await line.installations.stop()
        line.core.close()


def conduct(scene: Callable[[], Awaitable[None]]) -> None:
    """Run a scene; one that hangs fails."""

    async def bounded() -> None:
        async with asyncio.timeout(60):
            await scene()

    asyncio.run(bounded())


def said(fake: Fake) -> list[str]:
    """The events the fake had to tell since somebody listened, in order."""
    since = next(fake.journal.of("socket_opened"))["n"]
    return [entry["event_id"] for entry in fake.journal.of("event") if entry["n"] > since]
