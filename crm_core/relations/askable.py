"""Whose agreement to be recorded a platform can be asked for, a page at a time."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from crm_core.address_book import Standing
from crm_core.archiving import Askable
from crm_core.conversations.tables import Consent, Conversation
from crm_core.customers.tables import Identity
from crm_core.relations.tables import CustomerGroupRow, Relation

#: How the room of a member of staff and a customer is called: `pair:<member>:<customer>`.
_PAIR = "pair:"


def connected(session: Session, platform: str, after: int, limit: int) -> list[Askable]:
    """Members of staff with their customers, of numbers above `after`, in order."""
    query = (
        select(Relation.id, Identity.platform_user_id, Relation.member)
        .join(Identity, col(Identity.id) == col(Relation.identity_id))
        .where(Relation.platform == platform, Relation.standing == Standing.ADDED, col(Relation.id) > after)
        .order_by(col(Relation.id))
        .limit(limit)
    )
    return [Askable(number, customer, member) for number, customer, member in session.exec(query)]


def rooms(session: Session, platform: str, after: int, limit: int) -> list[Askable]:
    """Groups with customers that are still there, like `connected`."""
    query = (
        select(CustomerGroupRow.id, Conversation.platform_id)
        .join(Conversation, col(Conversation.id) == col(CustomerGroupRow.conversation_id))
        .where(
            Conversation.platform == platform,
            col(CustomerGroupRow.ended_at).is_(None),
            col(CustomerGroupRow.id) > after,
        )
        .order_by(col(CustomerGroupRow.id))
        .limit(limit)
    )
    return [Askable(number, room=room) for number, room in session.exec(query)]


def heard(session: Session, platform: str, after: int, limit: int) -> list[Askable]:
    """Members of staff and customers who were recorded though nobody knows what was agreed, like `connected`."""
    found: list[Askable] = []
    while len(found) < limit and (page := _pairs(session, platform, after, limit)):
        known = _known(session, platform, [one.customer for one in page])
        found += [one for one in page if (one.customer, one.with_whom) not in known]
        after = page[-1].number
    return found[:limit]


def _pairs(session: Session, platform: str, after: int, limit: int) -> list[Askable]:
    query = (
        select(Conversation.id, Conversation.platform_id)
        .where(
            Conversation.platform == platform,
            col(Conversation.platform_id).startswith(_PAIR),
            col(Conversation.id) > after,
        )
        .order_by(col(Conversation.id))
        .limit(limit)
    )
    return [_pair(number, room) for number, room in session.exec(query)]


def _pair(number: int, room: str) -> Askable:
    member, _, customer = room.removeprefix(_PAIR).rpartition(":")
    return Askable(number, customer, member)


def _known(session: Session, platform: str, customers: Collection[str]) -> set[tuple[str, str]]:
    query = select(Consent.customer, Consent.with_whom)
    return set(session.exec(query.where(Consent.platform == platform, col(Consent.customer).in_(customers))))
