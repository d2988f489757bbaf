"""What of the customers a viewer may see and touch, as a check of one and as a condition of a query."""

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import col

from crm_core.customers.tables import Customer
from crm_core.errors import NotFound
from crm_core.people.viewer import Right, Viewer


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `Customer`: a survivor, of an owner this viewer sees."""
    survives = col(Customer.merged_into_id).is_(None)
    if viewer.owners is None:
        return and_(survives, true())
    return and_(survives, or_(col(Customer.owner_id).is_(None), col(Customer.owner_id).in_(sorted(viewer.owners))))


def require_sight(viewer: Viewer, customer: Customer) -> None:
    """Raise `NotFound` unless the viewer sees this customer: the hidden is not told apart from the missing."""
    viewer.require(Right.READ)
    if not viewer.sees(customer.owner_id):
        raise NotFound("customer_not_found", id=customer.id)


def require_write(viewer: Viewer, customer: Customer) -> None:
    """Raise `NotFound` unless it is visible, `NotAllowed` unless the role may write."""
    require_sight(viewer, customer)
    viewer.require(Right.WRITE)
