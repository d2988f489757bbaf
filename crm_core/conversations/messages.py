"""Recording what was said: conversation, sender, customer, every version. Recording a thing twice changes nothing.

Many at once are read and written together. A new message is written without a mapped object, which costs more than the
row; only what is changed later (an edit, a delete, a message after its edit) is loaded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, update
from sqlmodel import Session, col, select

from crm_core.chat import Attachment, Happening, InboundMessage, SenderKind
from crm_core.conversations import (
    attachments,
    homes,
    marks,
    memberships,
    message_index,
    moves,
    optouts,
    rooms,
    senders,
    versions,
)
from crm_core.conversations.homes import Home
from crm_core.conversations.inbounds import checked
from crm_core.conversations.senders import NOBODY, Known
from crm_core.conversations.tables import Conversation, Message, MessageVersion
from crm_core.customers import records
from crm_core.customers.tables import Identity
from crm_core.people.tables import Staff
from crm_core.rows import reserve
from crm_core.tables import metadata
from crm_core.text.postings import read

_LARGEST_BATCH = 500
_SPOKEN = frozenset({Happening.POSTED, Happening.EDITED, Happening.DELETED})
_TABLE = metadata.tables["message"]
_IN: BindParameter[int] = bindparam("envelope_id")
_MADE = insert(_TABLE)
_CLAIMED = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("message_id"), _TABLE.c.asked_in_id.is_(None) | (_TABLE.c.asked_in_id == _IN))
    .values(asked_in_id=_IN)
)


@dataclass(frozen=True)
class Recorded:
    """What became of one thing that happened. `message` is None for what is no version of one, like a press; `new` is
    False for what was known."""

    message: Message | None
    conversation: Conversation
    identity: Identity | None
    staff: Staff | None
    new: bool


@dataclass(frozen=True)
class Noted:
    """Like `Recorded`, in short."""

    message_id: int | None
    new: bool


@dataclass(eq=False, slots=True)
class _Utterance:
    """One thing that happened, and what was found out about it.

    `makes`: its message was not there before. `adds`: it brought a version that was not there before.
    """

    inbound: InboundMessage
    room: Conversation
    known: Known
    home: Home
    message_id: int | None = None
    makes: bool = False
    adds: bool = False

    @property
    def key(self) -> tuple[int, str]:
        return self.room.id, self.inbound.platform_message_id

    @property
    def staff_id(self) -> int | None:
        return self.known.staff.id if self.known.staff is not None else None

    @property
    def posted(self) -> bool:
        return self.inbound.happening is Happening.POSTED

    @property
    def is_new(self) -> bool:
        return self.makes or self.adds


def record(session: Session, inbound: InboundMessage, *, now: datetime, country: str = "CN") -> Recorded:
    """Record one thing that happened in a room. `country`: of phone numbers written without one.

    Raises `Invalid("message_malformed")` when an id is missing or too long.
    """
    (one,) = _record(session, [inbound], now=now, country=country)
    message = None if one.message_id is None else session.get_one(Message, one.message_id)
    return Recorded(message, one.room, one.known.identity, one.known.staff, one.is_new)


def record_all(
    session: Session, inbounds: Sequence[InboundMessage], *, now: datetime, country: str = "CN"
) -> list[Noted]:
    """Like `record` for many, in order, and much faster than one by one; one that is malformed spoils all."""
    noted: list[Noted] = []
    for at in range(0, len(inbounds), _LARGEST_BATCH):
        heard = _record(session, inbounds[at : at + _LARGEST_BATCH], now=now, country=country)
        noted += [Noted(one.message_id, one.is_new) for one in heard]
    return noted


def claim(session: Session, message_id: int, envelope_id: int) -> bool:
    """This envelope is the one that this message is answered in; False: another is."""
    result = session.connection().execute(_CLAIMED, {"message_id": message_id, "envelope_id": envelope_id})
    return result.rowcount == 1


def _record(session: Session, inbounds: Sequence[InboundMessage], *, now: datetime, country: str) -> list[_Utterance]:
    heard = _heard(session, [checked(inbound) for inbound in inbounds], now=now, country=country)
    spoken = [one for one in heard if one.inbound.happening in _SPOKEN]
    _find_or_make(session, spoken)
    _apply_versions(session, [one for one in spoken if not (one.makes and one.posted)])
    attachments.record(session, _files(spoken))
    _follow_up(session, [one for one in spoken if one.posted and one.is_new])
    marks.record(session, [(one.inbound, one.room) for one in heard if one.inbound.happening in marks.HAPPENINGS])
    for one in heard:
        if one.inbound.happening in memberships.HAPPENINGS:
            memberships.record(session, one.inbound, one.room)
    session.flush()
    return heard


def _heard(session: Session, inbounds: list[InboundMessage], *, now: datetime, country: str) -> list[_Utterance]:
    places = _places(session, inbounds, now=now)
    known = senders.of(session, inbounds, places, now=now, country=country)
    rooms.welcome(session, inbounds, places)
    return [
        _Utterance(inbound, places[rooms.key_of(inbound)], known.get(senders.key_of(inbound), NOBODY), home)
        for inbound, home in zip(inbounds, homes.of(session, inbounds, places, known), strict=True)
    ]


def _places(session: Session, inbounds: list[InboundMessage], *, now: datetime) -> dict[rooms.Key, Conversation]:
    places = rooms.of(session, inbounds, now=now)
    moved = [inbound for inbound in inbounds if inbound.happening is Happening.MOVED]
    for inbound in moved:
        moves.record(session, inbound)
    return rooms.of(session, inbounds, now=now) if moved else places


def _find_or_make(session: Session, spoken: list[_Utterance]) -> None:
    ids = _known(session, [one.key for one in spoken])
    makers: dict[tuple[int, str], _Utterance] = {}
    for one in spoken:
        if one.key not in ids and makers.setdefault(one.key, one) is one:
            one.makes = True
    ids.update(_make(session, makers))
    for one in spoken:
        one.message_id = ids[one.key]


def _known(session: Session, keys: list[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Key → id of the messages that are there. Straight to the driver: this is asked of every message."""
    if not keys:
        return {}
    wanted = ", ".join(["(?, ?)"] * len(keys))
    found = read(
        session,
        "SELECT id, conversation_id, platform_message_id FROM message "  # noqa: S608
        f"WHERE (conversation_id, platform_message_id) IN (VALUES {wanted})",
        [value for key in keys for value in key],
    )
    return {(room_id, name): number for number, room_id, name in found}


