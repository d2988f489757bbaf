"""Whose customer it is."""

from datetime import datetime

from sqlmodel import Session

from crm_core.customers.names import matching_form
from crm_core.customers.permits import require_sight
from crm_core.customers.tables import Customer
from crm_core.errors import Invalid
from crm_core.people import staff
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer

#: Words for nobody: the pool, whose customers every member of staff sees.
POOL = frozenset({"公海", "客户池", "无", "无人", "没有", "none", "nobody", "pool", "unassigned"})
ME = frozenset({"我", "我自己", "自己", "本人", "me", "myself"})


def owner_named(session: Session, name: str, *, viewer: Viewer, former: bool = False) -> Staff | None:
    """Who is meant: a member of staff, "me", or the pool (None). `former`: also one who left.

    Raises `NotFound("staff_not_found")`.
    """
    word = matching_form(name[:200])
    if word in POOL:
        return None
    if word in ME and viewer.staff_id is not None:
        return session.get_one(Staff, viewer.staff_id)
    return staff.named_or_former(session, name) if former else staff.named(session, name)


def require_known(session: Session, name: str) -> None:
    """Raise `NotFound("staff_not_found")` unless this is a word for somebody, or for nobody."""
    if matching_form(name[:200]) not in POOL | ME:
        staff.named_or_former(session, name)


def assign(session: Session, customer: Customer, to: Staff | None, *, viewer: Viewer, now: datetime) -> Customer:
    """Give the customer to somebody, or (None) back to the pool.

    Raises `NotFound`, `NotAllowed`, `Invalid("staff_inactive")`.
    """
    require_sight(viewer, customer)
    viewer.require(Right.ASSIGN)
    if to is not None and not to.active:
        raise Invalid("staff_inactive", name=to.name)
    customer.owner_id = None if to is None else to.id
    customer.updated_at = now
    session.add(customer)
    session.flush()
    return customer
