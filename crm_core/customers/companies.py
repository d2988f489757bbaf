"""The company a person belongs to: a customer of its own, found by name or made.

A company made on the way is in the pool, so that colleagues whose customers work there share it.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.customers import names
from crm_core.customers.duplicates import companies_named
from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer, CustomerKind
from crm_core.errors import Invalid
from crm_core.people.viewer import Viewer


def link(session: Session, customer: Customer, name: str, *, viewer: Viewer, now: datetime) -> Customer:
    """Make the customer belong to the company of this name; one that the viewer sees is taken, else it is made.

    Raises `Invalid`: a name, `company_of_itself`.
    """
    company = _seen(session, name, viewer) or _made(session, name, viewer, now)
    if company.id == customer.id:
        raise Invalid("company_of_itself", name=company.name)
    customer.company_id = company.id
    session.add(customer)
    session.flush()
    return company


def people_of(session: Session, company: Customer, *, viewer: Viewer, limit: int) -> list[Customer]:
    """Who of the company is known and seen by the viewer, the last contact first."""
    wanted = select(Customer).where(Customer.company_id == company.id, visible(viewer))
    return list(
        session.exec(wanted.order_by(col(Customer.last_contact_at).desc().nulls_last(), col(Customer.id)).limit(limit))
    )


def _seen(session: Session, name: str, viewer: Viewer) -> Customer | None:
    found = [company for company in companies_named(session, name) if viewer.sees(company.owner_id)]
    own = [company for company in found if company.owner_id is not None and company.owner_id == viewer.staff_id]
    return next(iter(own + found), None)


def _made(session: Session, name: str, viewer: Viewer, now: datetime) -> Customer:
    company = Customer(
        kind=CustomerKind.COMPANY,
        name=names.normalise(name),
        name_key=names.key(name),
        created_by_id=viewer.staff_id,
        created_at=now,
        updated_at=now,
    )
    session.add(company)
    session.flush()
    return company
