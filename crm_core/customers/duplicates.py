"""Customers who are there already: refused, and what the viewer may not see of them is not told."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from crm_core.customers import contacts, names
from crm_core.customers.tables import ContactKind, Customer, CustomerKind
from crm_core.errors import Conflict
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer

#: One address may be many people's; a phone or an e-mail is one customer's.
_TELLING = frozenset({ContactKind.PHONE, ContactKind.EMAIL})


def refuse_taken(
    session: Session, points: Iterable[tuple[ContactKind, str]], *, viewer: Viewer, but: int | None = None
) -> None:
    """Raise `Conflict` when one of these stored values is another customer's than `but`.

    `customer_duplicate` (id, name, value) when the viewer may see that one, else `customer_duplicate_hidden` (owner).
    """
    for kind, value in points:
        if kind in _TELLING:
            others = [owner for owner in contacts.owners_of(session, kind, value) if owner.id != but]
            _refuse(session, others, contacts.shown(kind, value), viewer)


def refuse_company(session: Session, name: str, *, viewer: Viewer, but: int | None = None) -> None:
    """The same for a company of this name."""
    _refuse(session, [company for company in companies_named(session, name) if company.id != but], name, viewer)


def companies_named(session: Session, name: str) -> list[Customer]:
    """The surviving companies of this name, whoever may see them, the oldest first."""
    query = select(Customer).where(Customer.name_key == names.key(name), Customer.kind == CustomerKind.COMPANY)
    return list(session.exec(query.where(col(Customer.merged_into_id).is_(None)).order_by(col(Customer.id))))


def _refuse(session: Session, others: list[Customer], value: str, viewer: Viewer) -> None:
    seen = next((other for other in others if viewer.sees(other.owner_id)), None)
    if seen is not None:
        raise Conflict("customer_duplicate", id=seen.id, name=seen.name, value=value)
    for hidden in others:
        owner = session.get_one(Staff, hidden.owner_id)
        raise Conflict("customer_duplicate_hidden", owner=owner.name, value=value)
