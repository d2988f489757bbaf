"""The platform's library of tags, as it was told. A tag of ours and one of the library are the same by their name."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from crm_core.address_book import Label
from crm_core.customers import names
from crm_core.errors import Conflict, Invalid
from crm_core.relations import arriving
from crm_core.relations.tables import PlatformTag, Relation, RelationTag
from crm_core.rows import add_or_find
from crm_core.tags import tags
from crm_core.tags.tables import Segment, Tag


def saw(
    session: Session, platform: str, labels: Sequence[Label], *, read_at: datetime, now: datetime, whole: bool = False
) -> None:
    """These tags are there; `whole`: and no others. A new name of one is taken over."""
    rows = {row.platform_id: row for row in session.exec(select(PlatformTag).where(PlatformTag.platform == platform))}
    for label in labels:
        row = rows.get(label.platform_id)
        if row is None:
            add_or_find(session, _made(platform, label, read_at), lambda: None)
        elif row.known_at <= read_at:
            _take_over(session, row, label, read_at, now)
    session.flush()
    if whole:
        told = {label.platform_id for label in labels}
        missing = [row for row in rows.values() if row.platform_id not in told and row.known_at < read_at]
        _remove(session, missing, read_at, now)


def gone(session: Session, platform: str, ids: Collection[str], *, at: datetime, now: datetime) -> None:
    """These tags, or all of these groups, are not there any more."""
    either = or_(col(PlatformTag.platform_id).in_(list(ids)), col(PlatformTag.group_id).in_(list(ids)))
    _remove(session, session.exec(select(PlatformTag).where(PlatformTag.platform == platform, either)).all(), at, now)


def count(session: Session, platform: str) -> int:
    """How many tags there are."""
    query = select(func.count()).where(PlatformTag.platform == platform, col(PlatformTag.gone_at).is_(None))
    return session.exec(query).one()


def named(session: Session, platform: str, name_key: str) -> list[PlatformTag]:
    """The tags of the library with this name, in whatever group."""
    query = select(PlatformTag).where(PlatformTag.platform == platform, PlatformTag.name_key == name_key)
    return list(session.exec(query.where(col(PlatformTag.gone_at).is_(None)).order_by(col(PlatformTag.id))))


def _made(platform: str, label: Label, read_at: datetime) -> PlatformTag:
    return PlatformTag(
        platform=platform,
        platform_id=label.platform_id,
        group_id=label.group_id,
        group_name=label.group,
        name=label.name,
        name_key=names.matching_form(label.name),
        known_at=read_at,
    )


def _take_over(session: Session, row: PlatformTag, label: Label, read_at: datetime, now: datetime) -> None:
    before, key = row.name_key, names.matching_form(label.name)
    row.group_id, row.group_name, row.known_at, row.gone_at = label.group_id, label.group, read_at, None
    row.name, row.name_key = label.name, key
    session.add(row)
    session.flush()
    if before != key:
        _renamed(session, row, before, now)


def _renamed(session: Session, row: PlatformTag, before: str, now: datetime) -> None:
    """Ours is renamed too when it was this one alone; else those who have this one get the new name for the old."""
    ours = session.exec(select(Tag).where(Tag.name_key == before)).first()
    alone = not named(session, row.platform, before)
    if ours is not None and alone and _is_free(session, row.name):
        ours.name, ours.name_key = tags.parse_name(arriving.readable(row.name)), row.name_key
        session.add(ours)
        session.flush()
        return
    for relation in _carriers(session, row):
        arriving.put_here(session, relation, row.name, now)
        if ours is not None:
            arriving.take_off_here(session, relation, ours.name, now)


def _is_free(session: Session, name: str) -> bool:
    key = names.matching_form(name)
    try:
        tags.parse_name(arriving.readable(name))
    except (Invalid, Conflict):
        return False
    taken = (select(table.id).where(table.name_key == key) for table in (Tag, Segment))
    return all(session.exec(query).first() is None for query in taken)


def _carriers(session: Session, row: PlatformTag) -> list[Relation]:
    query = select(Relation).join(RelationTag, col(RelationTag.relation_id) == Relation.id)
    return list(session.exec(query.where(RelationTag.platform_tag_id == row.id, col(RelationTag.is_on))))


def _remove(session: Session, rows: Sequence[PlatformTag], at: datetime, now: datetime) -> None:
    """Off every connection there; off the customers here who have it from there. What was put on here stays."""
    for row in rows:
        if row.gone_at is not None or row.known_at > at:
            continue
        carriers = _carriers(session, row)
        for mark in session.exec(select(RelationTag).where(RelationTag.platform_tag_id == row.id)):
            session.delete(mark)
        row.gone_at, row.known_at = at, at
        session.add(row)
        session.flush()
        for relation in carriers:
            arriving.take_off_here(session, relation, row.name, now, only_from_there=True)
