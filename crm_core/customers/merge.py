"""Two records of one customer become one: the survivor keeps its own values and fills its gaps from the other.

Merging moves the small rows (contact points, names, tags, identities, notes, nudges, people of a company). Messages and
conversations stay where they are and are read through the family, so a reply never changes its route, and an undo
restores everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from crm_core.conversations.tables import Note
from crm_core.customers import contacts, dates, fields, names
from crm_core.customers.changes import keep_name
from crm_core.customers.families import survivor
from crm_core.customers.permits import require_sight, require_write
from crm_core.customers.summary import HIDDEN
from crm_core.customers.tables import ContactPoint, Customer, FieldDefinition, Identity, NameKind, OtherName
from crm_core.errors import Invalid
from crm_core.outreach.tables import Nudge
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.tags import tags
from crm_core.tags.tables import CustomerTag

#: Columns whose gap is filled from the other record.
_FILLED = ("owner_id", "company_id", "position", "tier", "birthday", "source", "timezone", "language")
#: Columns that are compared in a preview, with the name people know them by.
_COMPARED = {
    "owner_id": "owner",
    "company_id": "company",
    "position": "position",
    "stage": "stage",
    "tier": "tier",
    "birthday": "birthday",
    "source": "source",
    "timezone": "timezone",
    "language": "language",
}

_SmallRow = TypeVar("_SmallRow", ContactPoint, OtherName, CustomerTag, Identity, Note, Nudge)


@dataclass(frozen=True)
class Gain:
    """A value that the survivor gets."""

    field: str
    value: str


@dataclass(frozen=True)
class Difference:
    """A field in which both have a value: `kept` stays, `dropped` goes."""

    field: str
    kept: str
    dropped: str


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do, masked for the viewer. Fields are named as in `records.FIELD_WORDS`, or `tag`, `alias`,
    or by the key of a custom field."""

    keep_id: int
    keep_name: str
    other_id: int
    other_name: str
    gains: Sequence[Gain]
    differences: Sequence[Difference]


def preview(session: Session, keep: Customer, other: Customer, *, viewer: Viewer) -> MergePreview:
    """What `merge` would do; writes nothing.

    Raises `NotFound` when one is not visible, `Invalid` (`merge_with_itself`, `merge_kinds_differ`).
    """
    keep, other = survivor(session, keep.id), survivor(session, other.id)
    for customer in (keep, other):
        require_sight(viewer, customer)
    _refuse(keep, other)
    return MergePreview(
        keep_id=keep.id,
        keep_name=keep.name,
        other_id=other.id,
        other_name=other.name,
        gains=[*_filled(session, keep, other, viewer), *_joined(session, keep, other, viewer)],
        differences=_differences(session, keep, other, viewer),
    )


def merge(session: Session, keep: Customer, other: Customer, *, viewer: Viewer, now: datetime) -> Customer:
    """Merge `other` into `keep`; from now on its number leads to `keep`.

    Raises `NotFound` when one is not visible, `NotAllowed`, `Invalid` (`merge_with_itself`, `merge_kinds_differ`).
    """
    keep, other = survivor(session, keep.id), survivor(session, other.id)
    for customer in (keep, other):
        require_write(viewer, customer)
    _refuse(keep, other)
    for customer in sorted((keep, other), key=lambda customer: customer.id):
        session.refresh(customer, with_for_update=True)
    _fill(keep, other)
    _move(session, keep, other)
    if other.name_key != keep.name_key:
        keep_name(session, keep.id, NameKind.ALIAS, other.name, now=now)
    other.merged_into_id = keep.id
    keep.updated_at = other.updated_at = now
    session.add_all((keep, other))
    session.flush()
    return keep


def _refuse(keep: Customer, other: Customer) -> None:
    if keep.id == other.id:
        raise Invalid("merge_with_itself", name=keep.name)
    if keep.kind is not other.kind:
        raise Invalid("merge_kinds_differ", keep=keep.name, other=other.name)


def _fill(keep: Customer, other: Customer) -> None:
    for column in _gaps(keep, other):
        setattr(keep, column, getattr(other, column))
    if keep.company_id in {keep.id, other.id}:
        keep.company_id = None
    keep.custom = {**other.custom, **keep.custom}
    keep.opted_out_at = min(filter(None, (keep.opted_out_at, other.opted_out_at)), default=None)
    keep.last_contact_at = max(filter(None, (keep.last_contact_at, other.last_contact_at)), default=None)


def _gaps(keep: Customer, other: Customer) -> list[str]:
    return [column for column in _FILLED if _is_gap(column, getattr(keep, column), getattr(other, column), keep)]


