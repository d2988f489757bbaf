"""Everything the card of a customer shows, masked for whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from crm_core.conversations.tables import Message, Note
from crm_core.customers import contacts, dates, fields
from crm_core.customers.families import family
from crm_core.customers.permits import require_sight
from crm_core.customers.tables import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerKind,
    OtherName,
    Stage,
    Tier,
)
from crm_core.outreach.tables import Nudge, NudgeState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.tags import tags

#: What stands for a value that is not shown.
HIDDEN = "***"
_UTTERANCES = 3


class NextNudge(NamedTuple):
    id: int
    text: str
    due_at: datetime


class Utterance(NamedTuple):
    sender_name: str
    sent_at: datetime
    text: str


class LastNote(NamedTuple):
    author: str
    at: datetime
    text: str


@dataclass(frozen=True)
class CustomValue:
    """`value` is as stored (yes and no are `yes` and `no`), or `HIDDEN`."""

    key: str
    label_zh: str
    label_en: str
    value: str

    def label(self, language: str) -> str:
        return self.label_zh if language == "zh" else self.label_en


@dataclass(frozen=True)
class Summary:
    """`owner_name` and `company` are "" when there is none; `birthday` is `1988-05-03`, `05-03` or "".

    `phones`, `emails` and `addresses` begin with the primary one. `silent_days`: whole days since the last contact.
    """

    id: int
    name: str
    kind: CustomerKind
    company_id: int | None
    company: str
    position: str
    owner_id: int | None
    owner_name: str
    stage: Stage
    tier: Tier | None
    tags: Sequence[str]
    phones: Sequence[str]
    emails: Sequence[str]
    addresses: Sequence[str]
    other_names: Sequence[str]
    custom: Sequence[CustomValue]
    birthday: str
    source: str
    timezone: str
    language: str
    opted_out: bool
    last_contact_at: datetime | None
    silent_days: int | None
    next_nudge: NextNudge | None
    last_messages: Sequence[Utterance]
    last_note: LastNote | None
    created_at: datetime
    updated_at: datetime


def of(session: Session, customer: Customer, *, viewer: Viewer, now: datetime) -> Summary:
    """The card of this customer for this viewer at this moment; writes nothing. Raises `NotFound`."""
    require_sight(viewer, customer)
    members = family(session, customer.id)
    sensitive = viewer.sees_sensitive(customer.owner_id)
    points = contacts.of(session, [customer.id])[customer.id]
    company = session.get(Customer, customer.company_id) if customer.company_id is not None else None
    owner = session.get(Staff, customer.owner_id) if customer.owner_id is not None else None
    return Summary(
        id=customer.id,
        name=customer.name,
        kind=customer.kind,
        company_id=customer.company_id,
        company=company.name if company else "",
        position=customer.position,
        owner_id=customer.owner_id,
        owner_name=owner.name if owner else "",
        stage=customer.stage,
        tier=customer.tier,
        tags=tags.of(session, [customer.id])[customer.id],
        phones=_points(points, ContactKind.PHONE, in_full=sensitive),
        emails=_points(points, ContactKind.EMAIL, in_full=sensitive),
        addresses=_points(points, ContactKind.ADDRESS, in_full=sensitive),
        other_names=_other_names(session, customer),
        custom=_custom(session, customer, in_full=sensitive),
        birthday=dates.birthday_text(customer.birthday),
        source=customer.source,
        timezone=customer.timezone,
        language=customer.language,
        opted_out=customer.opted_out_at is not None,
        last_contact_at=customer.last_contact_at,
        silent_days=None if customer.last_contact_at is None else max(0, (now - customer.last_contact_at).days),
        next_nudge=_next_nudge(session, members),
        last_messages=_last_messages(session, members),
        last_note=_last_note(session, members),
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )


def _points(points: Sequence[ContactPoint], kind: ContactKind, *, in_full: bool) -> list[str]:
    written = contacts.shown if in_full else contacts.masked
    return [written(kind, point.value) for point in points if point.kind is kind]


def _other_names(session: Session, customer: Customer) -> list[str]:
    query = select(OtherName).where(OtherName.customer_id == customer.id).order_by(col(OtherName.id))
    return [name.name for name in session.exec(query)]


def _custom(session: Session, customer: Customer, *, in_full: bool) -> list[CustomValue]:
    return [
        CustomValue(
            definition.key,
            definition.label_zh,
            definition.label_en,
            HIDDEN if definition.sensitive and not in_full else fields.text(customer.custom[definition.key]),
        )
        for definition in fields.active(session)
        if definition.key in customer.custom
    ]


def _next_nudge(session: Session, members: Sequence[int]) -> NextNudge | None:
    query = select(Nudge).where(col(Nudge.customer_id).in_(members), Nudge.state == NudgeState.OPEN)
    nudge = session.exec(query.order_by(col(Nudge.due_at), col(Nudge.id)).limit(1)).first()
    return None if nudge is None else NextNudge(nudge.id, nudge.text, nudge.due_at)


def _last_messages(session: Session, members: Sequence[int]) -> list[Utterance]:
    """The newest first; what was deleted is left out."""
    query = select(Message).where(
        col(Message.customer_id).in_(members),
        col(Message.deleted_at).is_(None),
    )
    newest = query.order_by(col(Message.sent_at).desc(), col(Message.id).desc()).limit(_UTTERANCES)
    return [Utterance(message.sender_name, message.sent_at, message.text) for message in session.exec(newest)]


def _last_note(session: Session, members: Sequence[int]) -> LastNote | None:
    query = select(Note).where(col(Note.customer_id).in_(members))
    note = session.exec(query.order_by(col(Note.at).desc(), col(Note.id).desc()).limit(1)).first()
    return None if note is None else LastNote(note.author, note.at, note.text)
