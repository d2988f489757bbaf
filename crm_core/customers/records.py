"""The master record: made, looked at, changed, given to somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from crm_core.customers import companies, contacts, dates, duplicates, fields, names, stages
from crm_core.customers.changes import Changed, change, field_named, keep_name, parse_line
from crm_core.customers.families import family, survivor
from crm_core.customers.field_words import FIELD_WORDS
from crm_core.customers.owners import assign, owner_named
from crm_core.customers.permits import require_sight
from crm_core.customers.tables import ContactKind, Customer, CustomerKind, NameKind, Stage
from crm_core.errors import Invalid, NotFound
from crm_core.people import staff
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import tags

__all__ = [
    "FIELD_WORDS",
    "Changed",
    "Draft",
    "assign",
    "change",
    "create",
    "family",
    "field_named",
    "get",
    "touch",
]


@dataclass(frozen=True)
class Draft:
    """A customer as somebody typed it, all raw text.

    `owner`: a name of staff, "me" or the pool; None: the viewer. `custom`: key or label of a field → text.
    `created_at`: for records brought from elsewhere; None: now.
    """

    name: str
    kind: CustomerKind = CustomerKind.PERSON
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    addresses: Sequence[str] = ()
    company: str = ""
    position: str = ""
    stage: str | None = None
    tier: str | None = None
    birthday: str | None = None
    source: str = ""
    tags: Sequence[str] = ()
    owner: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict)
    other_names: Sequence[str] = ()
    timezone: str = ""
    language: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True)
class _Checked:
    """A draft whose every value is good."""

    columns: Mapping[str, Any]
    points: Sequence[tuple[ContactKind, str, str]]
    company: str
    tags: Sequence[str]
    other_names: Sequence[str]


def create(
    session: Session, draft: Draft, *, viewer: Viewer, now: datetime, country: str = "CN", allow_duplicate: bool = False
) -> Customer:
    """A new customer. Everything is checked before anything is written.

    Raises `NotAllowed`, `Invalid` (a value), `NotFound` (`staff_not_found`), and unless `allow_duplicate` `Conflict`
    when a phone or an e-mail is another customer's, or a company of this name is there: see `duplicates`.
    """
    viewer.require(Right.WRITE)
    checked = _check(session, draft, viewer=viewer, now=now, country=country)
    if not allow_duplicate:
        duplicates.refuse_taken(session, [(kind, value) for kind, value, _ in checked.points], viewer=viewer)
        if draft.kind is CustomerKind.COMPANY:
            duplicates.refuse_company(session, checked.columns["name"], viewer=viewer)
    customer = Customer(**checked.columns)
    session.add(customer)
    session.flush()
    _complete(session, customer, checked, viewer=viewer, now=now)
    return customer


def check(
    session: Session, draft: Draft, *, viewer: Viewer, now: datetime, country: str = "CN"
) -> list[tuple[ContactKind, str]]:
    """What `create` would refuse is refused, and nothing is written. Its phones, e-mails and addresses, as stored."""
    viewer.require(Right.WRITE)
    checked = _check(session, draft, viewer=viewer, now=now, country=country)
    points = [(kind, value) for kind, value, _ in checked.points]
    duplicates.refuse_taken(session, points, viewer=viewer)
    if draft.kind is CustomerKind.COMPANY:
        duplicates.refuse_company(session, checked.columns["name"], viewer=viewer)
        if checked.company and names.key(checked.company) == checked.columns["name_key"]:
            raise Invalid("company_of_itself", name=checked.company)
    return points


def get(session: Session, customer_id: int, *, viewer: Viewer) -> Customer:
    """The customer of this id, or the one it was merged into. Raises `NotFound("customer_not_found")`."""
    viewer.require(Right.READ)
    if not 0 < customer_id < 2**63:
        raise NotFound("customer_not_found", id=str(customer_id)[:20])
    customer = survivor(session, customer_id)
    require_sight(viewer, customer)
    return customer


def touch(session: Session, customer_id: int, at: datetime) -> None:
    """There was contact with the customer at this moment; an earlier one than known changes nothing."""
    customer = survivor(session, customer_id)
    if customer.last_contact_at is None or customer.last_contact_at < at:
        customer.last_contact_at = at
        session.add(customer)


def _check(session: Session, draft: Draft, *, viewer: Viewer, now: datetime, country: str) -> _Checked:
    today = now.astimezone(ZoneInfo(viewer.timezone)).date()
    owner_id = _owner_id(session, draft.owner, viewer)
    columns = {
        "kind": draft.kind,
        "name": names.normalise(draft.name),
        "name_key": names.key(draft.name),
        "position": parse_line(draft.position),
        "owner_id": owner_id,
        "stage": stages.parse_stage(draft.stage) if draft.stage else Stage.LEAD,
        "tier": stages.parse_tier(draft.tier) if draft.tier else None,
        "birthday": dates.parse_birthday(draft.birthday, today) if draft.birthday else None,
        "source": parse_line(draft.source),
        "timezone": staff.parse_timezone(draft.timezone),
        "language": staff.parse_language(draft.language),
        "custom": _custom(session, draft.custom),
        "created_by_id": viewer.staff_id,
        "created_at": draft.created_at or now,
        "updated_at": now,
    }
    return _Checked(
        columns=columns,
        points=_points(draft, country),
        company=names.normalise(draft.company) if draft.company.strip() else "",
        tags=[tags.parse_name(name) for name in draft.tags],
        other_names=[names.normalise(name) for name in draft.other_names],
    )


def _complete(session: Session, customer: Customer, checked: _Checked, *, viewer: Viewer, now: datetime) -> None:
    contacts.give(session, customer, checked.points)
    for name in checked.other_names:
        keep_name(session, customer.id, NameKind.ALIAS, name, now=now)
    if checked.company:
        companies.link(session, customer, checked.company, viewer=viewer, now=now)
    tags.put(session, customer, checked.tags, viewer=viewer, now=now, cause="manual")


def _owner_id(session: Session, owner: str | None, viewer: Viewer) -> int | None:
    if not owner or not owner.strip():
        return viewer.staff_id
    member = owner_named(session, owner, viewer=viewer)
    owner_id = None if member is None else member.id
    if owner_id != viewer.staff_id:
        viewer.require(Right.ASSIGN)
    return owner_id


def _points(draft: Draft, country: str) -> list[tuple[ContactKind, str, str]]:
    texts = (
        (ContactKind.PHONE, draft.phones),
        (ContactKind.EMAIL, draft.emails),
        (ContactKind.ADDRESS, draft.addresses),
    )
    return [(kind, *contacts.parse(kind, text, country)) for kind, several in texts for text in several if text.strip()]


def _custom(session: Session, custom: Mapping[str, str]) -> dict[str, fields.Value]:
    values: dict[str, fields.Value] = {}
    for word, text in custom.items():
        definition = fields.find(session, word)
        if definition is None:
            raise Invalid("field_unknown", field=word[:40])
        if text.strip():
            values[definition.key] = fields.parse(definition, text)
    return values
