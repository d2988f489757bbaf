"""Phones, e-mails and addresses of customers; of each kind exactly one is the primary one."""

import re
from collections.abc import Iterable

from sqlmodel import Session, col, select

from crm_core.customers import phones
from crm_core.customers.families import survivor
from crm_core.customers.tables import ContactKind, ContactPoint, Customer
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.text.tidying import one_line

_LONGEST_EMAIL = 254
_LONGEST_ADDRESS = 300
_MOST = 50
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_MAILTO = re.compile(r"^<?(?:mailto:)?(.*?)>?$")


def parse_email(text: str) -> str:
    """Lower case, ASCII. Raises `Invalid("email_invalid")`."""
    plain = one_line(text).lower() if len(text) <= 2 * _LONGEST_EMAIL else text
    address = _MAILTO.sub(r"\1", plain)
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise Invalid("email_invalid", text=plain[:60])
    return address


def parse_address(text: str) -> str:
    """One line. Raises `Invalid`: `address_empty`, `address_too_long`."""
    plain = one_line(text) if len(text) <= 10 * _LONGEST_ADDRESS else text
    if not plain:
        raise Invalid("address_empty")
    if len(plain) > _LONGEST_ADDRESS:
        raise Invalid("address_too_long", limit=_LONGEST_ADDRESS)
    return plain


def parse(kind: ContactKind, text: str, country: str) -> tuple[str, str]:
    """(value, label): an extension of a phone becomes its label."""
    if kind is ContactKind.PHONE:
        phone = phones.parse(text, country)
        return phone.number, f"ext. {phone.extension}" if phone.extension else ""
    return (parse_email(text) if kind is ContactKind.EMAIL else parse_address(text)), ""


def shown(kind: ContactKind, value: str) -> str:
    """A stored value for people who may see it in full."""
    return phones.shown(value) if kind is ContactKind.PHONE else value


def masked(kind: ContactKind, value: str) -> str:
    """A stored value for people who may not: `138****8812`, `z***@acme.com`, `上海市***`."""
    if kind is ContactKind.PHONE:
        return phones.masked(value)
    if kind is ContactKind.EMAIL:
        local, _, domain = value.rpartition("@")
        return f"{local[0] if len(local) > 1 else ''}***@{domain}"
    return f"{value[: min(3, len(value) // 3)]}***"


def of(session: Session, customer_ids: Iterable[int]) -> dict[int, list[ContactPoint]]:
    """The contact points of each customer, the primary ones first; a customer without any has an empty list."""
    ids = list(customer_ids)
    found: dict[int, list[ContactPoint]] = {customer_id: [] for customer_id in ids}
    query = select(ContactPoint).where(col(ContactPoint.customer_id).in_(ids))
    for point in session.exec(query.order_by(col(ContactPoint.is_primary).desc(), col(ContactPoint.id))):
        found[point.customer_id].append(point)
    return found


def owners_of(session: Session, kind: ContactKind, value: str) -> list[Customer]:
    """The customers who have this stored value, whoever may see them; merged ones are given as their survivor."""
    points = select(ContactPoint.customer_id).where(ContactPoint.value == value, ContactPoint.kind == kind)
    found = {customer.id: customer for customer in (survivor(session, each) for each in session.exec(points))}
    return [found[customer_id] for customer_id in sorted(found)]


def add(
    session: Session, customer: Customer, kind: ContactKind, text: str, *, country: str, primary: bool = False
) -> ContactPoint:
    """Give the customer this phone, e-mail or address; the first of its kind becomes the primary one.

    One that is there already is returned. `primary`: make it the primary one. The caller has checked the viewer.
    """
    value, label = parse(kind, text, country)
    return put(session, customer, kind, value, label=label, primary=primary)


def put(
    session: Session, customer: Customer, kind: ContactKind, value: str, *, label: str = "", primary: bool = False
) -> ContactPoint:
    """Like `add`, for a value that is parsed already."""
    others = _of_kind(session, customer, kind)
    point = next((other for other in others if other.value == value), None)
    if point is None:
        point = _new(customer, kind, value, label, others)
        session.add(point)
    if primary and not point.is_primary:
        _promote(session, point, others)
    session.flush()
    return point


def give(session: Session, customer: Customer, points: Iterable[tuple[ContactKind, str, str]]) -> None:
    """Give a customer who has none yet these (kind, parsed value, label); the first of a kind is the primary one."""
    given: list[ContactPoint] = []
    for kind, value, label in points:
        others = [point for point in given if point.kind is kind]
        if all(point.value != value for point in others):
            given.append(_new(customer, kind, value, label, others))
    session.add_all(given)
    session.flush()


def remove(session: Session, customer: Customer, kind: ContactKind, text: str, *, country: str) -> ContactPoint:
    """Take this one away; when it was the primary one, the oldest of the others becomes it.

    Raises `NotFound("contact_not_found")`.
    """
    point = _existing(session, customer, kind, text, country)
    session.delete(point)
    session.flush()
    left = _of_kind(session, customer, kind)
    if point.is_primary and left:
        _promote(session, left[0], left)
        session.flush()
    return point


def _new(customer: Customer, kind: ContactKind, value: str, label: str, others: list[ContactPoint]) -> ContactPoint:
    if len(others) >= _MOST:
        raise Conflict("contacts_too_many", limit=_MOST)
    return ContactPoint(
        customer_id=customer.id,
        kind=kind,
        value=value,
        reversed=value.lstrip("+")[::-1] if kind is ContactKind.PHONE else None,
        label=label,
        is_primary=not any(other.is_primary for other in others),
    )


def _promote(session: Session, point: ContactPoint, others: list[ContactPoint]) -> None:
    for other in others:
        if other is not point and other.is_primary:
            other.is_primary = False
            session.add(other)
    point.is_primary = True
    session.add(point)


def _existing(session: Session, customer: Customer, kind: ContactKind, text: str, country: str) -> ContactPoint:
    value, _ = parse(kind, text, country)
    point = next((point for point in _of_kind(session, customer, kind) if point.value == value), None)
    if point is None:
        raise NotFound("contact_not_found", text=shown(kind, value))
    return point


def _of_kind(session: Session, customer: Customer, kind: ContactKind) -> list[ContactPoint]:
    query = select(ContactPoint).where(ContactPoint.customer_id == customer.id, ContactPoint.kind == kind)
    return list(session.exec(query.order_by(col(ContactPoint.id))))
