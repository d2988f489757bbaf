"""Adding rows: one that somebody else may be adding at the same moment, and many whose ids must be known."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Table, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)


def add_or_find(session: Session, row: Row, find: Callable[[], Row | None]) -> Row:
    """Insert `row`; when its unique key was taken meanwhile by another transaction, the row `find` gives."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = find()
        if found is None:
            raise
        return found
    return row


def reserve(session: Session, table: Table, count: int) -> Sequence[int]:
    """Ids for so many new rows of a table, ascending, so that they can be written without asking for each.

    On SQLite they follow the largest: a writing session holds the lock, and nobody else adds a row until it ends.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return sorted(connection.execute(drawn, {"table": table.name, "count": count}).scalars())
    last = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table.name}").scalar_one()  # noqa: S608
    return range(last + 1, last + 1 + count)
