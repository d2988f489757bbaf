"""From a line typed to the card shown: the whole way through ledger, record, router and board."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from time import perf_counter
from typing import Any

from sqlalchemy import func
from sqlmodel import select

from adapters.console.client import Post
from adapters.console.keyboard import event_key
from bench.company import Sizes
from bench.lookup import KINDS, people_of, shown, version
from bench.report import Row, Section, machine, milliseconds, percentile
from bench.rounds import NOTE, medians
from bench.store import Progress
from bot import interpreter, wiring
from bot.config import parse
from bot.ports.board import CoreBoard
from bot.program import Program
from crm_core.chat import Room, RoomKind, Sender
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.database import Database
from crm_core.people.tables import Handle, Role, Staff

QUESTIONS = 100
_TARGET = 0.050
_ASKED = ("full name", "one character, surname", "pinyin, whole", "initials", "phone, last four", "company, whole")
_NUMBERS = count(1)


class _Watched(CoreBoard):
    """The board of the console, and whether an answer stands on it."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.core, program.clock)
        self.answered = asyncio.Event()

    async def append(self, room_id: str, author_id: str, card: dict[str, Any], **how: Any) -> Post:
        post = await super().append(room_id, author_id, card, **how)
        if post.is_answer:
            self.answered.set()
        return post


class _Talk:
    """One member of staff who types in their direct chat, one line after the other."""

    def __init__(self, runner: asyncio.Runner, program: Program, sender: Sender) -> None:
        self._runner = runner
        self._program = program
        self._sender = sender
        self._room = Room(f"direct:{sender.platform_id}", RoomKind.DIRECT)
        self._board = program.console.board = _Watched(program)
        self._typed = ""

    def times(self, texts: list[str]) -> list[float]:
        return medians(self._turn, texts, self._rest)

    def _turn(self, text: str) -> None:
        self._runner.run(self._type(text))

    async def _type(self, text: str) -> None:
        self._typed = f"{perf_counter()}-{next(_NUMBERS)}"
        self._board.answered.clear()
        await self._program.keyboard.type(self._sender, self._room, text, event_id=self._typed)
        await self._board.answered.wait()

    def _rest(self) -> None:
        """Until the envelope is closed too."""
        self._runner.run(self._program.intake.settled(self._program.console.name, event_key(self._sender, self._typed)))


def run(sizes: Sizes, databases: Sequence[Database], progress: Progress) -> list[Section]:
    """A section per database."""
    return [_section(sizes, database, progress) for database in databases]


def _section(sizes: Sizes, database: Database, progress: Progress) -> Section:
    with database.reading() as session:
        people, note = people_of(session, sizes), machine(version(session))
    section = Section(
        f"Command in, card out on {shown(database)}",
        f"{sizes.customers:,} customers; `find …` typed in the console's direct chat until its answer stands there, "
        f"one after the other, {QUESTIONS} of each kind; the floor is `whoami`, which looks nothing up; "
        f"{NOTE}; {note}.",
        ("p50 ms", "p99 ms", "× floor"),
    )
    with _all_answered(database), _talking(database) as talk:
        floor = talk.times(["whoami"] * QUESTIONS)
        section.rows.append(Row("whoami (floor)", (*_cells(floor), "1.0")))
        for at, kind in enumerate(one for one in KINDS if one.name in _ASKED):
            asked = [question for one in people if (question := kind.ask(one))][:QUESTIONS]
            times = talk.times([f"find {question}" for question in asked])
            ratio = percentile(times, 0.5) / percentile(floor, 0.5)
            held = percentile(times, 0.99) <= _TARGET
            section.rows.append(Row(kind.name, (*_cells(times), f"{ratio:.1f}"), "p99 ≤ 50 ms", held))
            progress(f"{database.dialect}: turns", at + 1, len(_ASKED))
    return section


@contextmanager
def _all_answered(database: Database) -> Iterator[None]:
    """What is set aside is settled at once, and must not pass for an answer."""
    before = _set_aside(database)
    yield
    assert _set_aside(database) == before, "some questions were not answered"


def _set_aside(database: Database) -> int:
    with database.reading() as session:
        aside = select(func.count()).select_from(EnvelopeRow).where(EnvelopeRow.state == EnvelopeState.SET_ASIDE)
        return session.exec(aside).one()


def _cells(times: list[float]) -> tuple[str, str]:
    return milliseconds(percentile(times, 0.5)), milliseconds(percentile(times, 0.99))


@contextmanager
def _talking(database: Database) -> Iterator[_Talk]:
    """The program over this database, and a member of staff who sees everybody."""
    sender = seated(database)
    program = wiring.build(parse({"database": {"url": database.url}}))
    with asyncio.Runner() as runner:
        runner.run(program.start())
        interpreter.settle()
        yield _Talk(runner, program, sender)
        runner.run(program.stop())


def seated(database: Database) -> Sender:
    """Who asks: a member of staff who sees everybody, on the console."""
    with database.writing() as session:
        member = session.exec(select(Staff).order_by(Staff.id)).first()  # type: ignore[arg-type]
        assert member is not None
        member.role = Role.ADMIN
        session.add(member)
        handle = session.exec(select(Handle).where(Handle.staff_id == member.id, Handle.platform == "console")).first()
        if handle is None:
            handle = Handle(staff_id=member.id, platform="console", platform_user_id="bench")
            session.add(handle)
        return Sender(handle.platform_user_id, member.name)
