"""PostgreSQL for the tests: migrated databases, emptied after a test and used again by the next one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from crm_core.database import Database
from crm_core.migrations import run as migrations

#: So often one database is used; then what was deleted from it is in the way.
_USES = 100

_TEMPLATE = "template_crmbot"

#: Counts every change of the shape of the database.
_WATCH = """
CREATE SCHEMA tests;
CREATE SEQUENCE tests.shapes;
CREATE FUNCTION tests.count_shape() RETURNS event_trigger LANGUAGE plpgsql
  AS 'BEGIN PERFORM nextval(''tests.shapes''); END';
CREATE EVENT TRIGGER count_shape ON ddl_command_end EXECUTE FUNCTION tests.count_shape();
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_HANG_UP = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_COUNT_ANEW = """
SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence
WHERE seqrelid <> 'tests.shapes'::regclass AND pg_sequence_last_value(seqrelid) IS NOT NULL
"""


class Databases:
    """Those of one server. One is emptied, not made anew, unless a test gave it another shape."""

    def __init__(self, url: str) -> None:
        """`url`: of the server, for SQLAlchemy or for libpq."""
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._spare: list[_Copy] = []
        self._make_the_template()

    @property
    def url(self) -> str:
        """Of the server, for SQLAlchemy."""
        return self._url.render_as_string(hide_password=False)

    @contextmanager
    def one(self) -> Iterator[str]:
        """The URL of a migrated database as it is before anybody uses it, nobody else's until the block ends."""
        copy = self._spare.pop() if self._spare else self._copy()
        yield copy.url
        if copy.emptied():
            self._spare.append(copy)
        else:
            self._drop(copy)

    def close(self) -> None:
        while self._spare:
            self._drop(self._spare.pop())

    def _make_the_template(self) -> None:
        self._do(f"CREATE DATABASE {_TEMPLATE}")
        database = Database(self._url_of(_TEMPLATE))
        migrations.upgrade(database)
        database.close()
        with psycopg.connect(_libpq(self._url_of(_TEMPLATE)), autocommit=True) as connection:
            connection.execute(_WATCH)

    def _copy(self) -> "_Copy":
        name = f"test_{uuid4().hex}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY')
        return _Copy(name, self._url_of(name))

    def _drop(self, copy: "_Copy") -> None:
        copy.close()
        self._do(f'DROP DATABASE "{copy.name}" WITH (FORCE)')

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with psycopg.connect(_libpq(self.url), autocommit=True) as connection:
            connection.execute(statement.encode())


class _Copy:
    """One database, and a connection to empty it. `given`: table → the rows it has from the beginning."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._uses = 0
        self._connection = psycopg.connect(_libpq(url), autocommit=True)
        self._tables: tuple[str, ...] = tuple(table for (table,) in self._connection.execute(_TABLES))
        self._given = {table: self._rows(table) for table in self._filled()}

    def emptied(self) -> bool:
        """Whether it is as it was in the beginning again."""
        self._uses += 1
        try:
            return self._uses < _USES and self._is_in_shape() and self._empty()
        except psycopg.Error:
            return False

    def close(self) -> None:
        self._connection.close()

    def _is_in_shape(self) -> bool:
        self._connection.execute(_HANG_UP)
        return self._one(sql.SQL("SELECT NOT is_called FROM tests.shapes")) == (True,)

    def _empty(self) -> bool:
        """Foreign keys are not looked at, since nothing is left that could refer to what goes."""
        filled = set(self._filled())
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")
            for table in filled - self._given.keys():
                self._connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            self._connection.execute(_COUNT_ANEW)
        return filled >= self._given.keys() and all(self._rows(table) == rows for table, rows in self._given.items())

    def _filled(self) -> list[str]:
        one = sql.SQL("EXISTS (SELECT FROM {})")
        full = self._one(
            sql.SQL("SELECT ") + sql.SQL(", ").join(one.format(sql.Identifier(each)) for each in self._tables)
        )
        return [table for table, is_full in zip(self._tables, full, strict=True) if is_full]

    def _rows(self, table: str) -> Sequence[object]:
        query = sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table))
        rows: Sequence[object] = self._connection.execute(query, prepare=True).fetchall()
        return rows

    def _one(self, query: sql.SQL | sql.Composed) -> tuple[object, ...]:
        row: tuple[object, ...] | None = self._connection.execute(query, prepare=True).fetchone()
        assert row is not None
        return row


def forget_the_disk(url: str) -> None:
    """This server is gone after the tests: it need not survive the machine."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
