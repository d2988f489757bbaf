"""Who speaks: a member of staff by their handle, or an identity; other bots are neither."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, tuple_
from sqlmodel import Session, col, select

from crm_core.chat import InboundMessage, Sender, SenderKind
from crm_core.conversations import rooms
from crm_core.conversations.rooms import Key
from crm_core.conversations.tables import Conversation
from crm_core.customers import identities, matching
from crm_core.customers.tables import Identity
from crm_core.people import accounts
from crm_core.people.tables import Handle, Staff

#: Built once: these are asked of every message.
_KEYS: BindParameter[object] = bindparam("keys", expanding=True)
_STAFF = (
    select(Handle.platform, Handle.platform_user_id, Staff)
    .join(Staff, col(Staff.id) == Handle.staff_id)
    .where(tuple_(col(Handle.platform), col(Handle.platform_user_id)).in_(_KEYS))
)
_IDENTITIES = select(Identity).where(tuple_(col(Identity.platform), col(Identity.platform_user_id)).in_(_KEYS))


@dataclass(frozen=True)
class Known:
    """What the core knows about a sender."""

    staff: Staff | None = None
    identity: Identity | None = None

    @property
    def name(self) -> str:
        """For where the platform tells none."""
        if self.staff is not None:
            return self.staff.name
        return "" if self.identity is None else self.identity.display_name


NOBODY = Known()


def key_of(inbound: InboundMessage) -> Key:
    return inbound.platform, inbound.sender.platform_id


def of(
    session: Session,
    inbounds: Sequence[InboundMessage],
    places: Mapping[Key, Conversation],
    *,
    now: datetime,
    country: str,
) -> dict[Key, Known]:
    """The senders of these messages and whoever else is known to be in these rooms. Unknown ones become identities
    without a customer, in the review list, unless it is plain whose they are."""
    heard = [(person, inbound) for inbound in inbounds for person in inbound.room.members]
    heard += [(inbound.sender, inbound) for inbound in inbounds]  # who says something is known better
    senders = {(inbound.platform, person.platform_id): person for person, inbound in heard if _is_person(person)}
    linked = {
        (inbound.platform, person.platform_id): places[rooms.key_of(inbound)].customer_id for person, inbound in heard
    }
    staff = _colleagues(session, senders, now)
    identified = _identities(session, senders.keys() - staff.keys())
    known = {key: Known(staff=member) for key, member in staff.items()}
    for key in senders.keys() - staff.keys():
        identity = identified.get(key)
        if identity is None or _tells_more(identity, senders[key]) or matching.may_match(identity, linked[key]):
            identity = identities.seen(session, key[0], senders[key], now=now, country=country, linked=linked[key])
        known[key] = Known(identity=identity)
    return known


def meet(session: Session, platform: str, people: Sequence[Sender], *, now: datetime, country: str) -> None:
    """A platform tells who people are, apart from what they say: colleagues are recognised, and what is known of the
    others is brought up to date."""
    senders = {(platform, one.platform_id): one for one in people if _is_person(one)}
    staff = _colleagues(session, senders, now)
    for key, identity in _identities(session, senders.keys() - staff.keys()).items():
        if _tells_more(identity, senders[key]):
            identities.seen(session, platform, senders[key], now=now, country=country)


def _colleagues(session: Session, senders: Mapping[Key, Sender], now: datetime) -> dict[Key, Staff]:
    known = _staff(session, senders) | _recognised(session, senders, now)
    for key, member in known.items():
        accounts.meet(session, member, key[0], senders[key])
    return known


def _recognised(session: Session, senders: Mapping[Key, Sender], now: datetime) -> dict[Key, Staff]:
    """Colleagues whose account was nobody's until now."""
    hopeful = [key for key, sender in senders.items() if sender.email and sender.kind is SenderKind.MEMBER]
    if not hopeful:
        return {}
    held = _staff(session, hopeful)
    found: dict[Key, Staff] = {}
    for platform in {platform for platform, _ in hopeful}:
        new = [senders[key] for key in hopeful if key[0] == platform and key not in held]
        members = accounts.recognise(session, platform, new, now=now)
        found |= {(platform, account): member for account, member in members.items()}
    return found


def _is_person(sender: Sender) -> bool:
    return sender.kind is not SenderKind.BOT and bool(sender.platform_id)


def _staff(session: Session, keys: Collection[Key]) -> dict[Key, Staff]:
    if not keys:
        return {}
    found = session.exec(_STAFF, params={"keys": list(keys)})
    return {(platform, person): member for platform, person, member in found}


def _identities(session: Session, keys: Collection[Key]) -> dict[Key, Identity]:
    if not keys:
        return {}
    found = session.exec(_IDENTITIES, params={"keys": list(keys)})
    return {(identity.platform, identity.platform_user_id): identity for identity in found}


def _tells_more(identity: Identity, sender: Sender) -> bool:
    """Whether the platform says something about this person that the identity does not hold yet."""
    return bool(
        (sender.name and sender.name != identity.display_name)
        or (sender.name and sender.kind != identity.kind)
        or (sender.email and sender.email.strip().lower() != identity.email)
        or (sender.team and sender.team != identity.team)
        or (sender.phone and not identity.phone)
    )
