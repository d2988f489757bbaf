"""Connections as the platform tells them, read in lists or told one by one, in whatever order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from crm_core.address_book import Connection, Person, Standing
from crm_core.customers.tables import Customer, Identity
from crm_core.people import audit
from crm_core.people.tables import Staff
from crm_core.relations import alerts, arriving, departing, people, ways
from crm_core.relations.parties import customer_of, find, program, staff_of
from crm_core.relations.tables import Relation, RelationTag, TagWish

#: Platforms tell moments in whole seconds.
_SECOND = timedelta(seconds=1)

_Seen = Sequence[tuple[Person, Connection]]


def saw(
    session: Session, platform: str, seen: _Seen, *, read_at: datetime, now: datetime, country: str
) -> frozenset[str]:
    """Keep what was read, unless something newer is known; ids of tags that are not in the library we know."""
    known = _known(session, platform, [person.platform_id for person, _ in seen])
    staff = staff_of(session, platform, {connection.member for _, connection in seen})
    unknown: set[str] = set()
    for person, connection in seen:
        identity, relation = known.get((person.platform_id, connection.member), (None, None))
        if relation is not None and relation.known_at > read_at:
            continue
        called = "" if identity is None else identity.display_name
        identity = people.identified(session, platform, person, connection, now=now, country=country)
        if relation is None:
            relation = _made(session, platform, identity, connection, read_at)
            _give_owner(session, relation, staff.get(connection.member.lower()), now)
        people.bring_up_to_date(
            session, identity, relation, person, connection, called=called, now=now, country=country
        )
        _take_over(relation, connection, read_at)
        session.add(relation)
        session.flush()
        unknown |= arriving.apply(session, relation, connection.tags, read_at=read_at, now=now)
    return frozenset(unknown)


def saw_all_with(
    session: Session, platform: str, person: Person, found: Sequence[Connection], *, read_at: datetime, now: datetime,
    country: str,
) -> frozenset[str]:  # fmt: skip
    """Like `saw`; whoever is not among them is not connected with this customer any more."""
    seen = [(person, connection) for connection in found]
    unknown = saw(session, platform, seen, read_at=read_at, now=now, country=country)
    members = {connection.member for connection in found}
    _end_others(session, platform, person.platform_id, members, read_at)
    return unknown


def nobody_has(session: Session, platform: str, contact: str, *, read_at: datetime) -> None:
    """Nobody is connected with this customer any more."""
    _end_others(session, platform, contact, (), read_at)


def saw_all_of(session: Session, platform: str, member: str, *, began_at: datetime, now: datetime) -> int:
    """Whoever was not seen since then is not this member's customer any more; how many."""
    query = select(Relation).where(
        Relation.platform == platform,
        Relation.member == member,
        Relation.standing == Standing.ADDED,
        col(Relation.known_at) < began_at,
    )
    over = session.exec(query).all()
    for relation in over:
        end(session, relation, Standing.DELETED, now)
    return len(over)


def met(
    session: Session, platform: str, contact: str, member: str, *, at: datetime, now: datetime, half: bool, state: str,
    country: str,
) -> None:  # fmt: skip
    """They are connected from this moment; told twice, it happens once."""
    relation = find(session, platform, member, contact)
    if relation is None:
        seen = [(Person(contact), Connection(member, at, state=state))]
        saw(session, platform, seen, read_at=at, now=now, country=country)
        relation = find(session, platform, member, contact)
    assert relation is not None  # noqa: S101
    if (relation.met_at is not None and at <= relation.met_at and not half) or _ended_after(relation, at + _SECOND):
        return
    first = relation.met_at is None or at > relation.met_at
    relation.standing = Standing.HALF if half else Standing.ADDED
    relation.ended_at, relation.met_at, relation.known_at = None, at, max(now, relation.known_at)
    relation.state = state or relation.state
    session.add(relation)
    session.flush()
    if first and state:
        ways.welcome(session, relation, state, now=now)
    if first and not half:
        departing.wish_for(session, relation, now=now)


def parted(session: Session, platform: str, contact: str, member: str, *, at: datetime, how: Standing,
           now: datetime) -> None:  # fmt: skip
    """They are not connected any more; of one who left by themselves the staff hear, once."""
    relation = find(session, platform, member, contact)
    if relation is None or (relation.met_at is not None and at < relation.met_at) or at < relation.since:
        return
    if relation.standing in {how, Standing.MOVED}:
        return
    if how is Standing.LOST and relation.standing is Standing.DELETED:
        return
    end(session, relation, how, now, at=at)
    if how is Standing.LOST:
        alerts.tell_of_lost(session, relation, now=now)


