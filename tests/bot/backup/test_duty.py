"""The backup at its hour: made in a process of its own, by one node; administrators hear when it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot import config
from bot.backup import duty
from bot.backup.duty import BackupDuty, Take
from bot.config import Config
from bot.threads import Core
from crm_core.backup import record
from crm_core.backup.file import check
from crm_core.chat import Document
from crm_core.database import Database
from crm_core.outreach.tables import Delivery
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.conftest import NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def settings(sqlite_database: Database, folder: Path) -> Config:
    return hire_dora(sqlite_database, folder)


def hire_dora(database: Database, folder: Path) -> Config:
    with database.writing() as session:
        staff.add(session, "Dora", role=Role.ADMIN, now=NOW, handle=("console", "dora"))
    return config.parse({"database": {"url": database.url}, "backup": {"folder": str(folder)}})


class Node:
    """A node whose clock stands still unless moved."""

    def __init__(self, database: Database, settings: Config, take: Take | None = None) -> None:
        self.now = NOW
        self.core = Core(database, threads=2)
        self.duty = BackupDuty(self.core, settings, lambda: self.now, take)
        self.duty.open()

    def run(self) -> None:
        asyncio.run(self.duty.run(asyncio.Event()))

    def is_due(self) -> bool:
        with self.core.database.reading() as session:
            due = self.duty.due(session)
        return due is not None and due <= self.now

    def told(self) -> list[str]:
        with self.core.database.reading() as session:
            return [str(delivery.body["notice"]) for delivery in session.exec(select(Delivery))]


def failing(problem: str) -> Callable[[str, Path], Awaitable[Document]]:
    async def take(_url: str, _file: Path) -> Document:
        return {"problem": problem}

    return take


def test_it_is_made_checked_and_remembered(database: Database, folder: Path) -> None:
    node = Node(database, hire_dora(database, folder))
    assert node.is_due()
    node.run()
    assert not node.is_due()
    [file] = folder.iterdir()
    assert check(file).tables["staff"].rows == 1
    assert folder.stat().st_mode & 0o777 == 0o700
    with database.reading() as session:
        last = record.last(session)
    assert (last.file, last.bytes, last.problem) == (str(file), file.stat().st_size, "")


def test_a_second_node_leaves_it_alone(sqlite_database: Database, settings: Config, folder: Path) -> None:
    async def both() -> None:
        begun, ended = asyncio.Event(), asyncio.Event()

        async def slowly(url: str, file: Path) -> Document:
            begun.set()
            await ended.wait()
            return await duty.in_a_process(url, file)

        one, two = (
            Node(sqlite_database, settings, slowly),
            Node(sqlite_database, settings, failing("it was asked, too")),
        )
        first = asyncio.create_task(one.duty.run(asyncio.Event()))
        await begun.wait()
        await two.duty.run(asyncio.Event())
        ended.set()
        await first

    asyncio.run(both())
    assert len(list(folder.iterdir())) == 1


def test_a_failure_is_told_to_the_administrators_and_tried_again(sqlite_database: Database, settings: Config) -> None:
    node = Node(sqlite_database, settings, failing("No space left on device"))
    node.run()
    assert node.told() == ["backup_failed"]
    assert not node.is_due()
    node.now += timedelta(minutes=31)
    assert node.is_due()
    node.run()
    assert node.told() == ["backup_failed"], "once a day is enough"


def test_a_folder_that_cannot_be_written_is_a_failure_with_its_reason(
    sqlite_database: Database, settings: Config, folder: Path
) -> None:
    folder.write_text("a file stands where the folder should be")
    Node(sqlite_database, settings).run()
    with sqlite_database.reading() as session:
        assert record.last(session).problem == "File exists"


def test_somebody_hears_when_backups_are_overdue(sqlite_database: Database, settings: Config) -> None:
    node = Node(sqlite_database, settings)
    node.now += timedelta(days=2)
    asyncio.run(node.duty.worry(node.now))
    asyncio.run(node.duty.worry(node.now + timedelta(hours=1)))
    assert node.told() == ["backup_overdue"]


def test_a_stop_does_not_wait_for_it_and_another_node_makes_it(sqlite_database: Database, settings: Config) -> None:
    async def stopped() -> Node:
        begun, stopping = asyncio.Event(), asyncio.Event()

        async def forever(_url: str, _file: Path) -> Document:
            begun.set()
            await asyncio.Event().wait()
            return {}

        node = Node(sqlite_database, settings, forever)
        running = asyncio.create_task(node.duty.run(stopping))
        await begun.wait()
        stopping.set()
        await running
        return node

    node = asyncio.run(stopped())
    node.now += record.LEASE + timedelta(seconds=1)
    assert node.is_due()


def test_without_a_folder_nothing_is_due(sqlite_database: Database) -> None:
    node = Node(sqlite_database, config.parse({"database": {"url": sqlite_database.url}}))
    assert not node.is_due()
    asyncio.run(node.duty.worry(NOW + timedelta(days=9)))
    assert node.told() == []
