"""How many messages a second the capture path keeps and records, beside one commit per message on the same disk.

What a group commit is worth depends on what a flush to the disk costs, from 0.05 ms behind a cache to several ms on a
plain disk; so the same is measured once more with every commit, also those of the floor, taking `SLOW_FLUSH` longer.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from sqlalchemy import event
from sqlmodel import Session

from bench.report import Row, Section, machine
from bench.store import DATA, Progress
from bot.capture.intake import Intake
from bot.clock import utc_now
from bot.threads import Core
from crm_core.chat import Envelope, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import ledger, messages
from crm_core.database import Database
from crm_core.migrations import run as migrations

#: Seconds a commit takes longer where a disk is played that flushes slowly.
SLOW_FLUSH = 0.0015

_TEXT = "您好，请问 {n} 号报价单什么时候能发给我们？采购部下周一上午十点要开会讨论价格和交期，谢谢。"
_ROOMS = 50
_TARGET = 10.0


@dataclass(frozen=True)
class Options:
    """`burst` messages for what is acknowledged, `messages` for what is recorded, `together` of them waiting at a time;
    `alone` with a commit each."""

    messages: int = 20_000
    burst: int = 4_000
    together: int = 500
    alone: int = 500


@dataclass(frozen=True)
class Floors:
    """Messages a second with a commit each: the bare statement, our ledger, our ledger and the record."""

    bare: float
    kept: float
    recorded: float


@dataclass(frozen=True)
class Captured:
    """Rates in messages a second: until everything is acknowledged, and until everything is recorded."""

    acknowledged: float
    recorded: float
    batch: float


def measure(options: Options = Options(), *, flush: float = 0.0) -> list[Row]:
    """The rows of one disk; `flush`: seconds every commit takes longer."""
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        opened = _opener(Path(folder), flush)
        floors = Floors(
            bare=_bare(opened(), options.alone, flush),
            kept=_each(opened(), options.alone, _keep),
            recorded=_each(opened(), options.alone, _keep_and_record),
        )
        burst = _capture(opened(), options.burst, options.together)
        steady = _capture(opened(), options.messages, options.together)
    return [
        Row("one bare INSERT and commit each, sqlite3 alone", _cells(floors.bare, 1, floors.bare, floors.bare)),
        Row("one commit each: kept", _cells(floors.kept, 1, floors.kept, floors.bare)),
        Row("one commit each: kept and recorded", _cells(floors.recorded, 1, floors.recorded, floors.bare)),
        Row(
            f"through the writer: a burst of {options.burst:,}, kept and acknowledged",
            _cells(burst.acknowledged, burst.batch, floors.kept, floors.bare),
        ),
        Row(
            f"through the writer: {options.messages:,} in a row, kept and recorded",
            _cells(steady.recorded, steady.batch, floors.recorded, floors.bare),
            f"≥ {_TARGET:.0f} × one commit each",
            steady.recorded >= _TARGET * floors.recorded,
        ),
    ]


def run(progress: Progress, options: Options = Options()) -> list[Section]:
    """A section for this disk, and one for a disk that flushes slowly."""
    slow = f"Capture, as on a disk that takes {SLOW_FLUSH * 1000:.1f} ms longer to flush"
    sections = []
    for at, (title, flush) in enumerate((("Capture", 0.0), (slow, SLOW_FLUSH))):
        progress("capture: disks", at, 2)
        columns = ("a second", "per commit", "× one commit each", "× bare")
        sections.append(Section(title, _note(options), columns, measure(options, flush=flush)))
    progress("capture: disks", 2, 2)
    return sections


def _note(options: Options) -> str:
    return (
        f"Messages of {len(_envelope(1).body.encode())} bytes in {_ROOMS} rooms, {options.together} waiting for their "
        f"acknowledgement at a time, recorded with text index; SQLite, `synchronous=FULL`; {machine()}."
    )


def _opener(folder: Path, flush: float) -> Callable[[], Database]:
    numbers = iter(range(100))

    def opened() -> Database:
        database = Database(f"sqlite:///{folder / f'{next(numbers)}.db'}")
        migrations.upgrade(database)
        if flush:
            event.listen(database.engine, "commit", lambda _connection: time.sleep(flush))
        return database

    return opened


def _each(database: Database, count: int, take: Callable[[Session, Envelope], None]) -> float:
    """The same work of ours, each message in a transaction of its own."""
    envelopes = [_envelope(n) for n in range(count)]
    with closing(database):
        started = perf_counter()
        for envelope in envelopes:
            with database.writing() as session:
                take(session, envelope)
        return count / (perf_counter() - started)


def _keep(session: Session, envelope: Envelope) -> None:
    ledger.keep(session, [envelope])


def _keep_and_record(session: Session, envelope: Envelope) -> None:
    kept = ledger.keep(session, [envelope])
    messages.record_all(session, _parse(envelope.body), now=envelope.received_at)
    ledger.finish(session, [number for number in kept if number is not None])


def _bare(database: Database, count: int, flush: float) -> float:
    """The same rows into the same table, each with its own commit, without anything of ours."""
    path = database.engine.url.database or ""
    database.close()
    sql = (
        "INSERT INTO envelope (platform, event_id, body, received_at, state, attempts, problem) "
        "VALUES (?, ?, ?, ?, 'received', 0, '')"
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        rows = [_envelope(n) for n in range(count)]
        started = perf_counter()
        for row in rows:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(sql, (row.platform, row.event_id, row.body, row.received_at.isoformat(" ")))
            time.sleep(flush) if flush else None
            connection.execute("COMMIT")
        return count / (perf_counter() - started)


def _capture(database: Database, count: int, together: int) -> Captured:
    with closing(database):
        return asyncio.run(_captured(database, [_envelope(n) for n in range(count)], together))


async def _captured(database: Database, envelopes: Sequence[Envelope], together: int) -> Captured:
    core = Core(database)
    intake = Intake(core, {"bench": _Bench()}, _never, utc_now, "CN", patience=600)
    await intake.start()
    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for at in range(together):
            group.create_task(_bring(intake, envelopes[at::together]))
    acknowledged = perf_counter() - started
    commits = intake.commits
    await intake.stop()
    recorded = perf_counter() - started
    core.close()
    return Captured(len(envelopes) / acknowledged, len(envelopes) / recorded, len(envelopes) / commits)


async def _bring(intake: Intake, envelopes: Sequence[Envelope]) -> None:
    for envelope in envelopes:
        await intake.accept(envelope)


async def _never(inbound: InboundMessage, envelope_id: int) -> None:
    raise AssertionError(f"envelope {envelope_id} is not for the bot: {inbound.event_id}")


def _envelope(n: int) -> Envelope:
    said = {"id": f"m{n}", "room": n % _ROOMS, "text": _TEXT.format(n=n), "padding": "x" * 200}
    return Envelope("bench", f"e{n}", json.dumps(said, ensure_ascii=False), utc_now())


class _Bench:
    """A source with nothing to learn."""

    async def acquaint(self, bodies: Sequence[str]) -> None:
        """Nothing."""

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        return _parse(body)


def _parse(body: str) -> tuple[InboundMessage, ...]:
    said = json.loads(body)
    room = said["room"]
    return (
        InboundMessage(
            platform="bench",
            event_id=said["id"],
            happening=Happening.POSTED,
            room=Room(f"room:{room}", RoomKind.GROUP, f"Room {room}"),
            sender=Sender(f"customer:{room}", f"Customer {room}", SenderKind.EXTERNAL),
            platform_message_id=said["id"],
            text=said["text"],
            sent_at=utc_now(),
        ),
    )


def _cells(rate: float, batch: float, each: float, bare: float) -> tuple[str, str, str, str]:
    return f"{rate:,.0f}", f"{batch:.0f}", f"{rate / each:.1f}", f"{rate / bare:.2f}"
