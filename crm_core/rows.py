"""Adding a row that somebody else may be adding at the same moment."""

from collections.abc import Callable
from typing import TypeVar

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
