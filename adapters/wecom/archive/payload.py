"""Opened rows → what happened in which room.

A chat of two is the room `pair:<userid>:<external_userid>`, a group its `roomid`. Customers are known by their
external_userid (`wm…` on WeChat, `wo…` on WeCom), robots by `wb…`; everybody else is staff. What staff write among
themselves is kept in the ledger and recorded nowhere: it is no conversation with a customer.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.wecom.archive import bodies
from adapters.wecom.archive.rows import event_id_of, moment_of
from crm_core.chat import Attachment, Document, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind

_OUTSIDE = ("_external", "_updown_stream")
_CUSTOMER = re.compile(r"w[mo][A-Za-z0-9_-]{16,}")
_ROBOT = re.compile(r"wb[A-Za-z0-9_-]{16,}")
_DELETES = "revoke"


class ArchivedRows:
    """Reads envelopes of the archive; who the people are is known from their contacts."""

    async def acquaint(self, bodies: Sequence[Document]) -> None:
        """Nothing."""

    def parse(self, body: Document) -> tuple[InboundMessage, ...]:
        return parse(body)


def parse(body: Document) -> tuple[InboundMessage, ...]:
    """What a row says; nothing for a change of device, or for what staff wrote to each other. Raises `ValueError`."""
    said: Document = body["row"]
    if said.get("action") == "switch" or not _is_with_a_customer(said):
        return ()
    return (_message(said),)


def _message(said: Document) -> InboundMessage:
    deletes = _deletes(said)
    read = bodies.Read("") if deletes else bodies.read(said)
    return InboundMessage(
        platform="wecom",
        event_id=event_id_of(said),
        happening=Happening.DELETED if deletes else Happening.POSTED,
        room=room_of(said),
        sender=sender_of(_word(said, "from")),
        platform_message_id=deletes or _named(said),
        text=read.text,
        sent_at=moment_of(said.get("msgtime")) or datetime.fromtimestamp(0, UTC),
        attachments=tuple(Attachment(file.file_id, file.name, file.mime, file.size) for file in read.files),
    )


def room_of(said: Document) -> Room:
    """Where it was said, with the others that are known to be there."""
    people = people_of(said)
    others = tuple(sender_of(person) for person in people[1:] if is_customer(person))
    if roomid := _word(said, "roomid"):
        return Room(roomid, RoomKind.SHARED, members=others)
    customers = [person for person in people if is_customer(person)]
    staff = [person for person in people if not is_customer(person)]
    ends = (staff + customers)[:2] if staff else customers[:2]
    return Room(":".join(("pair", *ends)), RoomKind.DIRECT, members=others)


def people_of(said: Document) -> list[str]:
    """Who wrote, then to whom."""
    to = said.get("tolist")
    listed = [one for one in to if isinstance(one, str) and one] if isinstance(to, list) else []
    return [person for person in (_word(said, "from"), *listed) if person]


def sender_of(person: str) -> Sender:
    if is_customer(person):
        return Sender(person, kind=SenderKind.EXTERNAL)
    return Sender(person, kind=SenderKind.BOT if _ROBOT.fullmatch(person) else SenderKind.MEMBER)


def is_customer(person: str) -> bool:
    return _CUSTOMER.fullmatch(person) is not None


def _is_with_a_customer(said: Document) -> bool:
    return _word(said, "msgid").endswith(_OUTSIDE) or any(map(is_customer, people_of(said)))


def _deletes(said: Document) -> str:
    """The message that was taken back, "" for any other row."""
    revoked = said.get(_DELETES)
    if said.get("msgtype") != _DELETES or not isinstance(revoked, dict):
        return ""
    return _word(revoked, "pre_msgid")


def _named(said: Document) -> str:
    msgid = _word(said, "msgid")
    if not msgid or not _word(said, "from"):
        raise ValueError("a row names its message and its sender")
    return msgid


def _word(said: Document, name: str) -> str:
    value: Any = said.get(name)
    return value if isinstance(value, str) else ""
