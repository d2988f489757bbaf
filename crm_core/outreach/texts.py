"""The text of a broadcast or of a step, as those who receive it read it."""

from dataclasses import dataclass

from sqlmodel import Session

from crm_core.customers.tables import Customer
from crm_core.outreach import templates
from crm_core.people.tables import Staff


@dataclass(frozen=True)
class Sample:
    """What one customer would read."""

    customer_id: int
    name: str
    text: str


def fill(session: Session, text: str, customer: Customer) -> str:
    """What this customer alone reads."""
    owner = session.get(Staff, customer.owner_id) if customer.owner_id is not None else None
    return templates.parse(text).fill({"name": customer.name, "owner": owner.name if owner else ""})


def fill_for_all(session: Session, text: str, sender_id: int) -> str:
    """What everybody reads to whom this member of staff sends it."""
    return templates.parse(text).fill_for_all(session.get_one(Staff, sender_id).name)


def sample(session: Session, text: str, customer_id: int, sender_id: int | None) -> Sample:
    """`sender_id`: of the member of staff who sends it, None for nobody."""
    customer = session.get_one(Customer, customer_id)
    shown = fill(session, text, customer) if sender_id is None else fill_for_all(session, text, sender_id)
    return Sample(customer.id, customer.name, shown)
