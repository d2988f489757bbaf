"""Who speaks: a member of staff by their handle, or an identity; other bots are neither."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from crm_core.chat import InboundMessage, Sender, SenderKind
from crm_core.conversations.rooms import Key
from crm_core.customers import identities
from crm_core.customers.tables import Identity
from crm_core.people.tables import Handle, Staff


@dataclass(frozen=True)
class Known:
    """What the core knows about a sender."""

    staff: Staff | None = None
    identity: Identity | None = None


NOBODY = Known()


def key_of(inbound: InboundMessage) -> Key:
    return inbound.platform, inbound.sender.platform_id


def of(session: Session, inbounds: Sequence[InboundMessage], *, now: datetime, country: str) -> dict[Key, Known]:
    """The senders of these messages. Unknown ones become identities without a customer, in the review list."""
    senders = {key_of(inbound): inbound.sender for inbound in inbounds if _is_person(inbound.sender)}
    staff = _staff(session, senders)
    identified = _identities(session, senders.keys() - staff.keys())
    known = {key: Known(staff=member) for key, member in staff.items()}
    for key in senders.keys() - staff.keys():
        identity = identified.get(key)
        if identity is None or _tells_more(identity, senders[key]):
            identity = identities.seen(session, key[0], senders[key], now=now, country=country)
        known[key] = Known(identity=identity)
    return known


def _is_person(sender: Sender) -> bool:
    return sender.kind is not SenderKind.BOT and bool(sender.platform_id)


def _staff(session: Session, keys: Iterable[Key]) -> dict[Key, Staff]:
    place = tuple_(col(Handle.platform), col(Handle.platform_user_id))
    found = session.exec(
        select(Handle.platform, Handle.platform_user_id, Staff)
        .join(Staff, col(Staff.id) == Handle.staff_id)
        .where(place.in_(list(keys)))
    )
    return {(platform, person): member for platform, person, member in found}


def _identities(session: Session, keys: Iterable[Key]) -> dict[Key, Identity]:
    place = tuple_(col(Identity.platform), col(Identity.platform_user_id))
    found = session.exec(select(Identity).where(place.in_(list(keys))))
    return {(identity.platform, identity.platform_user_id): identity for identity in found}


def _tells_more(identity: Identity, sender: Sender) -> bool:
    """Whether the platform says something about this person that the identity does not hold yet."""
    return bool(
        (sender.name and sender.name != identity.display_name)
        or (sender.email and not identity.email)
        or (sender.phone and not identity.phone)
    )
