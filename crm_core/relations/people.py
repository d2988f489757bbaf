"""Customers as a platform shows them: one record for each, made at first sight, brought up to date afterwards."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlmodel import Session

from crm_core.address_book import Connection, Person
from crm_core.chat import Sender, SenderKind
from crm_core.customers import contacts, identities, names, records
from crm_core.customers.changes import keep_name
from crm_core.customers.families import survivor
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, Customer, Identity, NameKind
from crm_core.errors import Conflict, CrmError, Invalid
from crm_core.relations.parties import program
from crm_core.relations.tables import Relation
from crm_core.text.tidying import one_line

#: What an account is matched by that the platform's address book made a record for.
MATCHED_BY = "contacts"


def identified(
    session: Session, platform: str, person: Person, connection: Connection, *, now: datetime, country: str
) -> Identity:
    """The account of a customer and their record: the one with this phone, else a new one.

    An account that a person took from its customer stays nobody's.
    """
    phones = _phones(connection.phones, country)
    sender = Sender(person.platform_id, person.name, SenderKind.EXTERNAL, phone=next(iter(phones), ""))
    identity = identities.seen(session, platform, sender, now=now, country=country)
    if identity.customer_id is None and identity.matched_by != "unlinked":
        customer = _made(session, platform, person, connection, phones, now=now, country=country)
        identity.customer_id, identity.matched_by, identity.matched_at = customer.id, MATCHED_BY, now
        session.add(identity)
        session.flush()
    return identity


def bring_up_to_date(
    session: Session,
    identity: Identity,
    relation: Relation,
    person: Person,
    connection: Connection,
    *,
    called: str,
    now: datetime,
    country: str,
) -> None:
    """What the member of staff noted, compared with `relation` as it was; `called`: what the person called themselves.

    A name nobody changed here follows; every other one is kept beside it. Phones are added, never taken away.
    """
    if identity.customer_id is None:
        return
    customer = survivor(session, identity.customer_id)
    if connection.remark != relation.remark or person.name not in {"", called}:
        _rename(
            session,
            customer,
            {relation.remark, called, relation_name(called), _nameless(person)},
            person,
            connection,
            now=now,
        )
    if list(connection.phones) != relation.phones:
        _add_phones(session, customer, connection.phones, country)


def relation_name(name: str) -> str:
    """A name as it is stored, "" when there is none in it."""
    try:
        return names.normalise(name[: names.LONGEST])
    except Invalid:
        return ""


def _made(
    session: Session,
    platform: str,
    person: Person,
    connection: Connection,
    phones: list[str],
    *,
    now: datetime,
    country: str,
) -> Customer:
    name = relation_name(connection.remark) or relation_name(person.name) or _nameless(person)
    called = relation_name(person.name)
    draft = Draft(
        name=name,
        phones=phones,
        company=relation_name(connection.company) or relation_name(person.company),
        position=one_line(person.position[:1000])[:200],
        other_names=[called] if called and names.key(called) != names.key(name) else [],
        created_at=min(connection.since, now),
    )
    viewer = program(platform)
    try:
        return records.create(session, draft, viewer=viewer, now=now, country=country, allow_duplicate=True)
    except CrmError:  # a company of its own name, for one
        bare = Draft(name=name, created_at=draft.created_at)
        return records.create(session, bare, viewer=viewer, now=now, country=country, allow_duplicate=True)


def _rename(
    session: Session, customer: Customer, before: set[str], person: Person, connection: Connection, *, now: datetime
) -> None:
    name = relation_name(connection.remark) or relation_name(person.name)
    for other in dict.fromkeys((name, relation_name(person.name))):
        if other and names.key(other) != customer.name_key:
            keep_name(session, customer.id, NameKind.ALIAS, other, now=now)
    if name and customer.name in before - {""} and name != customer.name:
        if customer.name != _nameless(person):
            keep_name(session, customer.id, NameKind.FORMER, customer.name, now=now)
        customer.name, customer.name_key, customer.updated_at = name, names.key(name), now
        session.add(customer)
        session.flush()


def _nameless(person: Person) -> str:
    """What somebody without a name is called."""
    return person.platform_id[-8:]


def _add_phones(session: Session, customer: Customer, phones: Iterable[str], country: str) -> None:
    """Those that are nobody else's."""
    for phone in _phones(phones, country):
        owners = contacts.owners_of(session, ContactKind.PHONE, phone)
        if not owners:
            try:
                contacts.put(session, customer, ContactKind.PHONE, phone)
            except Conflict:
                return


def _phones(phones: Iterable[str], country: str) -> list[str]:
    return list(_parsed(phones, country))


def _parsed(phones: Iterable[str], country: str) -> Iterator[str]:
    for phone in phones:
        try:
            yield contacts.parse(ContactKind.PHONE, phone[:100], country)[0]
        except Invalid:
            continue
