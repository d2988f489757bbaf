"""Encrypted rows of a platform's archive, kept until they are opened."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crm_core.archiving import Sealed
from crm_core.platforms.tables import SealedRow
from crm_core.tables import metadata

_TABLE = metadata.tables["sealed_row"]
_ADDED = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["platform", "queue", "number"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def keep(session: Session, platform: str, queue: str, rows: Sequence[Sealed], *, now: datetime) -> None:
    """Keep these rows; those that are there already stay as they are."""
    values = [
        {
            "platform": platform,
            "queue": queue,
            "number": row.number,
            "body": row.body,
            "problem": "",
            "kept_at": now,
        }
        for row in rows
    ]
    if values:
        connection = session.connection()
        connection.execute(_ADDED[connection.dialect.name], values)


def waiting(session: Session, platform: str, queue: str, limit: int, *, after: int = -1) -> list[Sealed]:
    """Rows that nobody tried to open, of numbers above `after`, in order."""
    query = (
        select(SealedRow.number, SealedRow.body)
        .where(SealedRow.platform == platform, SealedRow.queue == queue, SealedRow.problem == "")
        .where(col(SealedRow.number) > after)
        .order_by(col(SealedRow.number))
        .limit(limit)
    )
    return [Sealed(number, body) for number, body in session.exec(query)]


def settle(session: Session, platform: str, queue: str, opened: Collection[int], problems: Mapping[int, str]) -> None:
    """Let go of the rows that were opened, and remember why others were not. By number."""
    connection = session.connection()
    mine = (_TABLE.c.platform == platform, _TABLE.c.queue == queue)
    if opened:
        connection.execute(delete(_TABLE).where(*mine, _TABLE.c.number.in_(list(opened))))
    for problem in set(problems.values()):
        numbers = [number for number, found in problems.items() if found == problem]
        connection.execute(update(_TABLE).where(*mine, _TABLE.c.number.in_(numbers)).values(problem=problem))


def retry(session: Session, platform: str, queue: str, problems: Collection[str] | None = None) -> int:
    """Let the rows with these problems (None: with any) be opened once more; how many."""
    change = update(_TABLE).where(_TABLE.c.platform == platform, _TABLE.c.queue == queue, _TABLE.c.problem != "")
    if problems is not None:
        change = change.where(_TABLE.c.problem.in_(list(problems)))
    result: CursorResult[Any] = session.connection().execute(change.values(problem=""))
    return result.rowcount


def counts(session: Session, platform: str, queue: str) -> dict[str, int]:
    """Problem → how many rows; "": those that wait to be opened."""
    query = (
        select(SealedRow.problem, func.count())
        .where(SealedRow.platform == platform, SealedRow.queue == queue)
        .group_by(SealedRow.problem)
    )
    return dict(session.exec(query).all())
