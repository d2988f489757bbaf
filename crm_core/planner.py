"""How PostgreSQL plans what is done inside; elsewhere it plans for the values at hand (see `database`)."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from crm_core.text.postings import is_sqlite, read


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
    """Very many rows are written: what checks each foreign key of each of them is planned once. To plan takes three
    times as long as to check."""
    with _planning(session, plan_cache_mode="force_generic_plan"):
        yield


#: What `database` has set, or PostgreSQL has by itself.
_ELSEWHERE = {"plan_cache_mode": "force_custom_plan"}


@contextmanager
def _planning(session: Session, **settings: str) -> Iterator[None]:
    if is_sqlite(session):
        yield
        return
    _set(session, settings)
    yield
    _set(session, {name: _ELSEWHERE.get(name, "on") for name in settings})


def _set(session: Session, settings: dict[str, str]) -> None:
    """Until the transaction ends."""
    calls = ", ".join(f"set_config('{name}', ?, true)" for name in settings)
    read(session, f"SELECT {calls}", tuple(settings.values()))
