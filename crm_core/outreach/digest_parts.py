"""Parts of the digest that are about customers: who waits for an answer, and who was lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crm_core.address_book import Standing
from crm_core.chat import SenderKind
from crm_core.conversations import optouts
from crm_core.conversations.tables import Message
from crm_core.customers.tables import Customer, Identity, Stage
from crm_core.outreach import worktime
from crm_core.outreach.worktime import Hours
from crm_core.people.tables import Change, Operation
from crm_core.relations.tables import Relation
from crm_core.text import folding

#: What was said longer ago is not waited for any more.
OLDEST = timedelta(days=14)
#: How many messages are looked at for one person.
_LOOKED_AT = 400
#: What needs no answer when it is all that is said.
_THANKS = (
    "好 好的 好滴 嗯 嗯嗯 哦 行 可以 收到 谢谢 谢谢你 多谢 感谢 辛苦了 再见 ok okay thanks thx great fine bye 👍 👌 🙏"
)
_CLOSING = frozenset(_THANKS.split()) | {"thank you", "got it"} | optouts.OPT_OUT | optouts.OPT_IN


@dataclass(frozen=True)
class Waiting:
    """A customer who wrote at this moment, and was not answered."""

    customer: Customer
    since: datetime
    text: str


def unanswered(
    session: Session, *, staff_id: int, now: datetime, promised: timedelta, zone: ZoneInfo, country: str, hours: Hours
) -> list[Waiting]:
    """Customers of this member of staff who wait for longer than was promised, by working time; the longest first."""
    first: dict[int, Waiting] = {}
    for customer, at, text in _unanswered(session, staff_id, now, promised):
        if customer.id not in first and folding.fold(text).strip(" .!。！,，~～") not in _CLOSING:
            first[customer.id] = Waiting(customer, at, text)
    return [
        each
        for each in first.values()
        if worktime.between(each.since, now, zone=zone, country=country, hours=hours) >= promised
    ]


def lost(session: Session, *, staff_id: int, since: datetime) -> list[Customer]:
    """Customers of this member of staff who deleted a colleague on a platform since then and are connected with nobody
    there, or whose stage became that of the lost."""
    found = {
        customer.id: customer for customer in (*_gone(session, staff_id, since), *_given_up(session, staff_id, since))
    }
    return [found[id_] for id_ in sorted(found)]


def _unanswered(
    session: Session, staff_id: int, now: datetime, promised: timedelta
) -> list[tuple[Customer, datetime, str]]:
    later, record = aliased(Message), aliased(Customer)
    answered = exists().where(
        col(later.conversation_id) == Message.conversation_id,
        col(later.sent_at) > Message.sent_at,
        col(later.deleted_at).is_(None),
        or_(col(later.sender_staff_id).is_not(None), col(later.sender_kind) == SenderKind.MEMBER),
    )
    wanted = (
        select(Customer, Message.sent_at, Message.text)
        .join(record, func.coalesce(record.merged_into_id, record.id) == Customer.id)
        .join(Message, col(Message.customer_id) == record.id)
        .where(
            Customer.owner_id == staff_id,
            col(Customer.merged_into_id).is_(None),
            col(Message.sent_at) > now - OLDEST,
            col(Message.sent_at) <= now - promised,
            col(Message.sender_staff_id).is_(None),
            col(Message.sender_kind).not_in((SenderKind.BOT, SenderKind.MEMBER)),
            col(Message.addressed).is_(False),
            col(Message.deleted_at).is_(None),
            ~answered,
        )
        .order_by(col(Message.sent_at), col(Message.id))
        .limit(_LOOKED_AT)
    )
    return list(session.exec(wanted).all())


def _gone(session: Session, staff_id: int, since: datetime) -> list[Customer]:
    other = aliased(Relation)
    still = exists().where(
        col(other.identity_id) == Identity.id,
        and_(col(other.standing) == Standing.ADDED, col(other.ended_at).is_(None)),
    )
    wanted = (
        select(Customer)
        .join(Identity, col(Identity.customer_id) == Customer.id)
        .join(Relation, col(Relation.identity_id) == Identity.id)
        .where(
            Customer.owner_id == staff_id,
            col(Customer.merged_into_id).is_(None),
            Relation.standing == Standing.LOST,
            col(Relation.ended_at) >= since,
            ~still,
        )
    )
    return list(session.exec(wanted).all())


def _given_up(session: Session, staff_id: int, since: datetime) -> list[Customer]:
    wanted = select(Customer).where(
        Customer.owner_id == staff_id,
        Customer.stage == Stage.LOST,
        col(Customer.updated_at) >= since,
        col(Customer.merged_into_id).is_(None),
    )
    return [customer for customer in session.exec(wanted).all() if _became_lost(session, customer, since)]


def _became_lost(session: Session, customer: Customer, since: datetime) -> bool:
    changes = (
        select(Change)
        .join(Operation, col(Operation.id) == Change.operation_id)
        .where(
            Change.customer_id == customer.id,
            Change.table_name == "customer",
            Change.row_id == customer.id,
            col(Operation.at) >= since,
        )
    )
    return any(
        change.before is not None and change.after is not None
        and change.before.get("stage") != change.after.get("stage") == Stage.LOST.value
        for change in session.exec(changes)
    )  # fmt: skip
