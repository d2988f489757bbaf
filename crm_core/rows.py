"""Adding rows: one that somebody else may be adding at the same moment, and many whose ids must be known. Reading many
at once that are then asked for one by one."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Select, Table, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import class_mapper
from sqlmodel import Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)

_AT_HAND, _LOCKED = "rows at hand", "rows locked"


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


def keep_at_hand(session: Session, table: type[Row], ids: Iterable[int | None]) -> Sequence[Row]:
    """Read these rows with one statement; as long as the session lives, `session.get` finds them without another."""
    wanted = {id_ for id_ in ids if id_ is not None}
    found = session.scalars(_these(table, wanted)).all() if wanted else ()
    session.info.setdefault(_AT_HAND, []).extend(found)
    return found


def lock(session: Session, table: type[Row], ids: Iterable[int]) -> None:
    """Lock these rows for this transaction with one statement; `locked` finds them without another."""
    found = session.scalars(_these(table, ids).with_for_update().execution_options(populate_existing=True))
    key = class_mapper(table).primary_key_from_instance
    session.info.setdefault(_LOCKED, {}).update({(table, *key(row)): row for row in found})


def locked(session: Session, table: type[Row], id_: int) -> Row | None:
    """This row, locked for this transaction; None: there is none."""
    at_hand: dict[tuple[type[SQLModel], int], Row] = session.info.get(_LOCKED, {})
    return at_hand.get((table, id_)) or session.get(table, id_, with_for_update=True)


def _these(table: type[Row], ids: Iterable[int]) -> Select[Row]:
    [key] = class_mapper(table).primary_key
    return select(table).where(key.in_(sorted(set(ids)))).order_by(key)
