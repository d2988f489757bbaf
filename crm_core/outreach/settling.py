"""The deliveries of a broadcast follow its state: held while it is paused, cancelled with it, due again afterwards."""

from sqlalchemy import select, update
from sqlmodel import Session, col

from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery, DeliveryState

#: State of a broadcast → which of its deliveries do not follow yet, and what they become.
_FOLLOWING = {
    BroadcastState.PAUSED: ((DeliveryState.DUE,), DeliveryState.HELD),
    BroadcastState.CANCELLED: ((DeliveryState.DUE, DeliveryState.HELD), DeliveryState.CANCELLED),
    BroadcastState.SCHEDULED: ((DeliveryState.HELD,), DeliveryState.DUE),
    BroadcastState.RUNNING: ((DeliveryState.HELD,), DeliveryState.DUE),
}


def settle(session: Session, broadcast: Broadcast, limit: int) -> None:
    """Have up to so many follow; the broadcast is `unsettled` while there may be more. What is not settled yet is not
    sent wrongly: the last check looks at the state itself."""
    behind, after = _FOLLOWING.get(broadcast.state, ((), DeliveryState.DUE))
    some = (
        select(col(Delivery.id))
        .where(col(Delivery.broadcast_id) == broadcast.id, col(Delivery.state).in_(behind))
        .limit(limit)
    )
    moved = session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(some), col(Delivery.state).in_(behind))
        .values(state=after)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    broadcast.unsettled = moved >= limit
    session.add(broadcast)
    session.flush()
