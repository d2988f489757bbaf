"""Other records with a phone or an e-mail of a customer: it may well be the same person."""

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from crm_core.customers.tables import ContactKind, ContactPoint, Customer

_PERSONAL = (ContactKind.PHONE, ContactKind.EMAIL)


def shares_anything() -> ColumnElement[bool]:
    """Whether any other record, a merged one too, has one of the customer of the outer query: few have."""
    return _any(*_same(aliased(ContactPoint), aliased(ContactPoint)))


def shares_contact(other_id: Mapped[int], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such another record has one of the customer of the outer query. `other_id`: the column that has the id of
    that record; `conditions`: what else holds of it."""
    own, theirs = aliased(ContactPoint), aliased(ContactPoint)
    return _any(*_same(own, theirs), col(theirs.customer_id) == other_id, *conditions)


def _any(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a row, looked up for each customer: for EXISTS PostgreSQL may first join everybody's."""
    return select(literal(1)).where(*conditions).limit(1).correlate(Customer).scalar_subquery().is_not(None)


def _same(own: type[ContactPoint], theirs: type[ContactPoint]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(own.customer_id) == Customer.id,
        col(own.kind).in_(_PERSONAL),
        col(theirs.value) == own.value,
        col(theirs.kind) == own.kind,
        col(theirs.customer_id) != own.customer_id,
    )
