"""Telling the staff what became of their customers on the platform."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, func, select

from crm_core.address_book import Standing
from crm_core.customers.tables import Customer
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import DeliveryKind
from crm_core.people.tables import Role, Staff
from crm_core.relations.parties import customer_of, staff_of
from crm_core.relations.tables import Relation

LOST = "customer_lost"
LEFT = "staff_left"
TRANSFER = "transfer"
GROUP_TRANSFER = "group_transfer"


def tell_of_lost(session: Session, relation: Relation, *, now: datetime) -> None:
    """A customer deleted a member of staff: who owns the customer hears of it, and the one who was deleted."""
    customer = customer_of(session, relation)
    if customer is None:
        return
    member = staff_of(session, relation.platform, [relation.member]).get(relation.member.lower())
    people = {customer.owner_id, None if member is None else member.id} - {None}
    name = relation.member if member is None else member.name
    for staff_id in sorted(one for one in people if one is not None):
        body = {"notice": LOST, "customer_ids": [customer.id], "relation_id": relation.id, "member": name}
        tell(session, staff_id, body, platform=relation.platform, now=now)


def tell_of_left(session: Session, staff: Staff, *, platform: str, now: datetime) -> int:
    """Somebody left: the managers of their team, else the administrators, hear whose customers wait; how many."""
    count = session.exec(
        select(func.count()).where(Customer.owner_id == staff.id, col(Customer.merged_into_id).is_(None))
    ).one()
    if count:
        for manager in _managers(session, staff):
            body = {"notice": LEFT, "staff_id": staff.id, "count": count}
            tell(session, manager.id, body, platform=platform, now=now)
    return count


def tell(session: Session, staff_id: int, body: Mapping[str, object], *, platform: str, now: datetime) -> None:
    """A notice, where this person is reached."""
    handle = deliveries.address(session, staff_id, platform)
    person = session.get(Staff, staff_id)
    if handle is not None and person is not None and person.active:
        deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)


def still_lost(relation: Relation | None) -> bool:
    """Whether the customer has not come back meanwhile."""
    return relation is not None and relation.standing is Standing.LOST


def _managers(session: Session, staff: Staff) -> list[Staff]:
    active = select(Staff).where(col(Staff.active).is_(True), Staff.id != staff.id)
    team = active.where(Staff.role == Role.MANAGER, Staff.team_id == staff.team_id)
    managers = session.exec(team).all() if staff.team_id is not None else []
    return list(managers or session.exec(active.where(Staff.role == Role.ADMIN)).all())
