"""What staff noted of customers on the platform, kept in step with the record here, where that is wanted.

A writing session is watched like that of tags: a new name or phone of a customer is noted on their connections.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import event, inspect
from sqlmodel import Session

from crm_core.address_book import Remark
from crm_core.customers import contacts
from crm_core.customers.tables import ContactKind, ContactPoint, Customer
from crm_core.people.tables import Operation
from crm_core.platforms import chores
from crm_core.relations.parties import USABLE, contact_of, customer_of, of_customer
from crm_core.relations.tables import Relation

#: The chores of noting a name and phones on a connection; their key is the id of the connection.
NAME, PHONES = "remark", "phones"
#: In the `info` of a session: everything in it was told by a platform.
TOLD = "told_by_platform"
#: Longest remark, in characters, and most phones that platforms take.
LONGEST = 20
MOST_PHONES = 5

_NOTED = "remarks_to_tell"
_PLATFORMS = "remark_platforms"


@dataclass
class _Noted:
    """(customer, chore)."""

    customers: set[tuple[int, str]] = field(default_factory=set)
    moment: datetime | None = None


def keep_current(writing: type[Session]) -> None:
    """Watch the sessions of this kind in which it is wanted."""
    event.listen(writing, "after_flush", _note)
    event.listen(writing, "before_commit", _plan)


def want(session: Session, platforms: frozenset[str]) -> None:
    """What changes in this session is to be noted on these platforms."""
    session.info[_PLATFORMS] = platforms


def wanted(session: Session, kind: str, key: str) -> Remark | None:
    """What of the record is not noted on this connection; None: nothing."""
    relation = session.get(Relation, int(key))
    customer = None if relation is None else customer_of(session, relation)
    if relation is None or customer is None or relation.standing not in USABLE:
        return None
    contact = contact_of(session, relation)
    if kind == NAME:
        name = customer.name[:LONGEST]
        return None if name == relation.remark else Remark(relation.member, contact, remark=name)
    points = contacts.of(session, [customer.id])[customer.id]
    phones = tuple(_plain(point.value) for point in points if point.kind is ContactKind.PHONE)[:MOST_PHONES]
    same = set(phones) == {_plain(phone) for phone in relation.phones}
    return None if same else Remark(relation.member, contact, phones=phones)


def written(session: Session, key: str, done: Remark, *, at: datetime) -> None:
    """It is noted there."""
    relation = session.get_one(Relation, int(key))
    relation.remark = relation.remark if done.remark is None else done.remark
    relation.phones = relation.phones if done.phones is None else list(done.phones)
    relation.known_at = max(relation.known_at, at)
    session.add(relation)
    session.flush()


def _plain(phone: str) -> str:
    """As people in China write it: without the country's prefix; every other as it is."""
    return phone.removeprefix("+86") if phone.startswith("+861") else phone


def _note(session: Session, _context: object) -> None:
    if session.info.get(TOLD) or _PLATFORMS not in session.info:
        return
    noted: _Noted = session.info.setdefault(_NOTED, _Noted())
    moments = [noted.moment] if noted.moment else []
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Operation):
            moments.append(row.at)
        elif isinstance(row, ContactPoint) and row.kind is ContactKind.PHONE:
            noted.customers.add((row.customer_id, PHONES))
        elif isinstance(row, Customer):
            moments.append(row.updated_at)
            if inspect(row).attrs.name.history.deleted:
                noted.customers.add((row.id, NAME))
    noted.moment = max(moments, default=None)


def _plan(session: Session) -> None:
    if _PLATFORMS not in session.info:
        return
    session.flush()
    noted: _Noted = session.info.pop(_NOTED, _Noted())
    for customer_id, kind in sorted(noted.customers):
        if session.get(Customer, customer_id) is not None:
            for relation in of_customer(session, customer_id, USABLE):
                if relation.platform in session.info[_PLATFORMS]:
                    chores.put(
                        session, relation.platform, kind, str(relation.id), now=noted.moment or relation.known_at
                    )
