"""Recording what was said: conversation, sender, customer, every version. Recording a thing twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from crm_core.chat import Attachment, Happening, InboundMessage, Room, Sender, SenderKind
from crm_core.conversations import homes, optouts, rooms, senders, versions
from crm_core.conversations.homes import Home
from crm_core.conversations.senders import NOBODY, Known
from crm_core.conversations.tables import AttachmentRow, Conversation, Message, MessageVersion
from crm_core.conversations.versions import Version
from crm_core.customers import records
from crm_core.customers.tables import Identity
from crm_core.errors import Invalid
from crm_core.people.tables import Staff

#: Longest id of a message, a room or a person that is accepted, in characters; longer names and titles are cut.
LONGEST_ID = 255

_LARGEST_BATCH = 500


@dataclass(frozen=True)
class Recorded:
    """What became of one thing that happened. `message` is None for a press; `new` is False for what was known."""

    message: Message | None
    conversation: Conversation
    identity: Identity | None
    staff: Staff | None
    new: bool


@dataclass(eq=False)
class _Utterance:
    """One thing that happened, and what was found out about it.

    `makes`: its message was not there before. `adds`: it brought a version that was not there before.
    """

    inbound: InboundMessage
    room: Conversation
    known: Known
    home: Home
    message: Message | None = None
    makes: bool = False
    adds: bool = False

    @property
    def key(self) -> tuple[int, str]:
        return self.room.id, self.inbound.platform_message_id

    @property
    def staff_id(self) -> int | None:
        return self.known.staff.id if self.known.staff else None

    @property
    def first_posted(self) -> bool:
        return self.makes and self.inbound.happening is Happening.POSTED

    @property
    def is_new(self) -> bool:
        return self.makes or self.adds


def record(session: Session, inbound: InboundMessage, *, now: datetime, country: str = "CN") -> Recorded:
    """Record one thing that happened in a room. `country`: of phone numbers written without one.

    Raises `Invalid("message_malformed")` when an id is missing or too long.
    """
    return record_all(session, [inbound], now=now, country=country)[0]


def record_all(
    session: Session, inbounds: Sequence[InboundMessage], *, now: datetime, country: str = "CN"
) -> list[Recorded]:
    """Like `record` for many at once, in order; one that is malformed spoils all."""
    recorded: list[Recorded] = []
    for at in range(0, len(inbounds), _LARGEST_BATCH):
        recorded += _record(session, inbounds[at : at + _LARGEST_BATCH], now=now, country=country)
    return recorded


def versions_of(session: Session, message_id: int) -> list[Version]:
    """Every version of a message: as posted first, then in the order of time."""
    return versions.of(session, session.get_one(Message, message_id))


def _record(session: Session, inbounds: Sequence[InboundMessage], *, now: datetime, country: str) -> list[Recorded]:
    heard = _heard(session, [_checked(inbound) for inbound in inbounds], now=now, country=country)
    spoken = [one for one in heard if one.inbound.happening is not Happening.PRESSED]
    _find_or_make(session, spoken)
    _apply_versions(session, [one for one in spoken if not one.first_posted])
    _attach(session, [one for one in spoken if one.inbound.attachments])
    _follow_up(session, [one for one in spoken if one.inbound.happening is Happening.POSTED and one.is_new])
    session.flush()
    return [Recorded(one.message, one.room, one.known.identity, one.known.staff, new=one.is_new) for one in heard]


def _heard(session: Session, inbounds: list[InboundMessage], *, now: datetime, country: str) -> list[_Utterance]:
    places = rooms.of(session, inbounds, now=now)
    known = senders.of(session, inbounds, now=now, country=country)
    rooms.welcome(session, inbounds, places)
    return [
        _Utterance(inbound, places[rooms.key_of(inbound)], known.get(senders.key_of(inbound), NOBODY), home)
        for inbound, home in zip(inbounds, homes.of(session, inbounds, places, known), strict=True)
    ]


def _find_or_make(session: Session, spoken: list[_Utterance]) -> None:
    place = tuple_(col(Message.conversation_id), col(Message.platform_message_id))
    found = session.exec(select(Message).where(place.in_([one.key for one in spoken])))
    messages = {(message.conversation_id, message.platform_message_id): message for message in found}
    for one in spoken:
        one.message = messages.get(one.key)
        if one.message is None:
            one.makes = True
            one.message = messages[one.key] = _new(one)
            session.add(one.message)
    session.flush()


def _new(one: _Utterance) -> Message:
    """The row of a message first heard of; for an edit or a delete a place that waits for what was posted."""
    inbound = one.inbound
    posted = inbound.happening is Happening.POSTED
    return Message(
        conversation_id=one.room.id,
        platform=inbound.platform,
        platform_message_id=inbound.platform_message_id,
        thread_id=inbound.thread_id,
        sender_platform_id=inbound.sender.platform_id,
        sender_name=inbound.sender.name,
        sender_kind=inbound.sender.kind,
        sender_staff_id=one.staff_id,
        customer_id=one.home.customer_id,
        owner_id=one.home.owner_id,
        addressed=inbound.addressed,
        text=inbound.text if posted else "",
        sent_at=inbound.sent_at,
        versions=1 if posted else 0,
    )


def _apply_versions(session: Session, later: list[_Utterance]) -> None:
    kept = versions.kept(session, [one.message.id for one in later if one.message])
    for one in later:
        if one.message is not None:
            rows = kept.setdefault(one.message.id, [])
            added = _version(one, one.message, rows)
            session.add_all(added)
            rows.extend(added)
            one.adds = bool(added)


def _version(one: _Utterance, message: Message, rows: list[MessageVersion]) -> list[MessageVersion]:
    if one.inbound.happening is Happening.EDITED:
        return versions.edit(message, rows, one.inbound)
    if one.inbound.happening is Happening.DELETED:
        return versions.delete(message, rows, one.inbound)
    added = versions.post(message, rows, one.inbound)
    if added:
        _set_author(one, message)
    return added


def _set_author(one: _Utterance, message: Message) -> None:
    """As the posted message says; an edit or a delete that came before it may have had another sender."""
    sender = one.inbound.sender
    message.sender_platform_id, message.sender_name, message.sender_kind = sender.platform_id, sender.name, sender.kind
    message.sender_staff_id = one.staff_id
    message.customer_id, message.owner_id = one.home.customer_id, one.home.owner_id


def _attach(session: Session, spoken: list[_Utterance]) -> None:
    ids = {one.message.id for one in spoken if one.message}
    held = session.exec(
        select(AttachmentRow.message_id, AttachmentRow.platform_file_id).where(col(AttachmentRow.message_id).in_(ids))
    )
    known = set(held.all()) if ids else set()
    for one in spoken:
        for file in one.inbound.attachments:
            if one.message is not None and (one.message.id, file.platform_file_id) not in known:
                known.add((one.message.id, file.platform_file_id))
                session.add(_attachment(one.message.id, file))


def _attachment(message_id: int, file: Attachment) -> AttachmentRow:
    return AttachmentRow(
        message_id=message_id,
        platform_file_id=file.platform_file_id,
        name=file.name,
        mime=file.mime,
        size=file.size,
    )


def _follow_up(session: Session, posted: list[_Utterance]) -> None:
    """What a new message means for its room and its customer."""
    contacts: dict[int, datetime] = {}
    for one in posted:
        at = one.inbound.sent_at
        one.room.last_message_at = max(at, one.room.last_message_at or at)
        customer_id = one.home.customer_id
        if customer_id is not None and _is_talk(one.inbound):
            contacts[customer_id] = max(at, contacts.get(customer_id, at))
        if customer_id is not None and one.known.staff is None:
            optouts.listen(session, one.inbound, one.room, one.known.identity, customer_id)
    for customer_id, at in sorted(contacts.items()):
        records.touch(session, customer_id, at)


def _is_talk(inbound: InboundMessage) -> bool:
    """Between customer and staff, rather than with a bot."""
    return not inbound.addressed and inbound.sender.kind is not SenderKind.BOT


def _checked(inbound: InboundMessage) -> InboundMessage:
    """The message as it can be stored. Raises `Invalid("message_malformed")`."""
    room, sender = inbound.room, inbound.sender
    pressed = inbound.happening is Happening.PRESSED
    named = inbound.platform and room.platform_id and (pressed or inbound.platform_message_id)
    ids = (inbound.platform, room.platform_id, inbound.platform_message_id, sender.platform_id, inbound.thread_id)
    if not named or max(map(len, ids)) > LONGEST_ID or not _storable("".join(ids)):
        raise Invalid("message_malformed")
    loose = "".join((inbound.text, room.title, sender.name, sender.email, sender.phone))
    if inbound.attachments or len(loose) - len(inbound.text) > LONGEST_ID or not _storable(loose):
        return _tidied(inbound)
    return inbound


def _tidied(inbound: InboundMessage) -> InboundMessage:
    room, sender = inbound.room, inbound.sender
    return replace(
        inbound,
        text=_storable_form(inbound.text),
        room=Room(room.platform_id, room.kind, _short(room.title)),
        sender=Sender(sender.platform_id, _short(sender.name), sender.kind, _short(sender.email), _short(sender.phone)),
        attachments=tuple(
            Attachment(_short(file.platform_file_id, 2000), _short(file.name), _short(file.mime), file.size)
            for file in inbound.attachments
        ),
    )


def _storable(text: str) -> bool:
    """Whether every database can hold it: no NUL character, no half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and text == text.encode("utf-8", "replace").decode("utf-8")


def _storable_form(text: str) -> str:
    return text if _storable(text) else text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _short(text: str, longest: int = LONGEST_ID) -> str:
    return _storable_form(text[:longest])
