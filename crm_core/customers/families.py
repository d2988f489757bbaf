"""A customer and everything merged into it: one family, reached through its survivor."""

from sqlmodel import Session, col, select

from crm_core.customers.tables import Customer
from crm_core.errors import NotFound


def survivor(session: Session, customer_id: int) -> Customer:
    """The customer itself, or the one it was merged into, however often. Raises `NotFound("customer_not_found")`."""
    customer = session.get(Customer, customer_id)
    while customer is not None and customer.merged_into_id is not None:
        customer = session.get(Customer, customer.merged_into_id)
    if customer is None:
        raise NotFound("customer_not_found", id=customer_id)
    return customer


def family(session: Session, customer_id: int) -> list[int]:
    """The ids of the whole family of any of its members, the survivor first."""
    members = [survivor(session, customer_id).id]
    newest = members
    while newest:
        merged = select(Customer.id).where(col(Customer.merged_into_id).in_(newest)).order_by(col(Customer.id))
        newest = list(session.exec(merged))
        members = members + newest
    return members
