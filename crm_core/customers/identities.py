"""How customers appear on the platforms; who is not known yet waits in the review list."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.chat import Sender
from crm_core.customers import contacts, matching
from crm_core.customers.families import survivor
from crm_core.customers.permits import require_write
from crm_core.customers.tables import ContactKind, Customer, Identity
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.people.tables import Handle, Staff
from crm_core.people.viewer import Right, Viewer
from crm_core.rows import add_or_find
from crm_core.text.tidying import one_line

_LONGEST_NAME = 200


def seen(
    session: Session, platform: str, sender: Sender, *, now: datetime, country: str, linked: int | None = None
) -> Identity:
    """The identity of a sender who is not staff, made at first sight.

    One that is nobody's yet is matched if that can be done (`matching`). `linked`: the customer of the conversation.
    """
    identity = find(session, platform, sender.platform_id) or _made(session, platform, sender, now)
    _refresh(session, identity, sender, country)
    if identity.customer_id is None and identity.matched_by != "unlinked":
        matching.match(session, identity, sender, linked=linked, now=now)
    session.flush()
    return identity


def find(session: Session, platform: str, platform_user_id: str) -> Identity | None:
    """The identity behind this account of a platform, if it was seen."""
    return session.exec(
        select(Identity).where(Identity.platform == platform, Identity.platform_user_id == platform_user_id)
    ).first()


def get(session: Session, identity_id: int) -> Identity:
    """Raises `NotFound("identity_not_found")`."""
    identity = session.get(Identity, identity_id)
    if identity is None:
        raise NotFound("identity_not_found", id=identity_id)
    return identity


def link(
    session: Session, identity: Identity, customer: Customer, *, by: str, viewer: Viewer, now: datetime
) -> Identity:
    """This account is this customer's. `by` says how it is known: manual, link, import …

    Raises `NotFound`, `NotAllowed`, `Conflict("identity_taken")` when it is a customer's the viewer may not see.
    """
    require_write(viewer, customer)
    _refuse_hidden(session, identity, viewer)
    identity.customer_id, identity.matched_by, identity.matched_at = customer.id, by, now
    session.add(identity)
    session.flush()
    return identity


def unlink(session: Session, identity: Identity, *, viewer: Viewer, now: datetime) -> Identity:
    """This account is nobody's; it goes back to the review list and is not matched again by itself.

    Raises `NotAllowed`, `Conflict("identity_taken")`.
    """
    viewer.require(Right.WRITE)
    _refuse_hidden(session, identity, viewer)
    identity.customer_id, identity.matched_by, identity.matched_at = None, "unlinked", now
    session.add(identity)
    session.flush()
    return identity


def unlinked(session: Session, *, limit: int) -> list[Identity]:
    """The review list: who wrote and is neither a known customer nor of the staff, the newest first."""
    ours = select(Handle.id).where(
        Handle.platform == Identity.platform, Handle.platform_user_id == Identity.platform_user_id
    )
    query = select(Identity).where(col(Identity.customer_id).is_(None), ~ours.exists())
    return list(session.exec(query.order_by(col(Identity.id).desc()).limit(limit)))


def of(session: Session, customer_ids: Iterable[int]) -> dict[int, list[Identity]]:
    """The accounts of each customer; a customer without any has an empty list."""
    ids = list(customer_ids)
    found: dict[int, list[Identity]] = {customer_id: [] for customer_id in ids}
    for identity in session.exec(select(Identity).where(col(Identity.customer_id).in_(ids)).order_by(col(Identity.id))):
        if identity.customer_id is not None:
            found[identity.customer_id].append(identity)
    return found


def _made(session: Session, platform: str, sender: Sender, now: datetime) -> Identity:
    identity = Identity(platform=platform, platform_user_id=sender.platform_id, kind=sender.kind, first_seen_at=now)
    return add_or_find(session, identity, lambda: find(session, platform, sender.platform_id))


def _refresh(session: Session, identity: Identity, sender: Sender, country: str) -> None:
    """Take over what the platform says now; what it leaves out stays."""
    said = {
        "kind": sender.kind,
        "team": sender.team,
        "display_name": one_line(sender.name[: 4 * _LONGEST_NAME])[:_LONGEST_NAME],
        "email": _readable(ContactKind.EMAIL, sender.email, country),
        "phone": _readable(ContactKind.PHONE, sender.phone, country),
    }
    news = {name: value for name, value in said.items() if value and getattr(identity, name) != value}
    for name, value in news.items():
        setattr(identity, name, value)
    if news:
        session.add(identity)


def _readable(kind: ContactKind, text: str, country: str) -> str:
    try:
        return contacts.parse(kind, text, country)[0] if text else ""
    except Invalid:
        return ""


def _refuse_hidden(session: Session, identity: Identity, viewer: Viewer) -> None:
    if identity.customer_id is None:
        return
    owner_id = survivor(session, identity.customer_id).owner_id
    if not viewer.sees(owner_id):
        raise Conflict("identity_taken", owner=session.get_one(Staff, owner_id).name)
