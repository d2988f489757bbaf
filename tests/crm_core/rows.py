"""The whole database as one value, to compare a before with an after."""

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_core.tables import metadata

#: What an undo adds to: the record of what was done.
_RECORDS = frozenset({"operation", "change", "audit"})


def dump(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table as the database has it, the records of operations left out."""
    session.flush()
    return {name: _rows(session, name) for name in sorted(metadata.tables) if name not in _RECORDS}


def _rows(session: Session, table: str) -> list[dict[str, Any]]:
    rows = session.connection().execute(text(f'SELECT * FROM "{table}"')).mappings()  # noqa: S608
    return sorted((dict(row) for row in rows), key=repr)
