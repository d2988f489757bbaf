"""A broadcast to everybody: from the confirmation until the last delivery stands, while the chat goes on answering."""

import asyncio
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter

from sqlalchemy import text
from sqlmodel import Session, select

from adapters.console.keyboard import event_key
from bench import store
from bench.company import Sizes
from bench.lookup import KINDS, people_of, shown, version
from bench.report import Row, Section, machine, milliseconds, percentile
from bench.store import Progress
from bench.turns import seated
from bot import interpreter, wiring
from bot.clock import utc_now
from bot.config import Config, parse
from bot.outreach.broadcast_work import LargeBroadcasts
from bot.program import Program
from crm_core.chat import Room, RoomKind, Sender
from crm_core.database import Database
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Broadcast, BroadcastWork
from crm_core.people import viewer as viewers
from crm_core.people.tables import Handle, Staff

QUESTIONS = 200
#: So often all of them are asked before anything is planned, for as many answers as there are meanwhile.
IDLE_ROUNDS = 4
TIME = 60.0
MEMORY = 150.0
SLOWER = 2.0

_EVERYBODY = "stage:潜在"
_NUMBERS = count(1)


@dataclass
class Watched:
    """Seconds of the answers, and the most memory the process held."""

    answers: list[float] = field(default_factory=list)
    most: float = 0.0


def run(sizes: Sizes, databases: Sequence[Database], progress: Progress) -> list[Section]:
    """A section per database; each is worked on in a copy."""
    return [_section(sizes, database, progress) for database in databases]


def _section(sizes: Sizes, database: Database, progress: Progress) -> Section:
    with database.reading() as session:
        note = machine(version(session))
    section = Section(
        f"Planning a broadcast on {shown(database)}",
        f"A broadcast to all of {sizes.customers:,} customers, each on the console with a phone and an e-mail: from "
        "the confirmation until the last delivery stands, in the process that answers the chat; meanwhile `find …` is "
        f"asked in a direct chat, one after the other; {note}.",
        ("figure",),
    )
    with _copied(database, sizes, progress) as copy:
        _reach_everybody(copy)
        section.rows.extend(asyncio.run(_measured(copy, sizes, progress)))
    return section


@contextmanager
def _copied(database: Database, sizes: Sizes, progress: Progress) -> Iterator[Database]:
    """The data of the other benches stays as it is."""
    progress(f"{database.dialect}: a copy", 0, 1)
    if database.dialect == "sqlite":
        source = store.DATA / f"{store.name_of('sqlite', sizes)}.db"
        target = store.DATA / "planning.db"
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(source, target)
        url = f"sqlite:///{target}"
    else:
        url = database.engine.url.set(database="planning").render_as_string(hide_password=False)
        _execute(database, "DROP DATABASE IF EXISTS planning WITH (FORCE)")
        database.engine.dispose()
        _execute(database, f'CREATE DATABASE planning TEMPLATE "{database.engine.url.database}"')
    progress(f"{database.dialect}: a copy", 1, 1)
    copy = Database(url)
    try:
        yield copy
    finally:
        copy.close()
        if database.dialect == "sqlite":
            for end in ("", "-wal", "-shm"):
                (store.DATA / f"planning.db{end}").unlink(missing_ok=True)
        else:
            _execute(database, "DROP DATABASE planning WITH (FORCE)")


