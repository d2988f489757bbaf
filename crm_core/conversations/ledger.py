"""The capture ledger: what the platforms delivered, kept before anything is understood.

An envelope is known by (platform, event id). One that no database can hold as text, such as a body with a NUL
character, is kept in an escaped form and set aside at once; it never stands in the way of its neighbours.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlmodel import Session, col, select

from crm_core.chat import Envelope
from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.database import is_unavailable
from crm_core.rows import reserve
from crm_core.tables import metadata

#: Longer event ids are kept shortened, with a hash that still tells them apart.
LONGEST_ID = 255

_TABLE = metadata.tables["envelope"]
_ADDED = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["platform", "event_id"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_OPEN = (EnvelopeState.RECEIVED, EnvelopeState.RECORDED)
_ANSWERED = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("envelope_id"), _TABLE.c.state.in_(_OPEN))
    .values(state=EnvelopeState.ANSWERED, attempts=_TABLE.c.attempts + 1)
)
_MOVED = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("envelope_ids", expanding=True)), _TABLE.c.state.in_(_OPEN))
    .values(state=bindparam("to"), problem=bindparam("because"))
)
_AMONG = select(_TABLE.c.id).where(_TABLE.c.id >= bindparam("first"), _TABLE.c.id <= bindparam("last"))
#: What a database and its driver refuse a row with.
REFUSED = (StatementError, OverflowError, ValueError)
_NOT_TEXT = "envelope_not_text"
_Row = dict[str, Any]


def keep(session: Session, envelopes: Sequence[Envelope]) -> list[int | None]:
    """Store envelopes, in order; the id of each new row, None where the event is known already.

    Raises what the database does when it refuses one of them: roll back, and store them with `keep_each`.
    """
    return _insert(session, [_row(envelope) for envelope in envelopes])


def keep_each(session: Session, envelopes: Sequence[Envelope]) -> list[int | None]:
    """Like `keep`, one by one; what the database refuses is kept in an escaped form."""
    return [_insert_alone(session, _row(envelope)) for envelope in envelopes]


def newest(session: Session) -> int:
    """The id of the newest envelope; 0 for none."""
    return session.exec(select(func.max(EnvelopeRow.id))).one() or 0


def waiting(session: Session, limit: int, *, after: int = 0, up_to: int | None = None) -> list[EnvelopeRow]:
    """What a stop left behind: received but not recorded, or recorded and still owed an answer; oldest first.

    `after`, `up_to`: bounds of the ids.
    """
    found = select(EnvelopeRow).where(col(EnvelopeRow.state).in_(_OPEN), col(EnvelopeRow.id) > after)
    if up_to is not None:
        found = found.where(col(EnvelopeRow.id) <= up_to)
    return list(session.exec(found.order_by(col(EnvelopeRow.id)).limit(limit)))


@dataclass(frozen=True)
class Known:
    """An envelope by its names."""

    id: int
    platform: str
    event_id: str


def open_events(session: Session, limit: int) -> list[Known]:
    """The oldest of what is received and not recorded, or recorded and owed an answer."""
    found = select(EnvelopeRow.id, EnvelopeRow.platform, EnvelopeRow.event_id)
    rows = session.exec(found.where(col(EnvelopeRow.state).in_(_OPEN)).order_by(col(EnvelopeRow.id)).limit(limit))
    return [Known(*row) for row in rows]


def of(session: Session, envelope_ids: Collection[int]) -> list[EnvelopeRow]:
    """Those of these envelopes that are still open, oldest first."""
    found = select(EnvelopeRow).where(col(EnvelopeRow.id).in_(envelope_ids), col(EnvelopeRow.state).in_(_OPEN))
    return list(session.exec(found.order_by(col(EnvelopeRow.id))))


def mark_recorded(session: Session, envelope_ids: Iterable[int]) -> None:
    """Their messages are recorded, and an answer is owed."""
    _move(session, envelope_ids, EnvelopeState.RECORDED)


def finish(session: Session, envelope_ids: Iterable[int], *, problem: str = "") -> None:
    """Their messages are recorded, and nobody waits for an answer. `problem`: the code of why none was given."""
    _move(session, envelope_ids, EnvelopeState.ANSWERED, problem)


def mark_answered(session: Session, envelope_id: int) -> bool:
    """The answer is given in this transaction. False: another got there first, so do nothing."""
    return session.connection().execute(_ANSWERED, {"envelope_id": envelope_id}).rowcount == 1


def set_aside(session: Session, envelope_id: int, problem: str) -> None:
    """It cannot be understood. `problem` is a code, without text of the customer."""
    session.connection().execute(
        update(_TABLE)
        .where(_TABLE.c.id == envelope_id)
        .values(state=EnvelopeState.SET_ASIDE, problem=problem, attempts=_TABLE.c.attempts + 1)
    )


def is_text(envelope: Envelope) -> bool:
    """Whether every database can hold it as it is: no NUL character, no half of a surrogate pair."""
    return _is_text(envelope.body) and _is_text(envelope.event_id)


def retry(session: Session) -> int:
    """Put what was set aside back in line for the next start, after a mend; how many."""
    result: CursorResult[Any] = session.connection().execute(
        update(_TABLE)
        .where(_TABLE.c.state == EnvelopeState.SET_ASIDE, _TABLE.c.problem != _NOT_TEXT)
        .values(state=EnvelopeState.RECEIVED, problem="")
    )
    return result.rowcount


def _move(session: Session, envelope_ids: Iterable[int], state: EnvelopeState, problem: str = "") -> None:
    ids = list(envelope_ids)
    if ids:
        session.connection().execute(_MOVED, {"envelope_ids": ids, "to": state, "because": problem})


def _insert(session: Session, rows: list[_Row]) -> list[int | None]:
    """The ids of the rows, None for those that were there already."""
    if not rows:
        return []
    ids = reserve(session, _TABLE, len(rows))
    connection = session.connection()
    for number, row in zip(ids, rows, strict=True):
        row["id"] = number
    connection.execute(_ADDED[connection.dialect.name], rows)
    new = set(connection.execute(_AMONG, {"first": ids[0], "last": ids[-1]}).scalars())
    return [number if number in new else None for number in ids]


def _insert_alone(session: Session, row: _Row) -> int | None:
    try:
        with session.begin_nested():
            return _insert(session, [row])[0]
    except REFUSED as error:
        if is_unavailable(error):
            raise
        return _insert(session, [_escaped(row)])[0]


def _row(envelope: Envelope) -> _Row:
    row = {
        "platform": envelope.platform,
        "event_id": _bounded(envelope.event_id),
        "body": envelope.body,
        "received_at": envelope.received_at,
        "state": EnvelopeState.RECEIVED,
        "attempts": 0,
        "problem": "",
    }
    return row if is_text(envelope) else _escaped(row)


def _bounded(event_id: str) -> str:
    if len(event_id) <= LONGEST_ID:
        return event_id
    return event_id[:100] + "…" + hashlib.sha256(event_id.encode("utf-8", "backslashreplace")).hexdigest()


def _is_text(value: str) -> bool:
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(row: _Row) -> _Row:
    """As plain ASCII that every database holds, set aside."""
    row["event_id"] = _ascii(row["event_id"])
    row["body"] = _ascii(row["body"])
    row["state"], row["problem"] = EnvelopeState.SET_ASIDE, _NOT_TEXT
    return row


def _ascii(value: str) -> str:
    return value.encode("unicode_escape").decode("ascii")
