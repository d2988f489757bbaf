"""The customers somebody dealt with last, for lists that nobody has asked anything of yet."""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Viewer

#: Of so many colleagues at most the customers are looked at.
_COLLEAGUES = 20


def of(session: Session, *, viewer: Viewer, limit: int = 20) -> list[Customer]:
    """Customers of the viewer by their last contact, then those without any; then those of the others in sight.

    Each query walks an index from its end, so that it takes as long with a million customers as with ten.
    """
    found = _own(session, viewer, limit)
    if len(found) < limit:
        known = {one.id for one in found}
        found += [one for one in _of_others(session, viewer, limit) if one.id not in known]
    return found[:limit]


def _own(session: Session, viewer: Viewer, limit: int) -> list[Customer]:
    if viewer.staff_id is None:
        return []
    contacted = _contacted(session, viewer, [viewer.staff_id], limit)
    if len(contacted) >= limit:
        return contacted
    untouched = select(Customer).where(
        Customer.owner_id == viewer.staff_id, col(Customer.last_contact_at).is_(None), visible(viewer)
    )
    newest = untouched.order_by(col(Customer.id).desc()).limit(limit - len(contacted))
    return contacted + list(session.exec(newest))


def _of_others(session: Session, viewer: Viewer, limit: int) -> list[Customer]:
    if viewer.owners is None:
        return list(session.exec(_newest(select(Customer).where(visible(viewer)), limit)))
    others = sorted(viewer.owners - {viewer.staff_id})
    return _contacted(session, viewer, others[:_COLLEAGUES], limit)


def _contacted(session: Session, viewer: Viewer, owners: Sequence[int], limit: int) -> list[Customer]:
    """Owner by owner: together they would have to be sorted."""
    found: list[Customer] = []
    for owner_id in owners:
        found += session.exec(_newest(select(Customer).where(Customer.owner_id == owner_id, visible(viewer)), limit))
    found.sort(key=lambda one: one.last_contact_at or one.created_at, reverse=True)
    return found[:limit]


def _newest(query: SelectOfScalar[Customer], limit: int) -> SelectOfScalar[Customer]:
    contact = col(Customer.last_contact_at)
    return query.where(contact.is_not(None)).order_by(contact.desc()).limit(limit)
