"""One write a person asked for, recorded row by row, and taken back.

`recording` watches a session: every insert, update and delete of an `Undoable` table inside it becomes a `Change` of
the operation. `undo` plays the changes backwards, unless a row was changed by somebody else meanwhile. Only changes
made through mapped objects are seen: nothing undoable is written by a bulk statement.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session, col, select

from crm_core.errors import Conflict, Expired, NotFound
from crm_core.people.tables import Change, Operation, Undoable
from crm_core.people.viewer import Viewer

#: How long an operation can be taken back.
UNDO_WINDOW = timedelta(minutes=10)

_Row = dict[str, Any]


@contextmanager
def recording(
    session: Session, *, viewer: Viewer, command: str, now: datetime, conversation_id: int | None = None
) -> Iterator[Operation]:
    """Record what is written inside as one operation of this viewer. `command` is kept for the list of operations."""
    operation = Operation(
        staff_id=viewer.staff_id, actor=viewer.name, command=command[:500], conversation_id=conversation_id, at=now
    )
    session.add(operation)
    session.flush()

    def record(flushed: Session, _context: object) -> None:
        changes = [change for change in _changes(flushed, operation.id) if change["before"] != change["after"]]
        if changes:
            flushed.connection().execute(Change.__table__.insert(), changes)  # type: ignore[attr-defined]

    event.listen(session, "after_flush", record)
    try:
        yield operation
        session.flush()
    finally:
        event.remove(session, "after_flush", record)


def changes_of(session: Session, operation_id: int) -> list[Change]:
    """What the operation wrote, in order."""
    return list(session.exec(select(Change).where(Change.operation_id == operation_id).order_by(col(Change.id))))


def latest(session: Session, *, viewer: Viewer, now: datetime) -> Operation:
    """The newest operation of this viewer that changed something and can still be taken back."""
    found = session.exec(
        select(Operation)
        .where(
            Operation.staff_id == viewer.staff_id,
            Operation.actor == viewer.name,
            col(Operation.undone_at).is_(None),
            col(Operation.undoes_id).is_(None),
            select(Change.id).where(Change.operation_id == Operation.id).exists(),
        )
        .order_by(col(Operation.id).desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound("nothing_to_undo")
    if now - found.at > UNDO_WINDOW:
        raise Expired("undo_expired", minutes=int(UNDO_WINDOW.total_seconds() // 60))
    return found


def undo(session: Session, operation: Operation, *, viewer: Viewer, now: datetime) -> None:
    """Take an operation back; the undoing is itself recorded. Raises `Conflict` when a row changed meanwhile."""
    if operation.undone_at is not None:
        raise Conflict("already_undone")
    with recording(session, viewer=viewer, command=operation.command, now=now) as undoing:
        undoing.undoes_id = operation.id
        for change in reversed(changes_of(session, operation.id)):
            _take_back(session, change)
            session.flush()
    operation.undone_at = now
    session.add(operation)


def _take_back(session: Session, change: Change) -> None:
    model = _models()[change.table_name]
    row = session.get(model, change.row_id)
    stands = None if row is None else row_of(row)
    if stands is None or change.after is None:
        if stands != change.after:
            raise Conflict("changed_meanwhile")
    elif any(stands[name] != value for name, value in change.after.items() if _differs(change, name)):
        raise Conflict("changed_meanwhile")
    if row is None:
        session.add(model(**_restored(model, change.before or {})))
    elif change.before is None:
        session.delete(row)
    else:
        for name, value in _restored(model, change.before).items():
            if _differs(change, name):
                setattr(row, name, value)
        session.add(row)


def _differs(change: Change, name: str) -> bool:
    return change.before is None or change.after is None or change.before[name] != change.after[name]


def row_of(row: Undoable) -> _Row:
    """A row as a JSON document."""
    return {column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).column_attrs}


def _changes(session: Session, operation_id: int) -> Iterator[_Row]:
    for row in session.new:
        if isinstance(row, Undoable):
            yield _change(operation_id, row, None, row_of(row))
    for row in session.dirty:
        if isinstance(row, Undoable):
            yield _change(operation_id, row, _before(row), row_of(row))
    for row in session.deleted:
        if isinstance(row, Undoable):
            yield _change(operation_id, row, _before(row), None)


def _change(operation_id: int, row: Undoable, before: _Row | None, after: _Row | None) -> _Row:
    table = inspect(type(row)).local_table.name
    document = after or before or {}
    return {
        "operation_id": operation_id,
        "table_name": table,
        "row_id": row.id,  # type: ignore[attr-defined]
        "customer_id": document["id"] if table == "customer" else document.get("customer_id"),
        "before": before,
        "after": after,
    }


def _before(row: Undoable) -> _Row:
    document = row_of(row)
    for attribute in inspect(row).attrs:
        history = attribute.history
        if history.deleted:
            document[attribute.key] = _plain(history.deleted[0])
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _restored(model: type[Undoable], document: _Row) -> _Row:
    return {column.key: _typed(column.columns[0].type, document[column.key]) for column in inspect(model).column_attrs}


def _typed(column_type: Any, value: Any) -> Any:
    if value is None:
        return None
    python_type = column_type.python_type
    if isinstance(python_type, type) and issubclass(python_type, datetime):
        return datetime.fromisoformat(value)
    if python_type is date:
        return date.fromisoformat(value)
    if issubclass(python_type, Enum):
        return python_type(value)
    return value


def _models() -> dict[str, type[Undoable]]:
    found: dict[str, type[Undoable]] = {}
    queue = [Undoable]
    while queue:
        for model in queue.pop().__subclasses__():
            queue.append(model)
            found[model.__tablename__] = model  # type: ignore[index]
    return found
