"""Setting one field of a customer from what somebody typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from crm_core.customers import companies, contacts, dates, duplicates, fields, names, owners, stages
from crm_core.customers.field_words import BY_KEY
from crm_core.customers.permits import require_write
from crm_core.customers.tables import ContactKind, ContactPoint, Customer, CustomerKind, NameKind, OtherName
from crm_core.errors import Conflict, Invalid
from crm_core.people import staff
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer
from crm_core.text.tidying import one_line

#: Values that empty a field.
CLEARING = frozenset(
    {"", "-", "--", "清空", "清除", "删除", "空", "none", "clear", "empty", "remove", "delete", "null"}
)
_LONGEST_LINE = 200


@dataclass(frozen=True)
class Changed:
    """What a change did, for the echo. Stages, tiers, yes and no are their stored words: `won`, `A`, `yes`."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class _Edit:
    session: Session
    customer: Customer
    viewer: Viewer
    now: datetime
    country: str
    allow_duplicate: bool


def change(
    session: Session,
    customer: Customer,
    field: str,
    value: str,
    *,
    viewer: Viewer,
    now: datetime,
    country: str = "CN",
    allow_duplicate: bool = False,
) -> Changed:
    """Set a field, named by its own name, by a word of `FIELD_WORDS`, or by the key or label of a custom field.

    An empty value, `-`, 清空 or none empties it. A phone, e-mail or address becomes the primary one and the others
    stay; with a leading `-` (`-13800138812`) it is taken away. A former name is kept.
    Raises `NotFound`, `NotAllowed`, `Invalid` (`field_unknown`, or what is wrong with the value), `Conflict`.
    """
    require_write(viewer, customer)
    session.refresh(customer, with_for_update=True)
    edit = _Edit(session, customer, viewer, now, country, allow_duplicate)
    name = field_named(session, field)
    setter = _SETTERS.get(name)
    before, after = setter(edit, value) if setter else _set_custom(edit, name, value)
    if before != after:
        customer.updated_at = now
        session.add(customer)
    session.flush()
    return Changed(name, before, after)


def field_named(session: Session, word: str) -> str:
    """The name of the field a word stands for. Raises `Invalid("field_unknown")`."""
    known = BY_KEY.get(names.matching_form(word[:100]))
    if known is not None:
        return known
    definition = fields.find(session, word)
    if definition is None:
        raise Invalid("field_unknown", field=word[:40])
    return definition.key


def _clears(value: str) -> bool:
    return names.matching_form(value[:100]) in CLEARING


def _set_name(edit: _Edit, value: str) -> tuple[str, str]:
    customer, before = edit.customer, edit.customer.name
    name, key = names.normalise(value), names.key(value)
    if customer.kind is CustomerKind.COMPANY and not edit.allow_duplicate:
        duplicates.refuse_company(edit.session, name, viewer=edit.viewer, but=customer.id)
    if key != customer.name_key:
        _drop_other_name(edit, key)
        keep_name(edit.session, customer.id, NameKind.FORMER, before, now=edit.now)
    customer.name, customer.name_key = name, key
    return before, name


def keep_name(session: Session, customer_id: int, kind: NameKind, name: str, *, now: datetime) -> None:
    """Remember another name of the customer, once."""
    key = names.key(name)
    known = select(OtherName.id).where(OtherName.customer_id == customer_id, OtherName.name_key == key)
    if session.exec(known).first() is None:
        session.add(OtherName(customer_id=customer_id, kind=kind, name=name, name_key=key, since=now))
        session.flush()


def _drop_other_name(edit: _Edit, key: str) -> None:
    query = select(OtherName).where(OtherName.customer_id == edit.customer.id, OtherName.name_key == key)
    for name in edit.session.exec(query):
        edit.session.delete(name)


def _set_kind(edit: _Edit, value: str) -> tuple[str, str]:
    customer, before, kind = edit.customer, edit.customer.kind, stages.parse_kind(value)
    members = select(Customer.id).where(Customer.company_id == customer.id).limit(1)
    if kind is CustomerKind.PERSON and edit.session.exec(members).first() is not None:
        raise Conflict("company_has_members", name=customer.name)
    customer.kind = kind
    return before, kind


def _set_point(kind: ContactKind) -> Callable[[_Edit, str], tuple[str, str]]:
    def set_point(edit: _Edit, value: str) -> tuple[str, str]:
        before = _primary(edit, kind)
        if _clears(value):
            _remove_all(edit, kind)
        elif value.strip().startswith(("-", "－")):
            text = value.strip()[1:]
            gone = contacts.remove(edit.session, edit.customer, kind, text, country=edit.country)
            before = contacts.shown(kind, gone.value)
        else:
            _add_point(edit, kind, value)
        return before, _primary(edit, kind)

    return set_point


