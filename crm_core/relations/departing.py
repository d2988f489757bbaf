"""Tags that were set or taken off here go to the platform: a wish for each connection, and a chore that carries it out.

A writing session is watched. What came from the platform is no wish (`arriving.QUIET`); so nothing goes round in
circles.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import event, inspect
from sqlmodel import Session, col, select

from crm_core.address_book import Label, Standing, Wanted
from crm_core.customers import names
from crm_core.customers.tables import Customer
from crm_core.people.tables import Operation
from crm_core.platforms import chores
from crm_core.relations import library
from crm_core.relations.arriving import QUIET
from crm_core.relations.parties import USABLE, contact_of, customer_of, of_customer
from crm_core.relations.tables import PlatformTag, Relation, RelationTag, TagWish
from crm_core.tags.tables import CustomerTag, Tag

#: The chore of marking the tags of a connection; its key is the id of the connection.
CHORE = "tags"
#: Longest name of a tag that platforms take.
LONGEST = 30

_NOTED = "tags_to_tell"


def keep_current(writing: type[Session]) -> None:
    """Watch writing sessions."""
    event.listen(writing, "after_flush", _note)
    event.listen(writing, "before_commit", _wish_for_noted)


def wish_for(session: Session, relation: Relation, *, now: datetime) -> None:
    """The tags that the customer has from here are wanted on a new connection too."""
    customer = customer_of(session, relation)
    if customer is None:
        return
    query = select(Tag).join(CustomerTag, col(CustomerTag.tag_id) == Tag.id)
    query = query.where(CustomerTag.customer_id == customer.id, CustomerTag.cause != relation.platform)
    for tag in session.exec(query):
        _wish(session, relation, tag.name, is_on=True, now=now)


def wanted(session: Session, platform: str, key: str) -> Wanted | None:
    """What is to be marked on this connection now; None: nothing, or nothing can be."""
    relation = session.get(Relation, int(key))
    if relation is None or relation.standing not in USABLE:
        return None
    wishes = session.exec(select(TagWish).where(TagWish.relation_id == relation.id, TagWish.problem == "")).all()
    on = [_label(session, platform, wish) for wish in wishes if wish.is_on and not _carried(session, relation, wish)]
    off = [label for wish in wishes if not wish.is_on for label in _carried(session, relation, wish)]
    if not on and not off:
        return None
    contact = contact_of(session, relation)
    return Wanted(relation.member, contact, tuple(on), tuple(label.platform_id for label in off))


def marked(session: Session, platform: str, key: str, done: Wanted, *, at: datetime) -> None:
    """It was marked: known from now on, and no wish any more unless another one came meanwhile."""
    relation_id = int(key)
    for ids, is_on in (([label.platform_id for label in done.on], True), (done.off, False)):
        for label in _labels(session, platform, ids):
            _keep(session, relation_id, label, is_on=is_on, at=at)
            query = select(TagWish).where(TagWish.relation_id == relation_id, TagWish.name_key == label.name_key)
            for wish in session.exec(query):
                if wish.is_on is is_on:
                    session.delete(wish)
    session.flush()
    _tidy(session, relation_id)


def unmarkable(session: Session, key: str, tag_names: Collection[str], problem: str) -> None:
    """These will never be marked there; why is kept."""
    keys = [names.matching_form(name) for name in tag_names]
    query = select(TagWish).where(TagWish.relation_id == int(key), col(TagWish.name_key).in_(keys))
    for wish in session.exec(query):
        wish.problem = problem[:200]
        session.add(wish)
    session.flush()


def _wish(session: Session, relation: Relation, name: str, *, is_on: bool, now: datetime) -> None:
    key = names.matching_form(name)
    query = select(TagWish).where(TagWish.relation_id == relation.id, TagWish.name_key == key)
    wish = session.exec(query.with_for_update()).first()
    carried = bool(_on(session, relation.id, key))
    if wish is None and carried is is_on:
        return
    wish = wish or TagWish(relation_id=relation.id, name=name, name_key=key, is_on=is_on, at=now)
    wish.is_on, wish.at, wish.name = is_on, now, name
    wish.problem = "name_too_long" if is_on and len(name) > LONGEST else ""
    session.add(wish)
    session.flush()
    if not wish.problem:
        chores.put(session, relation.platform, CHORE, str(relation.id), now=now)


@dataclass
class _Noted:
    """Customers and tags that were written, the names of tags that went, and the moment of the transaction."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    gone: dict[int, str] = field(default_factory=dict)
    moment: datetime | None = None

    def at(self, moment: datetime) -> None:
        self.moment = moment if self.moment is None else max(self.moment, moment)


