"""Taking a backup: one snapshot of the database, while everybody goes on working.

One long reading transaction (`REPEATABLE READ` on PostgreSQL; on SQLite the log keeps what is written meanwhile), so
that every table is from the same instant. Memory stays flat: rows go from the cursor to the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from crm_core.backup import schema
from crm_core.backup.file import Manifest, Progress, Table, drafting
from crm_core.database import Database
from crm_core.errors import Invalid

#: Rows between two words about how far it is.
_TOLD = 2000


def take(database: Database, path: Path, *, now: datetime, version: str, progress: Progress | None = None) -> Manifest:
    """Write a backup of the database to `path`, read it back, and tell what is in it.

    `now`: the moment before it begins. `version`: of the program. Raises `OSError` when the disk refuses, and `Invalid`
    when what is read back is not what was written.
    """
    with _snapshot(database) as connection, drafting(path) as draft:
        if not schema.revision(connection):
            raise Invalid("backup_nothing")
        tables = schema.tables(connection)
        counts = {table: _count(connection, table) for table in tables}
        counting = _Counting(sum(counts.values()), progress)
        taken: dict[str, Table] = {}
        for table in tables:
            lines = counting.count(_lines(connection, table))
            taken[table] = draft.put(table, schema.columns(connection, table), lines)
        if {table: found.rows for table, found in taken.items()} != counts:
            raise OSError("the database gave other rows than it has")
        manifest = Manifest(
            taken_at=now,
            revision=schema.revision(connection),
            version=version,
            dialect=connection.dialect.name,
            tables=taken,
            sequences=schema.sequences(connection),
        )
        draft.finish(manifest)
    return manifest


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        if database.dialect != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {schema.quoted_list((table,))}").scalar_one())  # noqa: S608


def _lines(connection: Connection, table: str) -> Iterator[str]:
    line, name = schema.line_of(connection, table), schema.quoted_list((table,))
    options = {"yield_per": schema.slice_of(table)}
    rows = connection.exec_driver_sql(f"SELECT {line} FROM {name}", execution_options=options)  # noqa: S608
    for slice_ in rows.partitions():
        for (text,) in slice_:
            yield text


class _Counting:
    """How many rows of all tables are done."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0

    def count(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            yield line
            self._done += 1
            if self._progress is not None and self._done % _TOLD == 0:
                self._progress(self._done, self._total)