def _add_point(edit: _Edit, kind: ContactKind, text: str) -> None:
    value, label = contacts.parse(kind, text, edit.country)
    if not edit.allow_duplicate:
        duplicates.refuse_taken(edit.session, [(kind, value)], viewer=edit.viewer, but=edit.customer.id)
    contacts.put(edit.session, edit.customer, kind, value, label=label, primary=True)


def _remove_all(edit: _Edit, kind: ContactKind) -> None:
    query = select(ContactPoint).where(ContactPoint.customer_id == edit.customer.id, ContactPoint.kind == kind)
    for point in edit.session.exec(query):
        edit.session.delete(point)
    edit.session.flush()


def _primary(edit: _Edit, kind: ContactKind) -> str:
    points = contacts.of(edit.session, [edit.customer.id])[edit.customer.id]
    return next((contacts.shown(kind, point.value) for point in points if point.kind is kind), "")


def _set_company(edit: _Edit, value: str) -> tuple[str, str]:
    customer = edit.customer
    former = edit.session.get(Customer, customer.company_id) if customer.company_id is not None else None
    before = former.name if former else ""
    if _clears(value):
        customer.company_id = None
        return before, ""
    return before, companies.link(edit.session, customer, value, viewer=edit.viewer, now=edit.now).name


def _set_stage(edit: _Edit, value: str) -> tuple[str, str]:
    before, edit.customer.stage = edit.customer.stage, stages.parse_stage(value)
    return before, edit.customer.stage


def _set_tier(edit: _Edit, value: str) -> tuple[str, str]:
    before, edit.customer.tier = edit.customer.tier or "", None if _clears(value) else stages.parse_tier(value)
    return before, edit.customer.tier or ""


def _set_birthday(edit: _Edit, value: str) -> tuple[str, str]:
    before = edit.customer.birthday
    today = edit.now.astimezone(ZoneInfo(edit.viewer.timezone)).date()
    edit.customer.birthday = None if _clears(value) else dates.parse_birthday(value, today)
    return dates.birthday_text(before), dates.birthday_text(edit.customer.birthday)


def _set_line(field: str) -> Callable[[_Edit, str], tuple[str, str]]:
    def set_line(edit: _Edit, value: str) -> tuple[str, str]:
        before: str = getattr(edit.customer, field)
        after = "" if _clears(value) else parse_line(value)
        setattr(edit.customer, field, after)
        return before, after

    return set_line


def parse_line(text: str) -> str:
    """A short text such as a position or a source. Raises `Invalid("field_value_too_long")`."""
    plain = one_line(text) if len(text) <= 20 * _LONGEST_LINE else text
    if len(plain) > _LONGEST_LINE:
        raise Invalid("field_value_too_long", limit=_LONGEST_LINE)
    return plain


def _set_timezone(edit: _Edit, value: str) -> tuple[str, str]:
    before, edit.customer.timezone = edit.customer.timezone, "" if _clears(value) else staff.parse_timezone(value)
    return before, edit.customer.timezone


def _set_language(edit: _Edit, value: str) -> tuple[str, str]:
    before, edit.customer.language = edit.customer.language, "" if _clears(value) else staff.parse_language(value)
    return before, edit.customer.language


def _set_owner(edit: _Edit, value: str) -> tuple[str, str]:
    former = edit.session.get(Staff, edit.customer.owner_id) if edit.customer.owner_id is not None else None
    to = None if _clears(value) else owners.owner_named(edit.session, value, viewer=edit.viewer)
    owners.assign(edit.session, edit.customer, to, viewer=edit.viewer, now=edit.now)
    return former.name if former else "", to.name if to else ""


def _set_opted_out(edit: _Edit, value: str) -> tuple[str, str]:
    before, after = edit.customer.opted_out_at is not None, stages.parse_yes_no(value)
    if before is not after:
        edit.customer.opted_out_at = edit.now if after else None
    return _yes_no(before), _yes_no(after)


def _yes_no(answer: bool) -> str:
    return "yes" if answer else "no"


def _set_custom(edit: _Edit, key: str, value: str) -> tuple[str, str]:
    definition = next(definition for definition in fields.active(edit.session) if definition.key == key)
    before, custom = edit.customer.custom.get(key), dict(edit.customer.custom)
    custom.pop(key, None)
    if not _clears(value):
        custom[key] = fields.parse(definition, value)
    edit.customer.custom = custom
    return fields.text(before), fields.text(custom.get(key))


_SETTERS: Mapping[str, Callable[[_Edit, str], tuple[str, str]]] = {
    "name": _set_name,
    "kind": _set_kind,
    "phone": _set_point(ContactKind.PHONE),
    "email": _set_point(ContactKind.EMAIL),
    "address": _set_point(ContactKind.ADDRESS),
    "company": _set_company,
    "position": _set_line("position"),
    "stage": _set_stage,
    "tier": _set_tier,
    "birthday": _set_birthday,
    "source": _set_line("source"),
    "owner": _set_owner,
    "timezone": _set_timezone,
    "language": _set_language,
    "opted_out": _set_opted_out,
}
