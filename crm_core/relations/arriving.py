"""Tags that were set or taken off on the platform arrive here, each once.

What the platform said last is kept for each connection; only what differs from it is a change. Our own marks are kept
there as soon as they are made, so they are none when they come back.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.customers import names
from crm_core.errors import Conflict, Invalid
from crm_core.relations.parties import LIVE, customer_of, of_customer, program
from crm_core.relations.tables import PlatformTag, Relation, RelationTag, TagWish
from crm_core.tags import tags
from crm_core.tags.tables import CustomerTag, Tag

_QUOTES = str.maketrans("", "", "\"'“”„「」『』")

#: In the `info` of a session: what is written now came from the platform, and is not told there.
QUIET = "tags_from_platform"


def apply(
    session: Session, relation: Relation, ids: Collection[str], *, read_at: datetime, now: datetime
) -> frozenset[str]:
    """These tags, and no others, are on the connection there. The ids that are not in the library as we know it."""
    marks = {mark.platform_tag_id: mark for mark in _marks(session, relation)}
    if not ids and not any(mark.is_on for mark in marks.values()):
        return frozenset()
    wanted = session.exec(
        select(PlatformTag).where(
            PlatformTag.platform == relation.platform,
            col(PlatformTag.platform_id).in_(list(ids)) | col(PlatformTag.id).in_(list(marks)),
        )
    ).all()
    for label in wanted:
        mark, there = marks.get(label.id), label.platform_id in ids
        if there is (mark is not None and mark.is_on) or (mark is not None and mark.at >= read_at):
            continue
        _keep(session, relation, label, mark, is_on=there, at=read_at)
        _change_here(session, relation, label.name, is_on=there, read_at=read_at, now=now)
    session.flush()
    return frozenset(ids) - {label.platform_id for label in wanted}


def put_here(session: Session, relation: Relation, name: str, now: datetime) -> None:
    """The customer of this connection gets the tag, if they can have one of this name."""
    customer = customer_of(session, relation)
    if customer is None:
        return
    session.info[QUIET] = True
    try:
        viewer, cause = program(relation.platform), relation.platform
        with session.begin_nested():
            tags.put(session, customer, [readable(name)], viewer=viewer, now=now, cause=cause, detail=relation.member)
    except (Invalid, Conflict):  # a name that tags here cannot have
        return
    finally:
        session.info[QUIET] = False


def take_off_here(
    session: Session, relation: Relation, name: str, now: datetime, *, only_from_there: bool = False
) -> None:
    """The customer loses the tag, unless a colleague's connection still carries it; `only_from_there`: and unless it
    was put on here."""
    customer = customer_of(session, relation)
    key = names.matching_form(readable(name))
    if customer is None or _carried_elsewhere(session, customer.id, names.matching_form(name)):
        return
    query = select(CustomerTag).join(Tag, col(Tag.id) == CustomerTag.tag_id)
    mark = session.exec(query.where(CustomerTag.customer_id == customer.id, Tag.name_key == key)).first()
    if mark is None or (only_from_there and mark.cause != relation.platform):
        return
    session.info[QUIET] = True
    try:
        session.delete(mark)
        customer.updated_at = now
        session.add(customer)
        session.flush()
    finally:
        session.info[QUIET] = False


def readable(name: str) -> str:
    """A name of the platform as a tag here can have it."""
    return name.translate(_QUOTES)[: tags.LONGEST].strip()


def _change_here(
    session: Session, relation: Relation, name: str, *, is_on: bool, read_at: datetime, now: datetime
) -> None:
    """Unless something else was wished here after it was read there: the last change wins."""
    key = names.matching_form(readable(name))
    query = select(TagWish).where(TagWish.relation_id == relation.id, TagWish.name_key == key)
    wish = session.exec(query).first()
    if wish is not None:
        if wish.is_on is not is_on and wish.at > read_at:
            return
        session.delete(wish)
        session.flush()
    if is_on:
        put_here(session, relation, name, now)
    else:
        take_off_here(session, relation, name, now)


def _keep(
    session: Session, relation: Relation, label: PlatformTag, mark: RelationTag | None, *, is_on: bool, at: datetime
) -> None:
    mark = mark or RelationTag(relation_id=relation.id, platform_tag_id=label.id, is_on=is_on, at=at)
    mark.is_on, mark.at = is_on, at
    session.add(mark)
    session.flush()


def _marks(session: Session, relation: Relation) -> list[RelationTag]:
    return list(session.exec(select(RelationTag).where(RelationTag.relation_id == relation.id)))


def _carried_elsewhere(session: Session, customer_id: int, name_key: str) -> bool:
    relations = [relation.id for relation in of_customer(session, customer_id, LIVE)]
    query = select(RelationTag.id).join(PlatformTag, col(PlatformTag.id) == RelationTag.platform_tag_id)
    query = query.where(PlatformTag.name_key == name_key, col(RelationTag.is_on))
    return session.exec(query.where(col(RelationTag.relation_id).in_(relations)).limit(1)).first() is not None
