"""A small company with everything in it, and empty databases of both kinds to bring it back into."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, make_url

from bot.sample import company
from crm_core.backup import schema, taking
from crm_core.database import Database
from crm_core.files import shelf
from crm_core.outreach import nudges
from crm_core.people import staff
from crm_core.people.viewer import of_staff
from tests.conftest import NOW
from tests.postgres import Databases

#: A file that goes out, in several parts.
LIST = bytes(range(256)) * 5_000

#: Table → its rows, as a backup has them.
Everything = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def taken(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the company in `crmbot.db` and its backup, `company.backup.zip`; to be copied from."""
    folder = tmp_path_factory.mktemp("taken")
    (folder / "crmbot.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{folder}/crmbot.db")
    fill(database)
    taking.take(database, folder / "company.backup.zip", now=NOW, version="1.0")
    database.close()
    return folder


@pytest.fixture
def full_database(taken: Path, tmp_path: Path) -> Iterator[Database]:
    """The company in SQLite."""
    (tmp_path / "full.db").write_bytes((taken / "crmbot.db").read_bytes())
    database = Database(f"sqlite:///{tmp_path}/full.db")
    yield database
    database.close()


@pytest.fixture
def small(taken: Path, tmp_path: Path) -> Path:
    """A backup of the company in SQLite."""
    file = tmp_path / "company.backup.zip"
    file.write_bytes((taken / "company.backup.zip").read_bytes())
    file.chmod((taken / "company.backup.zip").stat().st_mode)
    return file


@pytest.fixture
def company_in(database: Database) -> Database:
    """The sample company, on SQLite and on PostgreSQL."""
    fill(database)
    return database


def fill(database: Database) -> None:
    with database.writing() as session:
        for _ in company.build(session, now=NOW, customers=4):
            pass
        alice = staff.everyone(session)[0]
        nudges.schedule(
            session,
            viewer=of_staff(session, alice, timezone="Asia/Shanghai", language="zh"),
            for_staff=alice,
            text="给王五回电话",
            due_at=NOW + timedelta(hours=1),
            timezone="Asia/Shanghai",
            now=NOW,
            platform="console",
        )
        list_ = shelf.begin(session, shelf.digest_of(LIST), len(LIST), now=NOW)
        for number, slab in shelf.slabs(LIST):
            shelf.put(session, list_.id, number, slab)
        shelf.finish(session, list_.id)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """The URL of an empty database of a kind, "sqlite" or "postgresql"."""
    made: list[str] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/brought-back.db"
        made.append(f"restore_{uuid4().hex}")
        _on_server(request, f'CREATE DATABASE "{made[-1]}"')
        return make_url(_server(request)).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    for name in made:
        _on_server(request, f'DROP DATABASE "{name}" WITH (FORCE)')


def everything(database: Database) -> Everything:
    """Every row but what a restore itself writes down."""
    with database.engine.connect() as connection:
        return {table: _rows(connection, table) for table in schema.tables(connection) if table != "memo"}


def _rows(connection: Connection, table: str) -> list[list[Any]]:
    lines = connection.exec_driver_sql(f"SELECT {schema.line_of(connection, table)} FROM {table}").scalars()  # noqa: S608
    return sorted(([_meant(value) for value in json.loads(line)] for line in lines), key=str)


def _meant(value: Any) -> Any:
    """PostgreSQL keeps what a JSON document means, not how it was spelled."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.dumps(json.loads(value), sort_keys=True)
    return value


def _server(request: pytest.FixtureRequest) -> str:
    databases: Databases = request.getfixturevalue("postgres")
    return databases.url


def _on_server(request: pytest.FixtureRequest, statement: str) -> None:
    url = make_url(_server(request)).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
