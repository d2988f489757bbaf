"""Customers change hands, and what their former owner had open about them goes along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_core.customers import owners
from crm_core.customers.tables import Customer
from crm_core.outreach import deliveries, nudges
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import DeliveryKind, Nudge, NudgeState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.relations import group_transfers, transfers

#: How long the new owner is not told yet, so that a slip can be undone without a word.
GRACE = timedelta(seconds=30)
#: How many of the customers a notice names.
NAMED = 20


@dataclass(frozen=True)
class Given:
    """`nudges`: how many went along. `told`: a notice is on its way to the new owner. `transfers`: how many connections
    on a platform will be asked to go along, and `groups`, how many customer groups."""

    nudges: int
    told: bool
    transfers: int = 0
    groups: int = 0


def give(
    session: Session,
    customers: Sequence[Customer],
    to: Staff | None,
    *,
    viewer: Viewer,
    now: datetime,
    platform: str = "",
) -> Given:
    """Give customers to somebody, or back to the pool (None: nudges stay where they are); the new owner is
    told after `GRACE`, if the customers are still theirs.

    Raises as `owners.assign` does.
    """
    moving = [] if to is None else open_nudges(session, customers, viewer=viewer)
    before = {customer.id: customer.owner_id for customer in customers}
    for customer in customers:
        owners.assign(session, customer, to, viewer=viewer, now=now)
    if to is None:
        return Given(0, told=False)
    for nudge in moving:
        nudges.reassign(session, nudge, to, viewer=viewer, now=now, tell=False)
    transferred = transfers.plan(session, customers, to, before, viewer=viewer, now=now, grace=GRACE)
    groups = group_transfers.plan(session, customers, to, before, viewer=viewer, now=now, grace=GRACE)
    told = _tell(session, customers, to, viewer=viewer, now=now, platform=platform)
    return Given(len(moving), told=told, transfers=transferred, groups=groups)


def open_nudges(session: Session, customers: Sequence[Customer], *, viewer: Viewer) -> list[Nudge]:
    """The open nudges the present owners have about these customers, and the viewer's own."""
    owner_of = {customer.id: customer.owner_id for customer in customers}
    found: list[Nudge] = []
    ids = list(owner_of)
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        wanted = select(Nudge).where(Nudge.state == NudgeState.OPEN, col(Nudge.customer_id).in_(some))
        found.extend(session.exec(wanted.order_by(col(Nudge.due_at), col(Nudge.id))))
    return [one for one in found if one.staff_id in (owner_of.get(one.customer_id or 0), viewer.staff_id)]


def _tell(
    session: Session, customers: Sequence[Customer], to: Staff, *, viewer: Viewer, now: datetime, platform: str
) -> bool:
    handle = deliveries.address(session, to.id, platform)
    if handle is None or to.id == viewer.staff_id:
        return False
    body = {
        "notice": "customers_assigned",
        "customer_ids": [customer.id for customer in customers[:NAMED]],
        "count": len(customers),
        "by": viewer.name,
    }
    deliveries.add(
        session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now + GRACE, body=body
    )
    return True
