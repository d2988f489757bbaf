"""What the state of a broadcast does not allow."""

from crm_core.errors import Conflict
from crm_core.outreach.tables import Broadcast, BroadcastState


def refusal(broadcast: Broadcast) -> Conflict:
    """To be raised where it cannot be done in this state; about one that was refused nothing can."""
    if broadcast.state is BroadcastState.REFUSED:
        return Conflict("broadcast_refused", id=broadcast.id)
    return Conflict("broadcast_state", id=broadcast.id, state=broadcast.state)
