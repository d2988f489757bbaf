"""The archive over a real database and the stand-in library, and what became of its rows."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import col, select

from adapters.wecom.archive.archive import QUEUE, Archive, Pace, Parts
from adapters.wecom.archive.fetching import Fetching
from adapters.wecom.archive.keys import Keys
from adapters.wecom.archive.lag import Reading
from adapters.wecom.archive.library import Library
from adapters.wecom.archive.media import Media
from adapters.wecom.archive.opening import Opening
from adapters.wecom.archive.payload import parse
from adapters.wecom.archive.process import Patience
from adapters.wecom.archive.ring import ring_of_files
from bot.capture.intake import Intake
from bot.clock import Clock
from bot.ports.archiving import CoreConsents, CoreSafe
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.chat import Document, InboundMessage
from crm_core.conversations.tables import Conversation, EnvelopeRow, Message
from crm_core.database import Database
from crm_core.platforms import sealed
from crm_core.platforms.memory import get, take
from tests.conftest import NOW
from tests.fakes.wecom.archive.chats import CORP_ID, SECRET, Chats

CUSTOMER = "wmZhangSan00000000000000000000000"
OTHER = "woLiSi0000000000000000000000000000"

#: Hasty: nobody waits for the pauses of a real platform.
PACE = Pace(page=0.0, idle=0.02, passing=0.02, mend=0.05, watch=3600)
PATIENCE = Patience(start=30, call=30, network=30, pauses=(0.0,))


class Rows:
    """The source of archive rows."""

    async def acquaint(self, bodies: Sequence[str]) -> None:
        """Nothing."""

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        return parse(json.loads(body))


@dataclass
class Told:
    """Keeps what administrators would be told."""

    notices: list[tuple[str, str, Document]] = field(default_factory=list)

    async def raise_(self, notice: str, key: str, details: Document) -> None:
        if (notice, key) not in [(known, at) for known, at, _ in self.notices]:
            self.notices.append((notice, key, details))


@dataclass(frozen=True)
class Bench:
    """A running archive. `alarm`: what administrators were told."""

    archive: Archive
    intake: Intake
    database: Database
    alarm: Told
    media: Media | None
    chats: Chats

    async def all_settled(self, waiting: int = 0) -> None:
        """Wait until the library has nothing new, and of what was kept all is recorded but these."""
        last = max((row.seq for row in self.chats.rows), default=0)
        self.archive.ring()
        await until(lambda: (found := cursor_of(self.database)).seq >= last and found.complete_at)
        await until(lambda: not unopened(self.database) and len(set_aside(self.database)) == waiting)
        await until(lambda: not self.intake.backlog()["unsettled"])


@asynccontextmanager
async def reading(
    database: Database,
    chats: Chats,
    *,
    versions: Sequence[int] = (),
    now: Clock = lambda: NOW,
    node: str = "",
    patience: Patience = PATIENCE,
    folder: Path | None = None,
    secret: str = SECRET,
    library: str = "",
    claimed: bool = True,
) -> AsyncIterator[Bench]:
    """A started archive with its intake. `versions`: of the keys it has. `claimed`: a claim of another node counts,
    else it is taken for over."""
    core = Core(database, threads=4)
    if not claimed:
        await core.write(lambda session: take(session, "wecom", "claim", f"archive:{QUEUE}"))
    memory, safe, told = CoreMemory(core, "wecom", now), CoreSafe(core, "wecom", now), Told()
    intake = Intake(core, {"wecom": Rows()}, nobody, now, "CN", patience=30)
    path = library or str(chats.library)
    libraries = [Library(path, CORP_ID, SecretStr(secret), patience=patience) for _ in range(3)]
    files = dict(one.split(":", 1) for one in chats.key_files(*versions))
    keys = Keys(ring_of_files({int(version): Path(file) for version, file in files.items()}))
    consents = CoreConsents(core, "wecom", now)
    media = None if folder is None else Media(folder, libraries[2], memory, now)
    parts = Parts(
        fetching=Fetching(QUEUE, libraries[0], safe, memory, now),
        opening=Opening(
            QUEUE, libraries[1], keys, safe=safe, consents=consents, accept_all=intake.accept_all, clock=now
        ),
        keys=keys,
        libraries=libraries,
        media=media,
        safe=safe,
        consents=consents,
        alarm=told,
        memory=memory,
    )
    archive = Archive(parts, now, library_file=path, node=node, pace=PACE)
    await intake.start()
    await archive.start()
    try:
        yield Bench(archive, intake, database, told, media, chats)
    finally:
        await archive.stop()
        await intake.stop()
        core.close()


async def nobody(_inbound: InboundMessage, _envelope_id: int) -> None:
    raise AssertionError("nothing here is said to the bot")


async def until(holds: Callable[[], object]) -> None:
    """Wait for what happens in other tasks and processes."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def messages_of(database: Database) -> list[Message]:
    with database.reading() as session:
        return list(session.exec(select(Message).order_by(col(Message.sent_at), col(Message.id))))


def texts_of(database: Database) -> list[str]:
    return [message.text for message in messages_of(database)]


def rooms_of(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(Conversation.platform_id)))


def envelopes_of(database: Database) -> dict[str, tuple[str, str]]:
    """Event id → state and problem."""
    with database.reading() as session:
        rows = session.exec(select(EnvelopeRow).where(EnvelopeRow.platform == "wecom"))
        return {row.event_id: (row.state.value, row.problem) for row in rows}


def set_aside(database: Database) -> list[str]:
    """The problems of the rows that wait, one each."""
    with database.reading() as session:
        counts = sealed.counts(session, "wecom", QUEUE)
    return sorted(problem for problem, count in counts.items() for _ in range(count) if problem)


def unopened(database: Database) -> int:
    with database.reading() as session:
        return sealed.counts(session, "wecom", QUEUE).get("", 0)


def cursor_of(database: Database) -> Reading:
    with database.reading() as session:
        return Reading.of(get(session, "wecom", "archive", QUEUE))
