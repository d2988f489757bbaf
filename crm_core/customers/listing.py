"""Customers by the page, and the names around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.tags import tags
from crm_core.tags.tables import CustomerTag


@dataclass(frozen=True)
class Around:
    """Names by id: of the companies of some customers, and of their owners."""

    companies: dict[int, str]
    owners: dict[int, str]


def page(
    session: Session,
    *,
    viewer: Viewer,
    tag: str = "",
    among: SelectOfScalar[int] | None = None,
    after_id: int = 0,
    limit: int = 50,
) -> list[Customer]:
    """Visible customers by id, those after `after_id`; with a tag only its own (`NotFound` for an unknown one).

    `among`: only customers whose id this query gives.
    """
    query = select(Customer).where(visible(viewer), col(Customer.id) > after_id).order_by(col(Customer.id)).limit(limit)
    if tag:
        wanted = tags.named(session, tag)
        query = query.join(CustomerTag, col(CustomerTag.customer_id) == Customer.id)
        query = query.where(CustomerTag.tag_id == wanted.id)
    if among is not None:
        query = query.where(col(Customer.id).in_(among))
    return list(session.exec(query))


def names_around(session: Session, customers: Sequence[Customer]) -> Around:
    """The names these customers refer to, in two queries."""
    companies = {one.company_id for one in customers if one.company_id is not None}
    owners = {one.owner_id for one in customers if one.owner_id is not None}
    return Around(
        companies=dict(session.exec(select(Customer.id, Customer.name).where(col(Customer.id).in_(companies))).all()),
        owners=dict(session.exec(select(Staff.id, Staff.name).where(col(Staff.id).in_(owners))).all()),
    )
