"""A broadcast tried on whoever writes it: the text as its first recipient will see it."""

from datetime import datetime

from sqlmodel import Session, select

from crm_core.errors import Invalid
from crm_core.outreach import audiences, deliveries
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import Broadcast, DeliveryKind
from crm_core.outreach.tally import SMALL
from crm_core.people.tables import Handle
from crm_core.people.viewer import Right, Viewer


def send(
    session: Session,
    broadcast: Broadcast,
    *,
    viewer: Viewer,
    platform: str,
    platform_user_id: str,
    now: datetime,
    manners: Manners,
) -> int:
    """It comes as a message of its own to this account of the viewer; the customer it is made out to. Raises
    `Invalid("broadcast_nobody")`."""
    viewer.require(Right.BROADCAST)
    found = audiences.find(session, broadcast, viewer=viewer, now=now, manners=manners, limit=SMALL)
    first = next((one for one in found if one.reason is None), None)
    handle = session.exec(
        select(Handle).where(Handle.platform == platform, Handle.platform_user_id == platform_user_id)
    ).first()
    if first is None or handle is None:
        raise Invalid("broadcast_nobody")
    body = {
        "notice": "broadcast_test",
        "broadcast_id": broadcast.id,
        "customer_ids": [first.customer_id],
        "sender_id": first.sender,
    }
    deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)
    return first.customer_id
