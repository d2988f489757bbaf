"""Which member of staff writes to a customer, where members of staff write to their own: one for each customer.

The owner, as far as they are known on that platform and still of the staff.
"""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Handle, Staff


def of(account: type[Identity], customer: type[Customer]) -> ColumnElement[int | None]:
    """The id of the member of staff who writes to this account of this customer, both of the outer query."""
    return _owner(col(account.platform), customer).correlate(account, customer).scalar_subquery()


def of_room(channel: type[Conversation], customer: type[Customer]) -> ColumnElement[int | None]:
    """The id of the member of staff who writes into this group, linked to this customer, both of the outer query."""
    return _owner(col(channel.platform), customer).correlate(channel, customer).scalar_subquery()


def _owner(platform: Mapped[str], customer: type[Customer]) -> Select[int]:
    handle, person = aliased(Handle), aliased(Staff)
    return (
        select(col(person.id))
        .join(handle, col(handle.staff_id) == person.id)
        .where(col(person.id) == customer.owner_id, col(person.active), col(handle.platform) == platform)
        .limit(1)
    )
