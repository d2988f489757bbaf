"""The inverted index of one table of texts: row ids by token, in each database's own text search.

SQLite: a contentless FTS5 table without positions; what is taken out must be named token by token, exactly as it was
put in. PostgreSQL: a `tsvector` per row under GIN. Statements here go straight to the driver: a lookup is a handful of
them, and should cost what its row reads cost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from crm_core.text.terms import Query, to_fts5, to_tsquery

#: A row id with its tokens.
Row = tuple[int, Sequence[str]]

_BULK_BUFFER = 64 * 2**20
_BUFFER = 2**20

#: Rows whose ids are alike but for so many bits are of one age.
_AGE_BITS = 15


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def read(session: Session, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement in the session's transaction, as the driver gives them; parameters are `?`."""
    connection = session.connection()
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_spelled(connection, sql), values)
        return cursor.fetchall()  # type: ignore[return-value]
    finally:
        cursor.close()


def write(session: Session, sql: str, rows: Iterable[Sequence[Any]] = ((),)) -> None:
    """Run a statement once per row of values, in the session's transaction; parameters are `?`."""
    connection = session.connection()
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(_spelled(connection, sql), list(rows))
    finally:
        cursor.close()


def _spelled(connection: Connection, sql: str) -> str:
    return sql if connection.dialect.name == "sqlite" else sql.replace("?", "%s")


def marks(values: Sequence[Any]) -> str:
    """`?, ?, ?` for a list of values; nothing is equal to what stands for an empty one."""
    return ", ".join("?" * len(values)) or "NULL"


def version(session: Session, name: str) -> int:
    """The version of the tokens an index was built with; 0: never built."""
    found = read(session, "SELECT version FROM search_state WHERE name = ?", (name,))
    return int(found[0][0]) if found else 0


def set_version(session: Session, name: str, number: int) -> None:
    write(session, "DELETE FROM search_state WHERE name = ?", [(name,)])
    write(session, "INSERT INTO search_state (name, version) VALUES (?, ?)", [(name, number)])


def age_of(id_: int) -> int:
    """The larger, the younger."""
    return id_ >> _AGE_BITS


def first_of(age: int) -> int:
    """The lowest id of this age."""
    return age << _AGE_BITS


def age_token(age: int) -> str:
    return f"y{age}"


def _words(id_: int, tokens: Sequence[str], *, aged: bool) -> str:
    return " ".join((*tokens, age_token(age_of(id_))) if aged else tokens)


@dataclass(frozen=True)
class Postings:
    """The index in `table` (SQLite: rowid, words; PostgreSQL: id, words). `aged`: its newest rows are asked for first
    (see `newest`), so on PostgreSQL, whose postings have no order, each row has the token of its age as well."""

    table: str
    aged: bool = False

    def put(self, session: Session, rows: Iterable[Row]) -> None:
        """Add rows that are not in the index."""
        sql = self._sql(
            session,
            sqlite="INSERT INTO <table>(rowid, words) VALUES (?, ?)",
            postgresql="INSERT INTO <table>(id, words) VALUES (?, ?::tsvector) "
            "ON CONFLICT (id) DO UPDATE SET words = excluded.words",
        )
        aged = self.aged and not is_sqlite(session)
        write(session, sql, [(id_, _words(id_, tokens, aged=aged)) for id_, tokens in rows if tokens])

    def load(self, session: Session, rows: Iterable[Row]) -> None:
        """Add very many rows to an empty index, between `prepare_bulk` and `finish_bulk`."""
        if is_sqlite(session):
            self.put(session, rows)
            return
        cursor: Any = session.connection().connection.cursor()
        with cursor.copy(self._named("COPY <table> (id, words) FROM STDIN")) as copy:
            for id_, tokens in rows:
                if tokens:
                    copy.write_row((id_, _words(id_, tokens, aged=self.aged)))

    def take(self, session: Session, rows: Iterable[Row]) -> None:
        """Remove rows; `rows` name every token they were put in with."""
        if is_sqlite(session):
            sql = self._named("INSERT INTO <table>(<table>, rowid, words) VALUES ('delete', ?, ?)")
            write(session, sql, [(id_, " ".join(tokens)) for id_, tokens in rows if tokens])
        else:
            write(session, self._named("DELETE FROM <table> WHERE id = ?"), [(id_,) for id_, _ in rows])

    def swap(self, session: Session, ids: Sequence[int], old: str, new: str) -> None:
        """Put the token `new` in the place of `old` in these rows; the rest of a row stays untouched."""
        if is_sqlite(session):
            self.take(session, [(id_, [old]) for id_ in ids])
            self.put(session, [(id_, [new]) for id_ in ids])
        else:
            sql = self._named("UPDATE <table> SET words = ts_delete(words, ?) || ?::tsvector WHERE id = ANY(?)")
            write(session, sql, [(old, new, list(ids))])

    def prepare_bulk(self, session: Session) -> None:
        """Empty the index and get ready for very many rows."""
        if is_sqlite(session):
            write(session, self._named("INSERT INTO <table>(<table>) VALUES ('delete-all')"))
            self._buffer(session, _BULK_BUFFER)
        else:
            write(session, self._named("DELETE FROM <table>"))
            write(session, self._named("DROP INDEX IF EXISTS <table>_gin"))

    def finish_bulk(self, session: Session) -> None:
        """Bring what was loaded into its final form."""
        if is_sqlite(session):
            self._buffer(session, _BUFFER)
            write(session, self._named("INSERT INTO <table>(<table>) VALUES ('optimize')"))
        else:
            write(session, self._named("CREATE INDEX <table>_gin ON <table> USING gin (words)"))
            write(session, self._named("ANALYZE <table>"))

    def ids(self, session: Session, sql: str, values: Sequence[Any]) -> list[int]:
        """The ids that a statement about `<table>` gives."""
        return [id_ for (id_,) in read(session, self._named(sql), values)]

    def _buffer(self, session: Session, size: int) -> None:
        write(session, self._named("INSERT INTO <table>(<table>, rank) VALUES ('hashsize', ?)"), [(size,)])

    def _sql(self, session: Session, *, sqlite: str, postgresql: str) -> str:
        return self._named(sqlite if is_sqlite(session) else postgresql)

    def _named(self, sql: str) -> str:
        return sql.replace("<table>", self.table)


def spelled(session: Session, query: Query) -> str:
    """The query as this database's text search reads it."""
    return to_fts5(query) if is_sqlite(session) else to_tsquery(query)
