"""`/customers`: the master record, its tags and its timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from sqlmodel import Session

from bot.api.access import CallerArgument
from bot.api.paging import Limit, Page, SpanArgument, Text, Word, page
from bot.api.refusals import Refusing
from bot.api.values import Plain
from crm_core.conversations import timeline
from crm_core.customers import contacts, dates, fields, find, listing, names, records
from crm_core.customers.records import Draft
from crm_core.customers.summary import HIDDEN
from crm_core.customers.tables import ContactKind, ContactPoint, Customer, CustomerKind
from crm_core.people import audit
from crm_core.people.viewer import Viewer
from crm_core.tags import tags

Value = StrictStr | StrictInt | StrictFloat | StrictBool | None
Line = Annotated[str, Field(max_length=500), Plain]
Lines = Annotated[list[Line], Field(max_length=50)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CustomerIn(_In):
    name: Line
    kind: CustomerKind = CustomerKind.PERSON
    phones: Lines = []
    emails: Lines = []
    addresses: Lines = []
    company: Line = ""
    position: Line = ""
    stage: Line | None = None
    tier: Line | None = None
    birthday: Line | None = None
    source: Line = ""
    tags: Lines = []
    owner: Line | None = None
    custom: dict[str, Value] = {}


class TagsIn(_In):
    add: Lines = []
    remove: Lines = []


class PointOut(BaseModel):
    value: str
    label: str
    primary: bool


class CustomerOut(BaseModel):
    """Phones, e-mails, addresses and sensitive fields are masked where the role may not see them.

    `birthday` is `1988-05-03`, or `05-03` when the year is not known. Archived fields are left out of `custom`.
    """

    id: int
    kind: CustomerKind
    name: str
    company_id: int | None
    company: str
    position: str
    owner: str | None
    stage: str
    tier: str | None
    tags: list[str]
    phones: list[PointOut]
    emails: list[PointOut]
    addresses: list[PointOut]
    birthday: str | None
    source: str
    custom: dict[str, Any]
    opted_out_at: datetime | None
    last_contact_at: datetime | None
    created_at: datetime
    updated_at: datetime


#: What is shown of the record as it is.
_COLUMNS = set(CustomerOut.model_fields) & set(Customer.model_fields) - {"birthday", "custom"}


class EntryOut(BaseModel):
    """`ref` names the row behind it: `message:12`. Of a change `text` is `before → after`."""

    kind: str
    at: datetime
    who: str
    text: str
    ref: str
    edited: bool
    deleted: bool


class TimelineOut(BaseModel):
    items: list[EntryOut]
    next: str | None


class TagsOut(BaseModel):
    tags: list[str]
    added: list[str]
    removed: list[str]


router = APIRouter(tags=["customers"], route_class=Refusing)


@router.get("/customers")
async def customers(caller: CallerArgument, span: SpanArgument, q: Text = "", tag: Word = "") -> Page[CustomerOut]:
    """With `q` the best matches, as the chat finds them (one page); without, all by id. Looking is on record."""

    def look(session: Session, viewer: Viewer, now: datetime) -> Page[CustomerOut]:
        if q.strip():
            hits = find.find(session, q, viewer=viewer, now=now, limit=span.limit)
            found = _tagged(session, [hit.customer for hit in hits], tag)
        else:
            found = listing.page(session, viewer=viewer, tag=tag, after_id=span.cursor or 0, limit=span.limit)
        ids = [one.id for one in found]
        audit.saw_each(session, ids, viewer=viewer, action="customer.list", now=now)
        return page(shown(session, found, viewer), [] if q.strip() else ids, span)

    return await caller.look(look)


@router.post("/customers", status_code=201)
async def create(caller: CallerArgument, body: CustomerIn) -> CustomerOut:
    """409 when a phone or e-mail is another customer's."""

    def change(session: Session, viewer: Viewer, now: datetime) -> CustomerOut:
        customer = records.create(session, _draft(body), viewer=viewer, now=now, country=caller.country)
        return shown(session, [customer], viewer)[0]

    return await caller.write(change)


@router.get("/customers/{customer_id}")
async def customer(caller: CallerArgument, customer_id: int) -> CustomerOut:
    """The customer, or the one it was merged into; looking is on record."""

    def look(session: Session, viewer: Viewer, now: datetime) -> CustomerOut:
        found = records.get(session, customer_id, viewer=viewer)
        audit.saw(session, viewer=viewer, action="customer.read", now=now, customer_id=found.id)
        return shown(session, [found], viewer)[0]

    return await caller.look(look)