def _execute(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _reach_everybody(database: Database) -> None:
    """An account for each customer, with the names the database would have made."""
    marks = "id, 'console', 'u' || id, '', '', 'external', '', '', id, 'import', created_at"
    columns = (
        "id, platform, platform_user_id, team, display_name, kind, email, phone, customer_id, matched_by, first_seen_at"
    )
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM identity")
        connection.exec_driver_sql(f"INSERT INTO identity ({columns}) SELECT {marks} FROM customer")
        if database.dialect == "sqlite":
            return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE identity")


async def _measured(database: Database, sizes: Sizes, progress: Progress) -> list[Row]:
    sender = seated(database)
    settings = parse({"database": {"url": database.url}})
    program = wiring.build(settings)
    await program.intake.start()
    interpreter.settle()
    try:
        return await _rows(program, settings, sender, _questions(database, sizes), progress)
    finally:
        await program.intake.stop()
        program.core.close()
        program.core.database.close()


async def _rows(program: Program, settings: Config, sender: Sender, asked: list[str], progress: Progress) -> list[Row]:
    for question in asked[:20]:
        await _answer(program, sender, question)
    idle = [await _answer(program, sender, question) for _ in range(IDLE_ROUNDS) for question in asked]
    before = _resident()
    broadcast_id = await program.core.write(partial(_confirm, sender=sender))
    watched = Watched()
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(watched, stop))
    watcher.start()
    started = perf_counter()
    planning = asyncio.create_task(_plan(program, settings))
    while not planning.done():
        watched.answers.append(await _answer(program, sender, asked[len(watched.answers) % len(asked)]))
        await asyncio.sleep(0.02)
    await planning
    seconds = perf_counter() - started
    stop.set()
    watcher.join()
    frozen = await program.core.read(partial(_frozen, broadcast_id=broadcast_id))
    progress(f"{program.core.database.dialect}: planned", frozen, frozen)
    more = watched.most - before
    quiet, busy = percentile(idle, 0.99), percentile(watched.answers, 0.99)
    return [
        Row(f"{frozen:,} deliveries stand after", (f"{seconds:.1f} s",), f"≤ {TIME:.0f} s", seconds <= TIME),
        Row("memory above idle, the most", (f"{more:.0f} MB",), f"≤ {MEMORY:.0f} MB", more <= MEMORY),
        Row("chat answers when idle, p99", (f"{milliseconds(quiet)} ms",)),
        Row(
            f"chat answers meanwhile, p50 ({len(watched.answers)})",
            (f"{milliseconds(percentile(watched.answers, 0.5))} ms",),
        ),
        Row(
            "chat answers meanwhile, p99",
            (f"{milliseconds(busy)} ms, × {busy / quiet:.1f}",),
            f"≤ × {SLOWER:.0f}",
            busy <= SLOWER * quiet,
        ),
    ]


def _questions(database: Database, sizes: Sizes) -> list[str]:
    with database.reading() as session:
        people = people_of(session, sizes)
    kinds = [kind for kind in KINDS if kind.name in {"full name", "phone, last four", "company, whole"}]
    asked = [question for kind in kinds for one in people if (question := kind.ask(one))]
    return [f"find {question}" for question in asked[:: max(1, len(asked) // QUESTIONS)]][:QUESTIONS]


def _confirm(session: Session, sender: Sender) -> int:
    handle = session.exec(select(Handle).where(Handle.platform_user_id == sender.platform_id)).one()
    viewer = viewers.of_staff(session, session.get_one(Staff, handle.staff_id), timezone="Asia/Shanghai", language="zh")
    now = utc_now()
    draft = broadcasts.draft(session, _EVERYBODY, "{name},您好", viewer=viewer, now=now)
    return broadcasts.confirm(session, draft, viewer=viewer, now=now).id


async def _plan(program: Program, settings: Config) -> None:
    await LargeBroadcasts(program.core, settings, program.clock).run(asyncio.Event())


def _frozen(session: Session, broadcast_id: int) -> int:
    broadcast = session.get_one(Broadcast, broadcast_id)
    assert broadcast.work is BroadcastWork.NONE, broadcast.work
    counted = text("SELECT count(*) FROM delivery WHERE broadcast_id = :id")
    return int(session.connection().execute(counted, {"id": broadcast_id}).scalar_one())


async def _answer(program: Program, sender: Sender, question: str) -> float:
    room = Room(f"direct:{sender.platform_id}", RoomKind.DIRECT)
    event_id = f"{perf_counter()}-{next(_NUMBERS)}"
    started = perf_counter()
    await program.keyboard.type(sender, room, question, event_id=event_id)
    await program.intake.settled("console", event_key(sender, event_id))
    return perf_counter() - started


def _watch(watched: Watched, stop: threading.Event) -> None:
    while not stop.wait(0.2):
        watched.most = max(watched.most, _resident())


def _resident() -> float:
    """MB of memory that this process holds for itself: what of the database file is mapped is the system's."""
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Anonymous:")) / 2**10
