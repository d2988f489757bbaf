"""Bringing a backup back, into either database: whole or not at all.

Into SQLite a new file is filled, checked, and takes the place of the old one in one step; the old one is kept beside
it. Into PostgreSQL everything is one transaction. An older backup is loaded into its own schema and migrated. In the
same step everything that would go out by itself is held until an administrator has decided.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, delete, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from crm_core import indexes
from crm_core.backup import schema
from crm_core.backup.file import Backup, Manifest, Progress, settle
from crm_core.database import Database
from crm_core.errors import Conflict, Invalid
from crm_core.migrations import run as migrations
from crm_core.outreach import holding
from crm_core.platforms import pulses
from crm_core.platforms.tables import Memo

#: So far the numbers go on: those that people and platforms may have seen after the backup was taken are not given
#: again. On SQLite that is so for the tables that never give one twice (`sqlite_autoincrement`).
_GAP = 1000
_PATIENCE = "10s"


@dataclass(frozen=True)
class Restored:
    """`kept`: where the database is that was there before, if there was one with anything in it."""

    manifest: Manifest
    waiting: holding.Waiting
    kept: Path | None = None


def examine(backup: Backup, url: str, *, force: bool, now: datetime) -> None:
    """Whether the backup may be brought into this database. Raises `Conflict` or `Invalid`, and changes nothing.

    `force`: what is there may be replaced.
    """
    manifest = backup.manifest
    if not migrations.knows(manifest.revision):
        raise Invalid("backup_newer", version=manifest.version)
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            names = schema.tables(connection)
            rows = sum(_count(connection, name) for name in names)
        running = pulses.fresh(database, now) if "memo" in names else 0
    finally:
        database.close()
    if running:
        raise Conflict("restore_running", nodes=running)
    if rows and not force:
        raise Conflict("restore_not_empty", rows=rows)


def restore(backup: Backup, url: str, *, now: datetime, progress: Progress | None = None) -> Restored:
    """Make the database what it was, and hold what would go out. `examine` first. Raises `Invalid`, `Conflict`."""
    loading = _Loading(backup, now, progress)
    file = sqlite_file(url)
    return loading.into_postgresql(url) if file is None else loading.into_sqlite(file)


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    parts = make_url(url)
    return Path(parts.database or "crmbot.db") if parts.get_backend_name() == "sqlite" else None


class _Loading:
    def __init__(self, backup: Backup, now: datetime, progress: Progress | None) -> None:
        self._backup = backup
        self._manifest = backup.manifest
        self._now = now
        self._progress = progress
        self._done = 0

    def into_sqlite(self, file: Path) -> Restored:
        if file.exists():
            _detach(file)
        draft = file.with_name(f".{file.name}.restoring")
        file.parent.mkdir(parents=True, exist_ok=True)
        _remove(draft)
        try:
            waiting = self._fill(draft)
            return Restored(self._manifest, waiting, _exchange(draft, file, self._now))
        finally:
            _remove(draft)

    def _fill(self, draft: Path) -> holding.Waiting:
        draft.touch(mode=0o600)
        database = Database(f"sqlite:///{draft}")
        try:
            with database.engine.connect() as connection:
                migrations.bring_to(connection, self._manifest.revision)
                connection.commit()
                self._check_tables(connection)
            self._load_sqlite(draft)
            migrations.upgrade(database)
            with database.writing() as session:
                return self._hold(session)
        finally:
            database.close()

    def _load_sqlite(self, draft: Path) -> None:
        """Fast, since nobody else sees this file, and what is half-done is thrown away."""
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            for setting in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN IMMEDIATE")
            for name in reversed(list(self._manifest.tables)):
                connection.execute(f"DELETE FROM {schema.quoted_list((name,))}")  # noqa: S608
            for name, table in self._manifest.tables.items():
                into = f"INSERT INTO {schema.quoted_list((name,))} ({schema.quoted_list(table.columns)})"
                marks = ", ".join("?" * len(table.columns))
                for some in self._slices(name):
                    connection.executemany(f"{into} VALUES ({marks})", some)
            for name in _numbered(connection):
                _go_on(connection, name, self._manifest.sequences.get(name, 0))
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Invalid("backup_broken", file=self._backup.name)
            connection.execute("COMMIT")
        except sqlite3.IntegrityError:
            raise Invalid("backup_broken", file=self._backup.name) from None
        finally:
            connection.close()

    def into_postgresql(self, url: str) -> Restored:
        database = Database(url)
        try:
            with database.engine.connect() as connection:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
                connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
                connection.exec_driver_sql("SET LOCAL plan_cache_mode = auto")  # foreign keys are checked by one plan
                self._replace(connection)
                with Session(
                    connection, expire_on_commit=False, join_transaction_mode="conditional_savepoint"
                ) as session:
                    waiting = self._hold(session)
                    session.flush()
                connection.commit()
            indexes.bring_up_to_date(database)
        except psycopg.errors.IntegrityError:
            raise Invalid("backup_broken", file=self._backup.name) from None
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise Conflict("restore_in_use") from None
            raise
        finally:
            database.close()
        return Restored(self._manifest, waiting)

    def _replace(self, connection: Connection) -> None:
        for name in schema.everything(connection):
            connection.exec_driver_sql(f"DROP TABLE {schema.quoted_list((name,))} CASCADE")
        migrations.bring_to(connection, self._manifest.revision)
        self._check_tables(connection)
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            for name, table in self._manifest.tables.items():
                self._copy(cursor, name, table.columns)
        migrations.bring_to(connection, "head")
        for table_name, sequence in schema.serials(connection):
            _move_on(connection, table_name, sequence, self._manifest.sequences.get(table_name, 0))

    def _copy(self, cursor: "psycopg.Cursor[Any]", name: str, columns: tuple[str, ...]) -> None:
        into = f"COPY {schema.quoted_list((name,))} ({schema.quoted_list(columns)}) FROM STDIN"
        with cursor.copy(into.encode()) as copy:
            for some in self._slices(name):
                for row in some:
                    copy.write_row(row)

    def _slices(self, name: str) -> Iterator[Sequence[Sequence[Any]]]:
        rows = self._backup.rows(name)
        while some := list(islice(rows, schema.slice_of(name))):
            yield some
            self._done += len(some)
            if self._progress is not None:
                self._progress(self._done, self._manifest.rows)

    def _check_tables(self, connection: Connection) -> None:
        """Names of the file go into SQL only when the schema has them."""
        known = {name: set(schema.columns(connection, name)) for name in schema.tables(connection)}
        for name, table in self._manifest.tables.items():
            if not set(table.columns) <= known.get(name, set()):
                raise Invalid("backup_unfit", file=self._backup.name, table=name[:60])

    def _hold(self, session: Session) -> holding.Waiting:
        session.execute(delete(Memo).where(col(Memo.platform) == pulses.PLATFORM, col(Memo.kind) == pulses.KIND))
        held = holding.Held(self._manifest.taken_at, self._now)
        holding.hold(session, held)
        return holding.waiting(session, held)


def _exchange(draft: Path, file: Path, now: datetime) -> Path | None:
    """Put the new file in the place of the old one, which keeps its data under another name."""
    kept = None
    if file.exists():
        _detach(file)
        kept = file.with_name(f"{file.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        with suppress(FileExistsError):
            os.link(file, kept)
    with draft.open("rb") as whole:
        os.fsync(whole.fileno())
    draft.replace(file)
    settle(file.parent)
    return kept


def _detach(file: Path) -> None:
    """Have everything of the old database in its one file. Its log beside a new file would ruin that."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file, timeout=1)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if any(Path(f"{file}{ending}").exists() for ending in ("-wal", "-journal")):
        raise Conflict("restore_in_use")


def _remove(draft: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{draft}{ending}").unlink(missing_ok=True)


def _numbered(connection: sqlite3.Connection) -> list[str]:
    """SQLite: the tables that never give a number twice."""
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    return [name for (name,) in connection.execute(wanted)]


def _go_on(connection: sqlite3.Connection, table: str, last: int) -> None:
    """The same as `_move_on`, for SQLite; also for a table in which nothing stands yet."""
    highest = connection.execute(f"SELECT max(id) FROM {schema.quoted_list((table,))}").fetchone()[0] or 0  # noqa: S608
    connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    gap = (table, max(highest, last) + _GAP)
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", gap)


def _move_on(connection: Connection, table: str, sequence: str, last: int) -> None:
    """The next number is one that nobody has seen."""
    name = schema.quoted_list((table,))
    highest = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {name}").scalar_one()  # noqa: S608
    connection.exec_driver_sql(f"SELECT setval('{sequence}', {max(highest, last) + _GAP})")


def _count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {schema.quoted_list((table,))}").scalar_one())  # noqa: S608
