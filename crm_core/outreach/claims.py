"""Taking deliveries that are due under a lease, in order, and keeping them."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, or_, select, text, tuple_, update
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col

from crm_core.columns import UtcDateTime
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import OPEN, Delivery, DeliveryKind, DeliveryState
from crm_core.tables import metadata

#: How many nudges go out as one message at most.
MOST_GATHERED = 20

_TABLE = metadata.tables["delivery"]
_TAKE = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("these", expanding=True)))
    .values(
        state=DeliveryState.SENDING, pump=bindparam("by"), attempts=_TABLE.c.attempts + 1, not_before=bindparam("until")
    )
)
_RENEW = (
    update(_TABLE)
    .where(
        _TABLE.c.id.in_(bindparam("these", expanding=True)),
        _TABLE.c.pump == bindparam("by"),
        _TABLE.c.state == DeliveryState.SENDING,
    )
    .values(not_before=bindparam("until"))
    .returning(_TABLE.c.id)
)


@dataclass(frozen=True)
class Claimed:
    """A delivery in the hands of a pump. `unsure`: an earlier try may have reached the platform.

    `others`: nudges of the same person that go out with it, as one message.
    """

    delivery: Delivery
    unsure: bool
    others: tuple[Delivery, ...] = ()

    @property
    def all(self) -> tuple[Delivery, ...]:
        return (self.delivery, *self.others)


def claim(
    session: Session, lane: str, *, pump: str, now: datetime, limit: int, lease: timedelta, gathers: bool = False
) -> list[Claimed]:
    """Take up to `limit` due deliveries of the lane under a lease, in order, one at most for each recipient.

    A recipient who is just being written to is left alone. `gathers`: with a nudge, the other nudges that are due for
    its recipient; with one that may have arrived, those and only those it went out with. Call it in a writing session.
    """
    found: list[tuple[Delivery, ...]] = []
    for priority in Priority:
        for delivery in _claimable(session, lane, priority, now, limit - len(found)):
            gathered = gathers and delivery.kind is DeliveryKind.NUDGE
            found.append((delivery, *(_gathered(session, delivery, now) if gathered else ())))
        if len(found) >= limit:
            break
    _take(session, [each for together in found for each in together], pump=pump, until=now + lease)
    return [Claimed(one, any(each.attempts > 1 for each in (one, *others)), tuple(others)) for one, *others in found]


def _take(session: Session, rows: Sequence[Delivery], *, pump: str, until: datetime) -> None:
    """All of them in one statement; what is at hand of them says the same."""
    if not rows:
        return
    session.flush()
    session.connection().execute(_TAKE, {"these": [row.id for row in rows], "by": pump, "until": until})
    for row in rows:
        now_is = {"state": DeliveryState.SENDING, "pump": pump, "attempts": row.attempts + 1, "not_before": until}
        for name, value in now_is.items():
            set_committed_value(row, name, value)


def renew(session: Session, ids: Sequence[int], *, pump: str, until: datetime) -> Collection[int]:
    """Keep the lease of deliveries that are still being sent. Returns the ids of those that still are this pump's."""
    values = {"these": ids, "by": pump, "until": until}
    return set(session.connection().execute(_RENEW, values).scalars())


def _gathered(session: Session, delivery: Delivery, now: datetime) -> Sequence[Delivery]:
    """What goes out with this nudge. One that may have arrived goes again as it went, so that it is known again."""
    if delivery.attempts and not delivery.together:
        return ()
    if delivery.attempts:
        return _due_with(session, delivery, now, col(Delivery.together) == delivery.together)
    others = _due_with(session, delivery, now, col(Delivery.attempts) == 0)
    word = _word_for(delivery, *others) if others else ""
    for each in (delivery, *others):
        each.together = word
    return others


def _word_for(*deliveries: Delivery) -> str:
    named = " ".join(sorted(f"{each.id}:{int(each.due_at.timestamp())}" for each in deliveries))
    return hashlib.sha256(named.encode()).hexdigest()[:20]


def _due_with(session: Session, delivery: Delivery, now: datetime, which: ColumnElement[bool]) -> Sequence[Delivery]:
    """The other nudges of this kind that are due for the recipient, in order."""
    wanted = select(Delivery).where(
        col(Delivery.lane) == delivery.lane,
        col(Delivery.recipient) == delivery.recipient,
        col(Delivery.kind) == DeliveryKind.NUDGE,
        col(Delivery.staff_id) == delivery.staff_id,
        col(Delivery.not_before) <= now,
        col(Delivery.id) != delivery.id,
        which,
        text(OPEN),
    )
    ordered = wanted.order_by(col(Delivery.due_at), col(Delivery.id)).limit(MOST_GATHERED - 1)
    return session.scalars(ordered.with_for_update(skip_locked=True, of=Delivery)).all()


def _claimable(session: Session, lane: str, priority: Priority, now: datetime, limit: int) -> Sequence[Delivery]:
    wanted = {"of": lane, "urgency": int(priority), "now": now, "most": limit}
    return session.scalars(_CLAIMABLE, wanted).all()


def _those_claimable() -> Select[Delivery]:
    """Due, and first for its recipient, of whom nothing is on its way.

    Whether the recipient waits is looked up by the recipient: PostgreSQL, which knows little of a table that was filled
    a moment ago, would else read the whole lane for each, as cheap as that seems. So the lane is no key there.
    """
    other = aliased(Delivery, name="other")
    now = bindparam("now", type_=UtcDateTime())
    state, not_before = col(other.state), col(other.not_before)
    own_place = (col(Delivery.priority), col(Delivery.not_before), col(Delivery.id))
    ahead = tuple_(col(other.priority), not_before, col(other.id)) < tuple_(*own_place)
    in_flight = and_(state == DeliveryState.SENDING, not_before > now)
    first = and_(not_before <= now, ahead)
    same_room = and_(
        col(other.lane).concat("") == Delivery.lane,
        col(other.recipient) == Delivery.recipient,
        col(other.id) != Delivery.id,
    )
    blocked = exists().where(same_room, text(f"other.{OPEN}"), or_(in_flight, first))
    return (
        select(Delivery)
        .where(
            col(Delivery.lane) == bindparam("of"),
            col(Delivery.priority) == bindparam("urgency"),
            col(Delivery.not_before) <= now,
            text(OPEN),
            ~blocked,
        )
        .order_by(col(Delivery.not_before), col(Delivery.id))
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=Delivery)
        .execution_options(populate_existing=True)
    )


_CLAIMABLE = _those_claimable()
