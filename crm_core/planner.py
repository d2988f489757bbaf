"""How PostgreSQL plans what is done inside; elsewhere it plans for the values at hand (see `database`). None of these
stands within another."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

#: What `database` has set; the others PostgreSQL has on by itself.
_ELSEWHERE = {"plan_cache_mode": "force_custom_plan"}


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """A statement is planned once, for its indexes and whatever its values. Planning takes ten times as long as a
    lookup reads, and estimates for tokens are guesses: a wrong one scans the table for a second."""
    with _planning(session, plan_cache_mode="force_generic_plan", enable_seqscan="off"):
        yield


@contextmanager
def row_by_row(session: Session) -> Iterator[None]:
    """Each row is followed to what belongs to it, for a stretch of a large table: by its estimates PostgreSQL would
    rather read the other tables whole, for every stretch anew."""
    with _planning(session, enable_seqscan="off", enable_hashjoin="off", enable_mergejoin="off"):
        yield


@contextmanager
def many_rows(session: Session) -> Iterator[None]:
    """Very many rows are written: what checks each foreign key of each of them is planned once, for its index, however
    small the other table was then. To plan takes three times as long as to check."""
    with _planning(session, plan_cache_mode="force_generic_plan", enable_seqscan="off"):
        yield


@contextmanager
def _planning(session: Session, **settings: str) -> Iterator[None]:
    """An error rolls the transaction back, and the settings with it."""
    if session.get_bind().dialect.name == "sqlite":
        yield
        return
    _set(session, settings)
    yield
    _set(session, {name: _ELSEWHERE.get(name, "on") for name in settings})


def _set(session: Session, settings: dict[str, str]) -> None:
    """Until the transaction ends; straight to the driver, since a lookup takes no longer than what goes around it."""
    calls = ", ".join(f"set_config('{name}', %s, true)" for name in settings)
    cursor: Any = session.connection().connection.cursor()
    try:
        cursor.execute(f"SELECT {calls}", tuple(settings.values()))
    finally:
        cursor.close()
