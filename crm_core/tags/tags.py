"""Tags: labels on customers, each with its cause."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.customers import names
from crm_core.customers.permits import require_write
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.people.viewer import Viewer
from crm_core.rows import add_or_find
from crm_core.tags.tables import CustomerTag, Segment, Tag
from crm_core.text.tidying import one_line

#: Longest name of a tag, in characters.
LONGEST = 50
_QUOTES = frozenset("\"'“”„「」『』")


def parse_name(text: str) -> str:
    """The form that is stored; a leading # is dropped.

    Raises `Invalid`: `tag_name_empty`, `tag_name_too_long`, `tag_name_quoted`.
    """
    if len(text) > 20 * LONGEST:
        raise Invalid("tag_name_too_long", limit=LONGEST)
    bare = one_line(text).lstrip("# ")
    if not names.matching_form(bare):
        raise Invalid("tag_name_empty")
    if len(bare) > LONGEST:
        raise Invalid("tag_name_too_long", limit=LONGEST)
    if _QUOTES.intersection(bare):
        raise Invalid("tag_name_quoted")
    return bare


def find(session: Session, name: str) -> Tag | None:
    """The tag of this name; spaces, case and script do not matter, nor does a leading #."""
    key = names.matching_form(name[: 2 * LONGEST]).lstrip("#")
    return session.exec(select(Tag).where(Tag.name_key == key)).first()


def add(
    session: Session,
    customer: Customer,
    tag_names: Iterable[str],
    *,
    viewer: Viewer,
    now: datetime,
    cause: str = "manual",
    detail: str = "",
) -> list[str]:
    """Put these tags on the customer; gives the names of those that were not on it yet. A new tag is made.

    Raises `Invalid` for a name, `Conflict("tag_name_is_segment")`, `NotFound`, `NotAllowed`.
    """
    require_write(viewer, customer)
    return put(session, customer, tag_names, viewer=viewer, now=now, cause=cause, detail=detail)


def put(
    session: Session,
    customer: Customer,
    tag_names: Iterable[str],
    *,
    viewer: Viewer,
    now: datetime,
    cause: str,
    detail: str = "",
) -> list[str]:
    """Like `add`, when the right to do so is checked already."""
    wanted = [parse_name(name) for name in tag_names]
    if not wanted:
        return []
    carried = _carried(session, customer)
    tags = {tag.id: tag for tag in (_find_or_make(session, name, now) for name in wanted) if tag.id not in carried}
    for tag_id in tags:
        mark = CustomerTag(customer_id=customer.id, tag_id=tag_id, cause=cause, cause_detail=detail[:500], at=now)
        mark.staff_id = viewer.staff_id
        session.add(mark)
    _mark_updated(session, customer, now, changed=bool(tags))
    return [tag.name for tag in tags.values()]


def remove(
    session: Session, customer: Customer, tag_names: Iterable[str], *, viewer: Viewer, now: datetime
) -> list[str]:
    """Take these tags off the customer; gives the names of those that were on it. Raises `NotFound`, `NotAllowed`."""
    require_write(viewer, customer)
    keys = {names.matching_form(parse_name(name)) for name in tag_names}
    carried = _carried(session, customer)
    leaving = session.exec(select(Tag).where(col(Tag.id).in_(list(carried)), col(Tag.name_key).in_(keys))).all()
    for tag in leaving:
        session.delete(carried[tag.id])
    _mark_updated(session, customer, now, changed=bool(leaving))
    return [tag.name for tag in leaving]


def of(session: Session, customer_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of each customer's tags in order; a customer without any has an empty list."""
    ids = list(customer_ids)
    found: dict[int, list[str]] = {customer_id: [] for customer_id in ids}
    query = select(CustomerTag.customer_id, Tag.name).join(Tag, col(Tag.id) == CustomerTag.tag_id)
    for customer_id, name in session.exec(query.where(col(CustomerTag.customer_id).in_(ids)).order_by(Tag.name)):
        found[customer_id].append(name)
    return found


def all_tags(session: Session) -> list[tuple[str, int]]:
    """Every tag with the number of customers who carry it, the commonest first."""
    count = func.count(col(CustomerTag.id))
    query = select(Tag.name, count).join(CustomerTag, col(CustomerTag.tag_id) == Tag.id, isouter=True)
    rows: Sequence[tuple[str, int]] = session.exec(query.group_by(Tag.name).order_by(count.desc(), Tag.name)).all()
    return [(name, number) for name, number in rows]


def named(session: Session, name: str) -> Tag:
    """Like `find`; raises `NotFound("tag_not_found")`."""
    tag = find(session, name)
    if tag is None:
        raise NotFound("tag_not_found", name=name[:LONGEST])
    return tag


def _find_or_make(session: Session, name: str, now: datetime) -> Tag:
    tag = find(session, name)
    if tag is not None:
        return tag
    refuse_taken(session, name)
    new = Tag(name=name, name_key=names.matching_form(name), created_at=now)
    return add_or_find(session, new, lambda: find(session, name))


def refuse_taken(session: Session, name: str) -> None:
    """Raise `Conflict("tag_name_is_segment")` when a saved segment has this name."""
    key = names.matching_form(name)
    if session.exec(select(Segment.id).where(Segment.name_key == key)).first() is not None:
        raise Conflict("tag_name_is_segment", name=name)


def _carried(session: Session, customer: Customer) -> dict[int, CustomerTag]:
    marks = session.exec(select(CustomerTag).where(CustomerTag.customer_id == customer.id))
    return {mark.tag_id: mark for mark in marks}


def _mark_updated(session: Session, customer: Customer, now: datetime, *, changed: bool) -> None:
    if changed:
        customer.updated_at = now
        session.add(customer)
    session.flush()