def _note(session: Session, _context: object) -> None:
    noted: _Noted = session.info.setdefault(_NOTED, _Noted())
    for row in (*session.new, *session.deleted, *session.dirty):
        if isinstance(row, CustomerTag) and not session.info.get(QUIET):
            noted.pairs.update((customer_id, row.tag_id) for customer_id in _customers(row))
        if isinstance(row, Operation | CustomerTag):
            noted.at(row.at)
        elif isinstance(row, Customer):
            noted.at(row.updated_at)
        elif isinstance(row, Tag) and row in session.deleted:
            noted.gone[row.id] = row.name


def _customers(row: CustomerTag) -> list[int]:
    """Whose it is, and whose it was."""
    history = inspect(row).attrs.customer_id.history
    return [customer_id for customer_id in (row.customer_id, *(history.deleted or ())) if customer_id is not None]


def _wish_for_noted(session: Session) -> None:
    session.flush()
    noted: _Noted = session.info.pop(_NOTED, _Noted())
    if not noted.pairs:
        return
    carried = _pairs(session, noted.pairs)
    tag_names = {**_names(session, {tag_id for _, tag_id in noted.pairs}), **noted.gone}
    for customer_id, tag_id in sorted(noted.pairs):
        if tag_id in tag_names and session.get(Customer, customer_id) is not None:
            is_on = (customer_id, tag_id) in carried
            for relation in of_customer(session, customer_id, USABLE):
                _wish(session, relation, tag_names[tag_id], is_on=is_on, now=noted.moment or relation.known_at)


def _pairs(session: Session, noted: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    customers = {customer_id for customer_id, _ in noted}
    query = select(CustomerTag.customer_id, CustomerTag.tag_id).where(col(CustomerTag.customer_id).in_(customers))
    return set(session.exec(query).all())


def _names(session: Session, tag_ids: Collection[int]) -> Mapping[int, str]:
    return dict(session.exec(select(Tag.id, Tag.name).where(col(Tag.id).in_(list(tag_ids)))).all())


def _label(session: Session, platform: str, wish: TagWish) -> Label:
    known = library.named(session, platform, wish.name_key)
    first = next(iter(known), None)
    return Label(first.platform_id if first else "", first.name if first else wish.name)


def _carried(session: Session, relation: Relation, wish: TagWish) -> list[PlatformTag]:
    return _on(session, relation.id, wish.name_key)


def _on(session: Session, relation_id: int, name_key: str) -> list[PlatformTag]:
    query = select(PlatformTag).join(RelationTag, col(RelationTag.platform_tag_id) == PlatformTag.id)
    query = query.where(RelationTag.relation_id == relation_id, col(RelationTag.is_on))
    return list(session.exec(query.where(PlatformTag.name_key == name_key)))


def _labels(session: Session, platform: str, ids: Collection[str]) -> list[PlatformTag]:
    query = select(PlatformTag).where(PlatformTag.platform == platform, col(PlatformTag.platform_id).in_(list(ids)))
    return list(session.exec(query))


def _keep(session: Session, relation_id: int, label: PlatformTag, *, is_on: bool, at: datetime) -> None:
    query = select(RelationTag).where(RelationTag.relation_id == relation_id, RelationTag.platform_tag_id == label.id)
    mark = session.exec(query).first() or RelationTag(
        relation_id=relation_id, platform_tag_id=label.id, is_on=is_on, at=at
    )
    mark.is_on, mark.at = is_on, at
    session.add(mark)
    session.flush()


def _tidy(session: Session, relation_id: int) -> None:
    """Wishes that are what stands there already."""
    relation = session.get_one(Relation, relation_id)
    if relation.standing is Standing.HALF:
        return
    for wish in session.exec(select(TagWish).where(TagWish.relation_id == relation_id)):
        if bool(_on(session, relation_id, wish.name_key)) is wish.is_on:
            session.delete(wish)
    session.flush()