def _make(session: Session, makers: dict[tuple[int, str], _Utterance]) -> dict[tuple[int, str], int]:
    if not makers:
        return {}
    ids = reserve(session, _TABLE, len(makers))
    rows = [_row(number, one) for number, one in zip(ids, makers.values(), strict=True)]
    session.connection().execute(_MADE, rows)
    message_index.index_rows(session, [(row["id"], row["text"], row["owner_id"]) for row in rows])
    return dict(zip(makers, ids, strict=True))


def _row(number: int, one: _Utterance) -> dict[str, Any]:
    """The row of a message first heard of; for an edit or a delete a place that waits for what was posted."""
    inbound = one.inbound
    sender = inbound.sender
    return {
        "id": number,
        "conversation_id": one.room.id,
        "platform": inbound.platform,
        "platform_message_id": inbound.platform_message_id,
        "thread_id": inbound.thread_id,
        "sender_platform_id": sender.platform_id,
        "sender_name": sender.name or one.known.name,
        "sender_kind": sender.kind,
        "sender_staff_id": one.staff_id,
        "customer_id": one.home.customer_id,
        "owner_id": one.home.owner_id,
        "addressed": inbound.addressed,
        "text": inbound.text if one.posted else "",
        "sent_at": inbound.sent_at,
        "versions": 1 if one.posted else 0,
    }


def _apply_versions(session: Session, later: list[_Utterance]) -> None:
    if not later:
        return
    messages = _loaded(session, {one.message_id for one in later if one.message_id is not None})
    kept = versions.kept(session, list(messages))
    for one in later:
        if one.message_id is not None:
            rows = kept.setdefault(one.message_id, [])
            added = _version(session, one, messages[one.message_id], rows)
            session.add_all(added)
            rows.extend(added)
            one.adds = bool(added)


def _loaded(session: Session, ids: set[int]) -> dict[int, Message]:
    found = session.exec(select(Message).where(col(Message.id).in_(ids)))
    return {message.id: message for message in found}


def _version(session: Session, one: _Utterance, message: Message, rows: list[MessageVersion]) -> list[MessageVersion]:
    if one.inbound.happening is Happening.EDITED:
        return versions.edit(message, rows, one.inbound)
    if one.inbound.happening is Happening.DELETED:
        return versions.delete(message, rows, one.inbound)
    added = versions.post(message, rows, one.inbound)
    if added:
        _set_author(session, one, message)
    elif one.inbound.addressed and not message.addressed:
        _address(session, one, message)
    return added


def _address(session: Session, one: _Utterance, message: Message) -> None:
    """Another event says that this was said to the bot; its text is without the mention."""
    message.addressed = True
    if message.versions == 1:
        message.text = one.inbound.text
    _set_author(session, one, message)


def _set_author(session: Session, one: _Utterance, message: Message) -> None:
    """As the posted message says; an edit or a delete that came before it may have had another sender."""
    sender = one.inbound.sender
    message.sender_platform_id, message.sender_kind = sender.platform_id, sender.kind
    message.sender_name = sender.name or one.known.name
    message.sender_staff_id = one.staff_id
    if not homes.is_filed(session, message.id):
        message.customer_id, message.owner_id = one.home.customer_id, one.home.owner_id


def _files(spoken: list[_Utterance]) -> list[tuple[int, Attachment]]:
    return [(one.message_id, file) for one in spoken if one.message_id is not None for file in one.inbound.attachments]


def _follow_up(session: Session, posted: list[_Utterance]) -> None:
    """What a new message means for its room and its customer."""
    contacts: dict[int, datetime] = {}
    for one in posted:
        customer_id = one.home.customer_id
        if customer_id is not None and _is_talk(one.inbound):
            contacts[customer_id] = max(one.inbound.sent_at, contacts.get(customer_id, one.inbound.sent_at))
        if one.known.staff is None:
            optouts.listen(session, one.inbound, one.room, one.known.identity, customer_id)
    for room, at in _latest(posted):
        room.last_message_at = max(at, room.last_message_at or at)
    for customer_id, at in sorted(contacts.items()):
        records.touch(session, customer_id, at)


def _latest(posted: list[_Utterance]) -> Iterable[tuple[Conversation, datetime]]:
    """When something was last said in each room."""
    latest: dict[int, tuple[Conversation, datetime]] = {}
    for one in posted:
        at = one.inbound.sent_at
        if one.room.id not in latest or latest[one.room.id][1] < at:
            latest[one.room.id] = one.room, at
    return latest.values()


def _is_talk(inbound: InboundMessage) -> bool:
    """Between customer and staff, rather than with a bot."""
    return not inbound.addressed and inbound.sender.kind is not SenderKind.BOT
