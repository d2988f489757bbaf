"""The messages of a step on their way: one broadcast for all customers whose step is due at that moment.

So everything that holds for a broadcast holds for them: opt-out, caps, quiet hours, one sender for each customer, and
one task for each member of staff where those are asked. What becomes of the sequence, its waves follow.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlmodel import Session, col

from crm_core.customers.tables import Customer
from crm_core.outreach import audiences, freezing, settling, templates
from crm_core.outreach.audiences import Found
from crm_core.outreach.manners import Manners
from crm_core.outreach.sequences.tables import Sequence, SequenceState
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryState

#: So many deliveries follow at once; the rest a little later.
_SETTLED = 2000

_GOING = frozenset({SequenceState.ON, SequenceState.OFF})


@dataclass(frozen=True)
class Wave:
    """`broadcast_id` None: nobody receives it. `left_out`: customer → why."""

    broadcast_id: int | None
    left_out: dict[int, str] = field(default_factory=dict)


def send(
    session: Session, sequence: Sequence, text: str, customer_ids: Collection[int], *, now: datetime, manners: Manners
) -> Wave:
    """Put this text on its way to these customers, but for whoever is to be left out."""
    wave = Broadcast(
        created_by_id=sequence.on_by_id,
        sequence_id=sequence.id,
        segment=sequence.name,
        text=text,
        state=BroadcastState.RUNNING,
        send_at=now,
        created_at=now,
        confirmed_at=now,
    )
    session.add(wave)
    session.flush()
    wanted = select(col(Customer.id)).where(col(Customer.id).in_(customer_ids))
    found = _found(session, wanted, wave, now, manners)
    left_out = {one.customer_id: one.reason for one in found if one.reason is not None}
    if len(left_out) == len(customer_ids):
        session.delete(wave)
        session.flush()
        return Wave(None, left_out)
    freezing.freeze(session, wave, found, now, is_asking=bool(manners.asking))
    return Wave(wave.id, left_out)


def reach(session: Session, wanted: Select[int], text: str, *, now: datetime, manners: Manners) -> list[Found]:
    """Whom a text would reach if it were sent now, and whom not; by customer."""
    return _found(session, wanted, Broadcast(segment="", text=text, created_at=now), now, manners)


def _found(session: Session, wanted: Select[int], wave: Broadcast, now: datetime, manners: Manners) -> list[Found]:
    audience = audiences.among(session, wanted, wave, templates.parse(wave.text), now=now, manners=manners)
    return audiences.read(session, audience)


def agree(session: Session, sequence: Sequence, *, now: datetime) -> None:
    """What is on its way goes on if the sequence does, and waits if it does not."""
    going = sequence.state in _GOING
    before, after = BroadcastState.RUNNING, BroadcastState.PAUSED
    if going:
        before, after = after, before
    waves = select(Broadcast).where(col(Broadcast.sequence_id) == sequence.id, col(Broadcast.state) == before)
    for wave in session.scalars(waves).all():
        wave.state = after
        session.add(wave)
        session.flush()
        settling.settle(session, wave, _SETTLED)
        if going:
            freezing.note_lanes(session, wave, now)


def take_back(session: Session, broadcast_id: int, customer_id: int) -> None:
    """This customer does not receive it any more, unless it is being sent or somebody was asked to."""
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Delivery.customer_id) == customer_id,
            col(Delivery.state).in_((DeliveryState.DUE, DeliveryState.HELD)),
        )
        .values(state=DeliveryState.CANCELLED, problem="sequence_left")
    )


def disagreeing(session: Session) -> list[int]:
    """Sequences whose waves do not follow them: their state was changed back."""
    wrong = (
        select(col(Sequence.id))
        .join(Broadcast, col(Broadcast.sequence_id) == Sequence.id)
        .where(
            (col(Sequence.state).in_(_GOING) & (col(Broadcast.state) == BroadcastState.PAUSED))
            | (col(Sequence.state).not_in(_GOING) & (col(Broadcast.state) == BroadcastState.RUNNING))
        )
    )
    return list(session.scalars(wrong.distinct()))
