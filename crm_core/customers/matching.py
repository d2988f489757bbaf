"""Whose an account is, found without anybody's help; `matched_by` keeps why.

By a phone or an e-mail that is exactly one customer's; else by the company the others of its team belong to; else by
the customer its conversation is linked to. What is known of the person goes before what is known of the room.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.chat import Sender, SenderKind
from crm_core.customers import contacts
from crm_core.customers.families import survivor
from crm_core.customers.tables import ContactKind, Customer, CustomerKind, Identity

#: Ways that rest on other matches, and prove nothing about a team.
_DERIVED = ("team", "conversation")


def match(session: Session, identity: Identity, sender: Sender, *, linked: int | None, now: datetime) -> None:
    """Link the identity if one customer is plainly meant. `linked`: the customer of the conversation."""
    found = _by_contact(session, identity) or _by_team(session, identity) or _by_room(session, sender, identity, linked)
    if found is not None:
        identity.matched_by, identity.customer_id = found
        identity.matched_at = now
        session.add(identity)


def may_match(identity: Identity, linked: int | None) -> bool:
    """Whether another look at an account that is nobody's may find out more."""
    return identity.customer_id is None and identity.matched_by != "unlinked" and bool(linked or identity.team)


def _by_contact(session: Session, identity: Identity) -> tuple[str, int] | None:
    points = ((ContactKind.PHONE, identity.phone), (ContactKind.EMAIL, identity.email))
    matches = [
        (kind.value, owner.id) for kind, value in points if value for owner in contacts.owners_of(session, kind, value)
    ]
    return matches[0] if len({customer_id for _, customer_id in matches}) == 1 else None


def _by_team(session: Session, identity: Identity) -> tuple[str, int] | None:
    """The one company that everybody of this team who is known belongs to."""
    if not identity.team:
        return None
    others = session.exec(
        select(Identity.customer_id)
        .where(Identity.platform == identity.platform, Identity.team == identity.team)
        .where(col(Identity.customer_id).is_not(None), col(Identity.matched_by).not_in(_DERIVED))
        .distinct()
    ).all()
    companies = {_company(session, number) for number in others if number is not None}
    companies.discard(None)
    (company,) = companies if len(companies) == 1 else (None,)
    return None if company is None else ("team", company)


def _by_room(session: Session, sender: Sender, identity: Identity, linked: int | None) -> tuple[str, int] | None:
    """Only for outsiders of whom the platform told who they are; a person's own account is one alone."""
    known = (sender.kind is SenderKind.EXTERNAL and sender.team) or (sender.kind is SenderKind.GUEST and sender.name)
    if linked is None or not known:
        return None
    company = _company(session, linked)
    if company is not None:
        return "conversation", company
    person = survivor(session, linked).id
    taken = select(Identity.id).where(Identity.platform == identity.platform, Identity.customer_id == person)
    return None if session.exec(taken.limit(1)).first() is not None else ("conversation", person)


def _company(session: Session, customer_id: int) -> int | None:
    """The company that this is, or that this person belongs to."""
    customer: Customer = survivor(session, customer_id)
    if customer.kind is CustomerKind.COMPANY:
        return customer.id
    return None if customer.company_id is None else survivor(session, customer.company_id).id
