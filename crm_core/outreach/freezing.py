"""An audience becomes rows: one delivery for each customer who receives it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Insert,
    SQLColumnExpression,
    String,
    bindparam,
    case,
    cast,
    insert,
    literal,
    select,
)
from sqlmodel import Session, col

from crm_core import documents
from crm_core.columns import Document, UtcDateTime, words
from crm_core.outreach import deliveries
from crm_core.outreach.audiences import Found
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState
from crm_core.outreach.tasks import planning
from crm_core.planner import many_rows
from crm_core.tables import metadata

#: The lane in which large broadcasts are counted and frozen.
WORK = "broadcasts"


def freeze(
    session: Session, broadcast: Broadcast, found: Sequence[Found], at: datetime, *, is_asking: bool = True
) -> None:
    """Write down who receives it, to be sent from this moment on. `is_asking`: members of staff send some of it."""
    write(session, broadcast, found, at)
    if is_asking:
        planning.plan(session, broadcast, at=at)


def write(session: Session, broadcast: Broadcast, found: Iterable[Found], at: datetime) -> None:
    """A delivery for each of these who receives it, in one statement. Their tasks are not made."""
    chosen = [one for one in found if one.reason is None]
    for platform in {one.platform for one in chosen if one.platform and one.sender is None}:
        deliveries.note(session, platform, at)
    if chosen:
        connection = session.connection()
        values = {"rows": json.dumps(chosen), "of": broadcast.id, "at": at}
        with many_rows(session):
            connection.execute(_insertion(connection.dialect.name), values)


def note_lanes(session: Session, broadcast: Broadcast, at: datetime) -> None:
    """Wake whoever sends what is due of this broadcast."""
    lanes = select(col(Delivery.lane)).where(col(Delivery.broadcast_id) == broadcast.id).distinct()
    for lane in session.scalars(lanes):
        deliveries.note(session, lane, at)


def note_work(session: Session, now: datetime) -> None:
    """Wake whoever does the work of large broadcasts."""
    deliveries.note(session, WORK, now)


@cache
def _insertion(dialect: str) -> Insert:
    """Made once: the JSON text `rows` of the broadcast `of`, to be sent `at` this moment."""
    values = _values(dialect)
    return insert(metadata.tables["delivery"]).from_select(list(values), select(*values.values()))


def _values(dialect: str) -> dict[str, SQLColumnExpression[Any]]:
    """Column → what each of the rows, a `Found`, says of it."""
    row = documents.each(dialect, bindparam("rows", type_=String()))
    part = {name: documents.part(dialect, row, at) for at, name in enumerate(Found._fields)}
    platform, sender = part["platform"], cast(part["sender"], BigInteger)
    moment = bindparam("at", type_=UtcDateTime())
    return {
        "kind": literal(DeliveryKind.BROADCAST, words(DeliveryKind)),
        "lane": case((sender.is_not(None), platform.concat(planning.LANE)), else_=platform),
        "platform": platform,
        "recipient": part["recipient"],
        "broadcast_id": bindparam("of", type_=BigInteger()),
        "customer_id": cast(part["customer_id"], BigInteger),
        "staff_id": sender,
        "priority": literal(int(Priority.BROADCAST)),
        "state": literal(DeliveryState.DUE, words(DeliveryState)),
        "due_at": moment,
        "not_before": moment,
        "attempts": literal(0),
        "pump": cast("", String),
        "body": literal({}, Document),
        "problem": cast("", String),
        "platform_message_id": cast("", String),
    }
