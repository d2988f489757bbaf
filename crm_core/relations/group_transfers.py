"""Customer groups go along on the platform with their customers.

A group of the former owner goes when none of its customers stays with them; the groups of somebody who left go with the
last of all their customers, whoever is in them. Whether that still holds is seen again when the platform is asked.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.address_book import GroupOrder, TransferState
from crm_core.conversations.tables import Conversation, Membership
from crm_core.customers.families import survivor
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Handle, Staff
from crm_core.people.viewer import Viewer
from crm_core.platforms import chores
from crm_core.relations import alerts
from crm_core.relations.parties import member_of
from crm_core.relations.tables import CustomerGroupRow, GroupTransfer

#: The chore of moving a group; its key is the id of the transfer.
CHORE = "group transfer"


def movable(
    session: Session, customers: Sequence[Customer], to: Staff, owners: Mapping[int, int | None]
) -> list[tuple[CustomerGroupRow, Staff]]:
    """The groups that would go along, with whose they are. `owners`: customer → the owner so far."""
    moving = {customer.id for customer in customers}
    former = {owner for owner in owners.values() if owner is not None and owner != to.id}
    people = session.exec(select(Staff).where(col(Staff.id).in_(former)).order_by(col(Staff.id))).all()
    return [
        (group, person)
        for person in people
        for platform, group in _groups_of(session, person)
        if member_of(session, platform, to.id) and _goes(session, platform, group, person, moving)
    ]


def plan(
    session: Session,
    customers: Sequence[Customer],
    to: Staff,
    owners: Mapping[int, int | None],
    *,
    viewer: Viewer,
    now: datetime,
    grace: timedelta,
) -> int:
    """Have these groups go along, after a grace; how many."""
    moving = movable(session, customers, to, owners)
    for group, person in moving:
        platform = _room(session, group).platform
        row = GroupTransfer(
            group_id=group.id,
            from_member=group.owner_member,
            to_member=member_of(session, platform, to.id),
            from_id=person.id,
            to_id=to.id,
            asked_by_id=viewer.staff_id,
            created_at=now,
        )
        session.add(row)
        session.flush()
        chores.put(session, platform, CHORE, str(row.id), now=now, not_before=now + grace)
    return len(moving)


def order(session: Session, key: str, *, at: datetime) -> GroupOrder | None:
    """What is to be asked; None: it is over, the platform told that it is theirs, or nobody wants it any more (then it
    is cancelled)."""
    row = session.get(GroupTransfer, int(key), with_for_update=True)
    if row is None or row.state is not TransferState.PLANNED:
        return None
    group, former = session.get_one(CustomerGroupRow, row.group_id), session.get_one(Staff, row.from_id)
    room = _room(session, group)
    if group.owner_member == row.to_member:
        ended(session, key, TransferState.DONE, problem="", at=at)
        return None
    if not _is_wanted(session, row, group, room, former):
        _end(session, row, TransferState.CANCELLED, "", at)
        return None
    return GroupOrder(room.platform_id, row.from_member, row.to_member, not former.active)


def ended(session: Session, key: str, state: TransferState, *, problem: str, at: datetime) -> None:
    """It is over: the new owner hears of it, and the former one when it failed; once."""
    row = session.get_one(GroupTransfer, int(key), with_for_update=True)
    if row.state is not TransferState.PLANNED:
        return
    _end(session, row, state, problem, at)
    group = session.get_one(CustomerGroupRow, row.group_id)
    if state is TransferState.DONE:
        group.owner_member = row.to_member
        session.add(group)
    for staff_id in sorted({row.to_id} if state is TransferState.DONE else {row.to_id, row.from_id}):
        body = {"notice": alerts.GROUP_TRANSFER, "transfer_id": row.id}
        alerts.tell(session, staff_id, body, platform=_room(session, group).platform, now=at)


def done_since(session: Session, asked_by_id: int | None, since: datetime) -> list[str]:
    """Names of the groups that went along since then at somebody's request, and stay where they are now."""
    query = select(GroupTransfer).where(
        GroupTransfer.asked_by_id == asked_by_id,
        GroupTransfer.created_at == since,
        GroupTransfer.state == TransferState.DONE,
    )
    groups = [session.get_one(CustomerGroupRow, row.group_id) for row in session.exec(query)]
    return [_room(session, group).title for group in groups]


def _groups_of(session: Session, person: Staff) -> Iterator[tuple[str, CustomerGroupRow]]:
    """Their groups that are still there, with the platform."""
    query = (
        select(Conversation.platform, CustomerGroupRow)
        .join(Conversation, col(Conversation.id) == CustomerGroupRow.conversation_id)
        .join(
            Handle,
            (col(Handle.platform) == Conversation.platform)
            & (func.lower(Handle.platform_user_id) == func.lower(CustomerGroupRow.owner_member)),
        )
        .where(Handle.staff_id == person.id, col(CustomerGroupRow.ended_at).is_(None))
    )
    yield from session.exec(query.order_by(col(CustomerGroupRow.id))).all()


def _goes(session: Session, platform: str, group: CustomerGroupRow, person: Staff, moving: Collection[int]) -> bool:
    inside = _customers_in(session, platform, group)
    if any(one.owner_id == person.id and one.id not in moving for one in inside):
        return False
    if any(one.id in moving for one in inside):
        return True
    return not person.active and not _has_others(session, person, moving)


def _is_wanted(
    session: Session, row: GroupTransfer, group: CustomerGroupRow, room: Conversation, former: Staff
) -> bool:
    """Whether it is still theirs, and still none of its customers."""
    if group.ended_at is not None or group.owner_member != row.from_member:
        return False
    owners = {one.owner_id for one in _customers_in(session, room.platform, group)}
    if former.id in owners:
        return False
    return row.to_id in owners or not (former.active or _has_others(session, former, ()))


def _customers_in(session: Session, platform: str, group: CustomerGroupRow) -> list[Customer]:
    query = (
        select(Identity.customer_id)
        .join(Membership, col(Membership.platform_user_id) == Identity.platform_user_id)
        .where(Membership.conversation_id == group.conversation_id, col(Membership.left_at).is_(None))
        .where(Identity.platform == platform, col(Identity.customer_id).is_not(None))
    )
    return [survivor(session, one) for one in session.exec(query) if one is not None]


def _has_others(session: Session, person: Staff, moving: Collection[int]) -> bool:
    """Whether customers stay with them that do not move."""
    query = select(Customer.id).where(Customer.owner_id == person.id, col(Customer.merged_into_id).is_(None))
    return any(one not in moving for one in session.exec(query))


def _room(session: Session, group: CustomerGroupRow) -> Conversation:
    return session.get_one(Conversation, group.conversation_id)


def _end(session: Session, row: GroupTransfer, state: TransferState, problem: str, at: datetime) -> None:
    row.state, row.problem, row.ended_at = state, problem[:200], at
    session.add(row)
    session.flush()