def end(session: Session, relation: Relation, how: Standing, now: datetime, *, at: datetime | None = None) -> None:
    """What was marked there is no more, unless the member's side stays; what the customer has here stays."""
    relation.standing, relation.ended_at, relation.known_at = how, at or now, now
    relation.waits_since = None
    session.add(relation)
    if how is not Standing.LOST:
        for table in (RelationTag, TagWish):
            for row in session.exec(select(table).where(table.relation_id == relation.id)):
                session.delete(row)
    session.flush()


def settle_owners(session: Session, platform: str, *, now: datetime) -> int:
    """Give customers that waited for it to the member of staff who is known by now; how many."""
    waiting = session.exec(select(Relation).where(Relation.platform == platform, col(Relation.awaits_owner))).all()
    staff = staff_of(session, platform, {relation.member for relation in waiting})
    settled = 0
    for relation in waiting:
        member = staff.get(relation.member.lower())
        if member is not None and member.active:
            settled += _give_owner(session, relation, member, now, told=True)
    return settled


def _known(
    session: Session, platform: str, contacts: Collection[str]
) -> dict[tuple[str, str], tuple[Identity, Relation]]:
    query = select(Identity, Relation).join(Relation, col(Relation.identity_id) == Identity.id)
    query = query.where(Identity.platform == platform, col(Identity.platform_user_id).in_(list(contacts)))
    return {
        (identity.platform_user_id, relation.member): (identity, relation)
        for identity, relation in session.exec(query.with_for_update(of=Relation))
    }


def _made(session: Session, platform: str, identity: Identity, connection: Connection, read_at: datetime) -> Relation:
    """As it is noted here for the first time: nothing of it is known yet."""
    relation = Relation(
        platform=platform,
        member=connection.member,
        identity_id=identity.id,
        since=connection.since,
        known_at=read_at,
        remark=connection.remark,
        phones=list(connection.phones),
    )
    session.add(relation)
    session.flush()
    return relation


def _take_over(relation: Relation, connection: Connection, read_at: datetime) -> None:
    """It is there, so what ended is on again; only one whom the customer left is listed all the same."""
    came_back = relation.ended_at is not None and connection.since > relation.ended_at
    if relation.standing is not Standing.LOST or came_back:
        relation.standing, relation.ended_at = Standing.ADDED, None
    relation.since, relation.known_at = connection.since, read_at
    relation.remark, relation.description = connection.remark[:200], connection.description[:1000]
    relation.company, relation.phones = connection.company[:200], [phone[:50] for phone in connection.phones[:20]]
    relation.how, relation.state = connection.how, connection.state[:100] or relation.state


def _ended_after(relation: Relation, at: datetime) -> bool:
    return relation.ended_at is not None and relation.ended_at > at


def _give_owner(
    session: Session, relation: Relation, member: Staff | None, now: datetime, *, told: bool = False
) -> int:
    """The first one connected has the customer, unless somebody else does; whether they got it."""
    customer = customer_of(session, relation)
    relation.awaits_owner = False
    if customer is not None and _may_have(session, relation, customer):
        if member is None or not member.active:
            relation.awaits_owner = True
        elif customer.owner_id != member.id:
            customer.owner_id, customer.updated_at, relation.gives_owner = member.id, now, True
            session.add(customer)
            if told:
                viewer = program(relation.platform)
                audit.did(session, viewer=viewer, action="contact owner", now=now, customer_id=customer.id)
    session.add(relation)
    session.flush()
    return int(relation.gives_owner)


def _may_have(session: Session, relation: Relation, customer: Customer) -> bool:
    """Nobody has the customer, or only through a younger connection."""
    if customer.owner_id is None:
        return True
    query = select(Relation).join(Identity, col(Identity.id) == Relation.identity_id)
    query = query.where(Identity.customer_id == customer.id, col(Relation.gives_owner), Relation.id != relation.id)
    givers: Mapping[str, Relation] = {one.member.lower(): one for one in session.exec(query)}
    owners = staff_of(session, relation.platform, givers)
    giver = next((givers[key] for key, member in owners.items() if member.id == customer.owner_id), None)
    return giver is not None and relation.since < giver.since


def _end_others(session: Session, platform: str, contact: str, members: Collection[str], read_at: datetime) -> None:
    query = select(Relation).join(Identity, col(Identity.id) == Relation.identity_id)
    query = query.where(Identity.platform == platform, Identity.platform_user_id == contact)
    query = query.where(Relation.standing == Standing.ADDED, col(Relation.known_at) < read_at)
    query = query.where(col(Relation.waits_since).is_(None))
    for relation in session.exec(query):
        if relation.member not in members:
            end(session, relation, Standing.DELETED, read_at)
