"""Writing down what became of deliveries, unless another pump took them over."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, Integer, String, bindparam, cast, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col

from crm_core import documents
from crm_core.outreach.deliveries import Verdict, note
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.tables import metadata

_TABLE = metadata.tables["delivery"]


def mark(session: Session, fates: Sequence[tuple[Delivery, Verdict]], *, pump: str, now: datetime) -> Collection[int]:
    """Write down what became of deliveries: those with the same fate in one statement. Returns the ids of those that no
    other pump took over meanwhile; of the others nothing was written."""
    alike: dict[Verdict, list[list[object]]] = {}
    for delivery, verdict in fates:
        fate = replace(verdict, platform_message_id="", shown=())
        alike.setdefault(fate, []).append([delivery.id, verdict.platform_message_id])
    marked = {id_ for fate, rows in alike.items() for id_ in _mark(session, fate, rows, pump=pump, now=now)}
    for delivery, verdict in fates:
        if delivery.id in marked and verdict.not_before is not None:
            note(session, delivery.lane, verdict.not_before)
            if verdict.whole_room:
                _hold_room(session, delivery, verdict.not_before)
    return marked


def _mark(
    session: Session, fate: Verdict, rows: Sequence[Sequence[object]], *, pump: str, now: datetime
) -> Collection[int]:
    """`rows`: id and message id each."""
    values = {
        "rows": json.dumps(rows, ensure_ascii=False),
        "by": pump,
        "now_is": fate.state,
        "why": fate.problem[:500],
        "uncounted": 0 if fate.counts else 1,
        "next": fate.not_before or now,
        "went": now if fate.state is DeliveryState.SENT else None,
    }
    connection = session.connection()
    return set(connection.execute(_marking(connection.dialect.name), values).scalars())


@cache
def _marking(dialect: str) -> ReturningUpdate[int]:
    row = documents.each(dialect, bindparam("rows", type_=String()))
    return (
        update(_TABLE)
        .where(
            _TABLE.c.id == cast(documents.part(dialect, row, 0), BigInteger),
            _TABLE.c.pump == bindparam("by"),
            _TABLE.c.state == DeliveryState.SENDING,
        )
        .values(
            state=bindparam("now_is"),
            problem=bindparam("why"),
            platform_message_id=documents.part(dialect, row, 1),
            attempts=_TABLE.c.attempts - bindparam("uncounted", type_=Integer()),
            not_before=bindparam("next"),
            sent_at=bindparam("went"),
        )
        .returning(_TABLE.c.id)
    )


def _hold_room(session: Session, delivery: Delivery, until: datetime) -> None:
    """The platform asked this room to wait: nothing overtakes, whatever is due there waits too."""
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.lane) == delivery.lane,
            col(Delivery.recipient) == delivery.recipient,
            col(Delivery.state) == DeliveryState.DUE,
            col(Delivery.not_before) < until,
        )
        .values(not_before=until)
    )