@router.patch("/customers/{customer_id}")
async def change_customer(caller: CallerArgument, customer_id: int, body: dict[str, Value]) -> CustomerOut:
    """Any settable field by its name, custom ones included: `{"stage": "won", "phone": "138…", "budget": 5000}`."""

    def change(session: Session, viewer: Viewer, now: datetime) -> CustomerOut:
        customer = records.get(session, customer_id, viewer=viewer)
        for field, value in body.items():
            records.change(session, customer, field, _text(value), viewer=viewer, now=now, country=caller.country)
        return shown(session, [customer], viewer)[0]

    return await caller.write(change)


@router.post("/customers/{customer_id}/tags")
async def change_tags(caller: CallerArgument, customer_id: int, body: TagsIn) -> TagsOut:
    """Adding what is there and removing what is not changes nothing."""

    def change(session: Session, viewer: Viewer, now: datetime) -> TagsOut:
        customer = records.get(session, customer_id, viewer=viewer)
        added = tags.add(session, customer, body.add, viewer=viewer, now=now, cause="api") if body.add else []
        removed = tags.remove(session, customer, body.remove, viewer=viewer, now=now) if body.remove else []
        return TagsOut(tags=tags.of(session, [customer.id])[customer.id], added=added, removed=removed)

    return await caller.write(change)


@router.get("/customers/{customer_id}/timeline")
async def customer_timeline(
    caller: CallerArgument, customer_id: int, limit: Limit = 50, cursor: Text = ""
) -> TimelineOut:
    """Everything that happened, newest first."""

    def look(session: Session, viewer: Viewer, now: datetime) -> TimelineOut:
        customer = records.get(session, customer_id, viewer=viewer)
        audit.saw(session, viewer=viewer, action="customer.timeline", now=now, customer_id=customer.id)
        entries = timeline.of(session, customer, viewer=viewer, before=cursor or None, limit=limit)
        return TimelineOut(
            items=[EntryOut(**{name: getattr(one, name) for name in EntryOut.model_fields}) for one in entries],
            next=entries[-1].cursor if len(entries) == limit else None,
        )

    return await caller.look(look)


def shown(session: Session, customers: Sequence[Customer], viewer: Viewer) -> list[CustomerOut]:
    """Customers as this viewer may see them."""
    ids = [one.id for one in customers]
    points, carried = contacts.of(session, ids), tags.of(session, ids)
    around = listing.names_around(session, customers)
    sensitive = {one.key: one.sensitive for one in fields.active(session)}
    return [
        CustomerOut(
            **one.model_dump(include=_COLUMNS),
            company=around.companies.get(one.company_id or 0, ""),
            owner=around.owners.get(one.owner_id or 0),
            tags=carried[one.id],
            birthday=dates.birthday_text(one.birthday) or None,
            **_sensitive(points[one.id], one.custom, sensitive, open_=viewer.sees_sensitive(one.owner_id)),
        )
        for one in customers
    ]


def _sensitive(
    points: Sequence[ContactPoint], custom: Mapping[str, Any], sensitive: Mapping[str, bool], *, open_: bool
) -> dict[str, Any]:
    return {
        "phones": _points(points, ContactKind.PHONE, open_=open_),
        "emails": _points(points, ContactKind.EMAIL, open_=open_),
        "addresses": _points(points, ContactKind.ADDRESS, open_=open_),
        "custom": {
            key: HIDDEN if hidden and not open_ else custom[key] for key, hidden in sensitive.items() if key in custom
        },
    }


def _points(points: Sequence[ContactPoint], kind: ContactKind, *, open_: bool) -> list[PointOut]:
    return [
        PointOut(
            value=point.value if open_ else contacts.masked(kind, point.value),
            label=point.label,
            primary=point.is_primary,
        )
        for point in points
        if point.kind is kind
    ]


def _draft(body: CustomerIn) -> Draft:
    values = body.model_dump(exclude={"custom"})
    return Draft(**values, custom={key: _text(value) for key, value in body.custom.items()})


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _tagged(session: Session, found: list[Customer], tag: str) -> list[Customer]:
    if not tag:
        return found
    carried = tags.of(session, [one.id for one in found])
    return [one for one in found if names.key(tag) in {names.key(name) for name in carried[one.id]}]
