"""An intake over a real database, and who was answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from bot.capture.fetching import UNDISTURBED
from bot.capture.intake import Intake
from bot.courtesy import Courtesy
from bot.threads import Core
from crm_core.chat import InboundMessage, Source
from crm_core.conversations.tables import EnvelopeRow, Message
from crm_core.database import Database
from tests.bot.capture.envelopes import Plain
from tests.conftest import NOW

Handle = Callable[[InboundMessage, int], Awaitable[None]]


@dataclass
class Answers:
    """Keeps what it was asked to answer, in order."""

    asked: list[tuple[str, int]] = field(default_factory=list)

    async def __call__(self, inbound: InboundMessage, envelope_id: int) -> None:
        self.asked.append((inbound.text, envelope_id))

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]


@asynccontextmanager
async def taking_in(
    database: Database,
    handle: Handle | None = None,
    *,
    now: datetime = NOW,
    patience: float = 30,
    capacity: int = 4000,
    sources: Mapping[str, Source] | None = None,
    meeting_patience: float = 30,
    orphans: tuple[float, float] = (60, 60),
    undisturbed: float = UNDISTURBED,
    marks: bool = False,
    courtesy: Courtesy | None = None,
) -> AsyncIterator[Intake]:
    """A started intake; it is stopped in the end, and so everything it accepted is recorded and answered."""
    core = Core(database, threads=4)
    core.courtesy = courtesy or core.courtesy
    intake = Intake(
        core,
        sources or {"console": Plain()},
        handle or Answers(),
        lambda: now,
        "CN",
        patience=patience,
        capacity=capacity,
        meeting_patience=meeting_patience,
        orphans=orphans,
        undisturbed=undisturbed,
        marks=marks,
    )
    await intake.start()
    try:
        yield intake
    finally:
        await intake.stop()
        core.close()


def conduct(scene: Callable[[], Awaitable[None]]) -> None:
    """Run a scene; one that hangs fails."""

    async def bounded() -> None:
        async with asyncio.timeout(60):
            await scene()

    asyncio.run(bounded())


def ledger_of(database: Database) -> list[tuple[str, str, str]]:
    """(event id, state, problem) of every envelope, in order."""
    with database.reading() as session:
        rows = session.exec(select(EnvelopeRow).order_by(col(EnvelopeRow.id)))
        return [(row.event_id, row.state.value, row.problem) for row in rows]


def texts_of(database: Database) -> list[str]:
    """Every recorded message, in order."""
    with database.reading() as session:
        return list(session.exec(select(Message.text).order_by(col(Message.id))))
