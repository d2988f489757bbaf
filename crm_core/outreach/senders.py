"""Which member of staff writes to a customer, where members of staff write to their own: one for each customer.

The owner, if they are connected with the customer there; else whoever talked with the customer last; else whoever was
connected with them last. In a group it is the member whose group it is.
"""

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from crm_core.address_book import Standing
from crm_core.conversations.tables import Conversation
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Handle, Staff
from crm_core.relations.tables import CustomerGroupRow, Relation


def of(account: type[Identity]) -> ColumnElement[int | None]:
    """The id of the member of staff who writes to this account of the outer query."""
    customer = aliased(Customer)
    relation, handle, person, talk = aliased(Relation), aliased(Handle), aliased(Staff), aliased(Conversation)
    room = literal("pair:").concat(relation.member).concat(":").concat(account.platform_user_id)
    return (
        select(col(person.id))
        .select_from(relation)
        .join(customer, col(customer.id) == account.customer_id)
        .join(handle, _is(handle, col(relation.platform), col(relation.member)))
        .join(person, and_(col(person.id) == handle.staff_id, col(person.active)))
        .outerjoin(talk, and_(col(talk.platform) == relation.platform, col(talk.platform_id) == room))
        .where(col(relation.identity_id) == account.id, col(relation.standing) == Standing.ADDED)
        .order_by(
            func.coalesce(col(person.id) == customer.owner_id, False).desc(),
            col(talk.last_message_at).desc().nulls_last(),
            col(relation.since).desc(),
            col(relation.id).desc(),
        )
        .limit(1)
        .correlate(account)
        .scalar_subquery()
    )


def of_room(channel: type[Conversation]) -> ColumnElement[int | None]:
    """The id of the member of staff who writes into this group of the outer query; None also for what is no group."""
    group, handle, person = aliased(CustomerGroupRow), aliased(Handle), aliased(Staff)
    return (
        select(col(person.id))
        .select_from(group)
        .join(handle, _is(handle, col(channel.platform), col(group.owner_member)))
        .join(person, and_(col(person.id) == handle.staff_id, col(person.active)))
        .where(col(group.conversation_id) == channel.id, col(group.ended_at).is_(None))
        .limit(1)
        .correlate(channel)
        .scalar_subquery()
    )


def _is(handle: type[Handle], platform: Mapped[str], member: Mapped[str]) -> ColumnElement[bool]:
    """As the platform spells it, or in the small letters it uses elsewhere."""
    return and_(col(handle.platform) == platform, col(handle.platform_user_id).in_((member, func.lower(member))))
