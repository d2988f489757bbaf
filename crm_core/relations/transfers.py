"""在职/离职继承: when a customer gets another owner here, the connection on the platform goes along.

Nobody is asked before the grace of an assignment is over. Afterwards the platform asks the customer, who has a day to
refuse; that cannot be taken back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_core.address_book import Standing, TransferOrder, TransferState
from crm_core.customers.families import survivor
from crm_core.customers.tables import Customer, Identity
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.platforms import chores
from crm_core.relations import alerts
from crm_core.relations.parties import contact_of, member_of, of_customer, staff_of
from crm_core.relations.tables import Relation, Transfer

#: The chore of asking for a hand-over, and of following it; its key is the id of the transfer.
CHORE = "transfer"

_OPEN = (TransferState.PLANNED, TransferState.ASKED)


def movable(
    session: Session, customers: Sequence[Customer], to: Staff, owners: Mapping[int, int | None]
) -> list[Relation]:
    """The connections that would go along. `owners`: customer → the owner so far."""
    moving = []
    for customer in customers:
        for relation in of_customer(session, customer.id, (Standing.ADDED,)):
            former = staff_of(session, relation.platform, [relation.member]).get(relation.member.lower())
            after = member_of(session, relation.platform, to.id)
            is_owners = former is not None and former.id == owners.get(customer.id)
            if not after or not (is_owners or relation.waits_since is not None):
                continue
            if not _is_connected(session, relation, after):
                moving.append(relation)
    return moving


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
    """Have these connections go along, after a grace; how many."""
    moving = movable(session, customers, to, owners)
    for relation in moving:
        customer_id = session.get_one(Identity, relation.identity_id).customer_id
        assert customer_id is not None  # noqa: S101
        customer = survivor(session, customer_id)
        row = Transfer(
            relation_id=relation.id,
            customer_id=customer.id,
            from_member=relation.member,
            to_member=member_of(session, relation.platform, to.id),
            from_id=owners.get(customer.id),
            to_id=to.id,
            asked_by_id=viewer.staff_id,
            created_at=now,
        )
        session.add(row)
        session.flush()
        chores.put(session, relation.platform, CHORE, str(row.id), now=now, not_before=now + grace)
    return len(moving)


def take_back(session: Session, customer_ids: Sequence[int], *, since: datetime, now: datetime) -> list[Transfer]:
    """Cancel what was planned for these customers since then; what was asked for already, and goes on."""
    query = select(Transfer).where(
        col(Transfer.customer_id).in_(list(customer_ids)),
        col(Transfer.state).in_(_OPEN),
        col(Transfer.created_at) >= since,
    )
    rows = session.exec(query.with_for_update()).all()
    for row in rows:
        if row.state is TransferState.PLANNED:
            _end(session, row, TransferState.CANCELLED, "", now)
    return [row for row in rows if row.state is TransferState.ASKED]


def order(session: Session, key: str) -> TransferOrder | None:
    """What is to be asked, or followed; None: it is over, or nobody wants it any more (then it is cancelled)."""
    row = session.get(Transfer, int(key), with_for_update=True)
    if row is None or row.state not in _OPEN:
        return None
    customer = survivor(session, row.customer_id)
    if row.state is TransferState.PLANNED and customer.owner_id != row.to_id:
        _end(session, row, TransferState.CANCELLED, "", row.created_at)
        return None
    former = session.get(Staff, row.from_id) if row.from_id is not None else None
    relation = session.get_one(Relation, row.relation_id)
    resigned = relation.waits_since is not None or (former is not None and not former.active)
    return TransferOrder(contact_of(session, relation), row.from_member, row.to_member, resigned, row.asked_at)


def asked(session: Session, key: str, *, at: datetime) -> None:
    """The platform has begun."""
    row = session.get_one(Transfer, int(key))
    row.state, row.asked_at = TransferState.ASKED, row.asked_at or at
    session.add(row)
    session.flush()


def ended(session: Session, key: str, state: TransferState, *, problem: str, at: datetime) -> None:
    """It is over: both owners hear of it when it failed, the new one when it is done; once."""
    row = session.get_one(Transfer, int(key), with_for_update=True)
    if row.state in _OPEN:
        _end(session, row, state, problem, at)
        people = {row.to_id} if state is TransferState.DONE else {row.to_id, row.from_id}
        platform = session.get_one(Relation, row.relation_id).platform
        for staff_id in sorted(one for one in people if one is not None):
            body = {"notice": alerts.TRANSFER, "transfer_id": row.id, "customer_ids": [row.customer_id]}
            alerts.tell(session, staff_id, body, platform=platform, now=at)


def failed(session: Session, platform: str, contact: str, after: str, state: TransferState, *, at: datetime) -> None:
    """The platform says that a hand-over to this member of staff came to nothing."""
    query = (
        select(Transfer)
        .join(Relation, col(Relation.id) == Transfer.relation_id)
        .join(Identity, col(Identity.id) == Relation.identity_id)
        .where(Identity.platform == platform, Identity.platform_user_id == contact, Transfer.to_member == after)
    )
    for row in session.exec(query.where(Transfer.state == TransferState.ASKED)).all():
        ended(session, str(row.id), state, problem="", at=at)


def is_under_way(session: Session, relation: Relation) -> bool:
    """Whether this connection is to be handed over, or the platform was asked to."""
    query = select(Transfer.id).where(Transfer.relation_id == relation.id, col(Transfer.state).in_(_OPEN))
    return session.exec(query).first() is not None


def _is_connected(session: Session, relation: Relation, member: str) -> bool:
    query = select(Relation.id).where(
        Relation.identity_id == relation.identity_id,
        Relation.platform == relation.platform,
        Relation.member == member,
        Relation.standing == Standing.ADDED,
    )
    return session.exec(query).first() is not None


def _end(session: Session, row: Transfer, state: TransferState, problem: str, at: datetime) -> None:
    row.state, row.problem, row.ended_at = state, problem[:200], at
    session.add(row)
    session.flush()
