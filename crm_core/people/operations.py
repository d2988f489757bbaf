"""One write a person asked for, recorded row by row, and taken back.

`recording` watches a session: every insert, update and delete of an `Undoable` table inside it becomes a `Change` of
the operation. `undo` plays the changes backwards, unless a row was changed by somebody else meanwhile. Only changes
made through mapped objects are seen: nothing undoable is written by a bulk statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.errors import Conflict, Expired, NotFound
from crm_core.people.tables import Change, Operation, Undoable
from crm_core.people.viewer import Right, Viewer

#: How long an operation can be taken back.
UNDO_WINDOW = timedelta(minutes=10)

#: Columns that move by themselves, with every change and every message: they never stand in the way of an undo.
_BOOKKEEPING = frozenset({"updated_at", "last_contact_at", "wrote_in"})

#: What only administrators change, and what of it everybody changes for themselves.
_ADMINISTERED = frozenset({"staff", "team", "handle", "field_definition"})
_PERSONAL = frozenset({"timezone", "language", "digest_hour"})

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

    former: dict[int, _Row] = {}

    def look(flushing: Session, _context: object, _rows: object) -> None:
        former.clear()
        for row in flushing.dirty:
            if isinstance(row, Undoable) and _is_half_known(row):
                former[id(row)] = _stored(flushing, row)

    def record(flushed: Session, _context: object) -> None:
        written = _changes(flushed, operation.id, former)
        changes = [change for change in written if change["before"] != change["after"]]
        if changes:
            flushed.connection().execute(Change.__table__.insert(), changes)  # type: ignore[attr-defined]

    event.listen(session, "before_flush", look)
    event.listen(session, "after_flush", record)
    try:
        yield operation
        session.flush()
    finally:
        event.remove(session, "before_flush", look)
        event.remove(session, "after_flush", record)


def changes_of(session: Session, operation_id: int) -> list[Change]:
    """What the operation wrote, in order."""
    return list(session.exec(select(Change).where(Change.operation_id == operation_id).order_by(col(Change.id))))


def latest(session: Session, *, viewer: Viewer, now: datetime) -> Operation:
    """The newest operation of this viewer that changed something and can still be taken back."""
    found = session.exec(_not_undone(viewer).limit(1)).first()
    if found is None:
        raise NotFound("nothing_to_undo")
    _refuse_late(found, now)
    return found


def recent(session: Session, *, viewer: Viewer, now: datetime, limit: int) -> list[Operation]:
    """Those of this viewer that changed something and are not too old to be taken back, the newest first."""
    in_time = _not_undone(viewer).where(col(Operation.at) >= now - UNDO_WINDOW)
    return list(session.exec(in_time.limit(limit)))


def get(session: Session, operation_id: int, *, viewer: Viewer) -> Operation:
    """An operation of this viewer. Raises `NotFound("nothing_to_undo")` when it is not theirs, or not there."""
    operation = session.get(Operation, operation_id)
    if operation is None or not _is_of(operation, viewer):
        raise NotFound("nothing_to_undo")
    return operation


def stands(session: Session, changes: Sequence[Change]) -> bool:
    """Whether every row is still as these changes of one operation, in order, left it."""
    left = {(change.table_name, change.row_id): change for change in changes}
    for (table, row_id), change in left.items():
        row = session.get(_models()[table], row_id)
        if not _stands_as_left(change, None if row is None else row_of(row)):
            return False
    return True


def undo(session: Session, operation: Operation, *, viewer: Viewer, now: datetime) -> None:
    """Take an operation of this viewer back; the undoing is itself recorded.

    Raises `Conflict` (`already_undone`, `changed_meanwhile`: a row was changed, or something hangs on it by now),
    `Expired("undo_expired")`, `NotFound("nothing_to_undo")`, `NotAllowed`: also when they may not
    make such a change any more.
    """
    viewer.require(Right.WRITE)
    _refuse_foreign(operation, viewer)
    if any(_is_administration(change, viewer) for change in changes_of(session, operation.id)):
        viewer.require(Right.ADMIN)
    session.refresh(operation, with_for_update=True)
    if operation.undone_at is not None:
        raise Conflict("already_undone")
    _refuse_late(operation, now)
    with recording(session, viewer=viewer, command=operation.command, now=now) as undoing:
        undoing.undoes_id = operation.id
        for change in reversed(changes_of(session, operation.id)):
            _take_back(session, change)
    operation.undone_at = now
    session.add(operation)
    session.flush()


def _not_undone(viewer: Viewer) -> SelectOfScalar[Operation]:
    """The operations of this viewer that changed something, the newest first."""
    return (
        select(Operation)
        .where(
            Operation.staff_id == viewer.staff_id,
            Operation.actor == viewer.name,
            col(Operation.undone_at).is_(None),
            col(Operation.undoes_id).is_(None),
            select(Change.id).where(Change.operation_id == Operation.id).exists(),
        )
        .order_by(col(Operation.id).desc())
    )


def _is_of(operation: Operation, viewer: Viewer) -> bool:
    return (operation.staff_id, operation.actor) == (viewer.staff_id, viewer.name)


def _refuse_foreign(operation: Operation, viewer: Viewer) -> None:
    if not _is_of(operation, viewer) or operation.undoes_id is not None:
        raise NotFound("nothing_to_undo")


def _is_administration(change: Change, viewer: Viewer) -> bool:
    if change.table_name not in _ADMINISTERED:
        return False
    changed = {name for name in change.after or change.before or {} if _differs(change, name)}
    return not (change.table_name == "staff" and change.row_id == viewer.staff_id and changed <= _PERSONAL)


def _refuse_late(operation: Operation, now: datetime) -> None:
    if now - operation.at > UNDO_WINDOW:
        raise Expired("undo_expired", minutes=int(UNDO_WINDOW.total_seconds() // 60))


def _take_back(session: Session, change: Change) -> None:
    model = _models()[change.table_name]
    row = session.get(model, change.row_id, populate_existing=True, with_for_update=True)
    stands = None if row is None else row_of(row)
    if not _stands_as_left(change, stands):
        raise Conflict("changed_meanwhile")
    if row is None:
        session.add(model(**_restored(model, change.before or {})))
    elif change.before is None:
        session.delete(row)
    else:
        _put_back(row, change, stands or {})
        session.add(row)
    _flush_or_refuse(session)


def _stands_as_left(change: Change, stands: _Row | None) -> bool:
    if stands is None or change.after is None:
        return stands == change.after
    return all(
        stands[name] == value
        for name, value in change.after.items()
        if name not in _BOOKKEEPING and _differs(change, name)
    )


def _put_back(row: Undoable, change: Change, stands: _Row) -> None:
    for name, value in _restored(type(row), change.before or {}).items():
        if _differs(change, name) and stands[name] == (change.after or {})[name]:
            setattr(row, name, value)


def _flush_or_refuse(session: Session) -> None:
    """What was made by the operation cannot go while something made since refers to it."""
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("changed_meanwhile") from None


def _differs(change: Change, name: str) -> bool:
    return change.before is None or change.after is None or change.before[name] != change.after[name]


def row_of(row: Undoable) -> _Row:
    """A row as a JSON document."""
    return {column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).column_attrs}


def _changes(session: Session, operation_id: int, former: Mapping[int, _Row]) -> Iterator[_Row]:
    for row in session.new:
        if isinstance(row, Undoable):
            yield _change(operation_id, row, None, row_of(row))
    for row in session.dirty:
        if isinstance(row, Undoable):
            yield _change(operation_id, row, former.get(id(row)) or _before(row), row_of(row))
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
        "customer_id": document["id"] if table == "customer" else _customer_of(before, after),
        "before": before,
        "after": after,
    }


def _is_half_known(row: Undoable) -> bool:
    """Whether a column was set while what stood in it was not loaded."""
    histories = [attribute.history for attribute in inspect(row).attrs]
    return any(history.added and not history.deleted for history in histories)


def _stored(session: Session, row: Undoable) -> _Row:
    columns = inspect(type(row)).column_attrs
    table = inspect(type(row)).local_table
    query = select(*(attribute.columns[0] for attribute in columns)).where(table.c.id == inspect(row).identity[0])
    with session.no_autoflush:
        stored = session.execute(query).one()
    return {attribute.key: _plain(value) for attribute, value in zip(columns, stored, strict=True)}


def _customer_of(before: _Row | None, after: _Row | None) -> Any:
    """Whom a row is about; of one that was taken from its customer, whom it was about."""
    now, former = (after or {}).get("customer_id"), (before or {}).get("customer_id")
    return former if now is None else now


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
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
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