def _is_gap(column: str, kept: object, offered: object, keep: Customer) -> bool:
    if column == "company_id" and offered == keep.id:
        return False
    return kept in {None, ""} and offered not in {None, ""}


def _move(session: Session, keep: Customer, other: Customer) -> None:
    held = {(point.kind, point.value) for point in _rows(session, ContactPoint, keep)}
    primary = {point.kind for point in _rows(session, ContactPoint, keep) if point.is_primary}
    for point in _rows(session, ContactPoint, other):
        point.is_primary = point.is_primary and point.kind not in primary
        _give(session, point, keep, twice=(point.kind, point.value) in held)
    known = {name.name_key for name in _rows(session, OtherName, keep)} | {keep.name_key}
    for name in _rows(session, OtherName, other):
        _give(session, name, keep, twice=name.name_key in known)
    carried = {mark.tag_id for mark in _rows(session, CustomerTag, keep)}
    for mark in _rows(session, CustomerTag, other):
        _give(session, mark, keep, twice=mark.tag_id in carried)
    for identity in _rows(session, Identity, other):
        _give(session, identity, keep)
    for note in _rows(session, Note, other):
        _give(session, note, keep)
    for nudge in _rows(session, Nudge, other):
        _give(session, nudge, keep)
    for person in session.exec(select(Customer).where(Customer.company_id == other.id, Customer.id != keep.id)):
        person.company_id = keep.id
        session.add(person)
    session.flush()


def _rows(session: Session, table: type[_SmallRow], customer: Customer) -> list[_SmallRow]:
    return list(session.exec(select(table).where(table.customer_id == customer.id).order_by(col(table.id))))


def _give(session: Session, row: _SmallRow, keep: Customer, *, twice: bool = False) -> None:
    if twice:
        session.delete(row)
    else:
        row.customer_id = keep.id
        session.add(row)


def _filled(session: Session, keep: Customer, other: Customer, viewer: Viewer) -> list[Gain]:
    gains = [Gain(_COMPARED[column], _text(session, other, column)) for column in _gaps(keep, other)]
    gains += [
        Gain(definition.key, _custom_text(definition, other, viewer))
        for definition in fields.active(session)
        if definition.key in other.custom and definition.key not in keep.custom
    ]
    if other.opted_out_at is not None and keep.opted_out_at is None:
        gains.append(Gain("opted_out", "yes"))
    return gains


def _joined(session: Session, keep: Customer, other: Customer, viewer: Viewer) -> list[Gain]:
    points = contacts.of(session, [keep.id, other.id])
    held = {(point.kind, point.value) for point in points[keep.id]}
    written = contacts.shown if viewer.sees_sensitive(other.owner_id) else contacts.masked
    gains = [
        Gain(point.kind, written(point.kind, point.value))
        for point in points[other.id]
        if (point.kind, point.value) not in held
    ]
    marks = tags.of(session, [keep.id, other.id])
    gains += [Gain("tag", name) for name in marks[other.id] if name not in marks[keep.id]]
    known = {name.name_key for name in _rows(session, OtherName, keep)} | {keep.name_key}
    called = [other.name, *(name.name for name in _rows(session, OtherName, other))]
    return gains + [Gain("alias", name) for name in called if names.key(name) not in known]


def _differences(session: Session, keep: Customer, other: Customer, viewer: Viewer) -> list[Difference]:
    columns = (
        (field, _text(session, keep, column), _text(session, other, column)) for column, field in _COMPARED.items()
    )
    custom = (
        (definition.key, _custom_text(definition, keep, viewer), _custom_text(definition, other, viewer))
        for definition in fields.active(session)
        if keep.custom.get(definition.key) != other.custom.get(definition.key)
    )
    compared = [Difference(*each) for each in columns if each[1] != each[2]] + [Difference(*each) for each in custom]
    return [difference for difference in compared if difference.kept and difference.dropped]


def _text(session: Session, customer: Customer, column: str) -> str:
    value = getattr(customer, column)
    if value is None:
        return ""
    if column == "owner_id":
        return session.get_one(Staff, value).name
    if column == "company_id":
        return session.get_one(Customer, value).name
    return dates.birthday_text(value) if column == "birthday" else str(value)


def _custom_text(definition: FieldDefinition, customer: Customer, viewer: Viewer) -> str:
    value = fields.text(customer.custom.get(definition.key))
    hidden = definition.sensitive and not viewer.sees_sensitive(customer.owner_id)
    return HIDDEN if value and hidden else value
