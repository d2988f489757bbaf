"""What was typed on the console, as JSON → `InboundMessage`, and back for those who type.

{"event_id": "alice:7f3c", "happening": "posted", "room": {"id", "kind", "title"},
 "sender": {"id", "name", "kind", "email", "phone"}, "message_id": "12", "text": "查 张总", "sent_at": ISO time,
 "files": [{"id": digest, "name", "mime", "size"}]}
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm_core.chat import Attachment, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind

_Id = Annotated[str, Field(min_length=1, max_length=200)]
_MENTION = re.compile(r"\s*(?:[@＠](?:crmbot|crm|bot)|/crm)(?![A-Za-z0-9_.\-])[\s:：,，]*", re.IGNORECASE)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Room(_Part):
    id: _Id
    kind: RoomKind
    title: str = ""


class _Sender(_Part):
    id: _Id
    name: str = ""
    kind: SenderKind = SenderKind.MEMBER
    email: str = ""
    phone: str = ""


class _File(_Part):
    id: _Id
    name: str = ""
    mime: str = ""
    size: int | None = None


class Typed(_Part):
    """The body of a console envelope."""

    event_id: _Id
    happening: Happening = Happening.POSTED
    room: _Room
    sender: _Sender
    message_id: _Id
    text: str
    sent_at: AwareDatetime
    files: tuple[_File, ...] = ()


class Payloads:
    """The source of the console. An envelope says everything itself, so there is nothing to learn."""

    async def acquaint(self, bodies: Sequence[str]) -> None:
        """Nothing."""

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        """See `parse`."""
        return parse(body)


def parse(body: str) -> tuple[InboundMessage, ...]:
    """Read the body of an envelope; it always holds one message. Raises `ValueError` when it is not one of ours."""
    typed = Typed.model_validate_json(body)
    text, addressed = _addressed(typed)
    return (
        InboundMessage(
            platform="console",
            event_id=typed.event_id,
            happening=typed.happening,
            room=Room(typed.room.id, typed.room.kind, typed.room.title),
            sender=Sender(
                typed.sender.id, typed.sender.name, typed.sender.kind, typed.sender.email, typed.sender.phone
            ),
            platform_message_id=typed.message_id,
            text=text,
            sent_at=typed.sent_at,
            addressed=addressed,
            attachments=tuple(Attachment(file.id, file.name, file.mime, file.size) for file in typed.files),
        ),
    )


def to_body(
    *,
    event_id: str,
    room: Room,
    sender: Sender,
    message_id: str,
    text: str,
    sent_at: datetime,
    happening: Happening = Happening.POSTED,
    files: Sequence[Attachment] = (),
) -> str:
    """The body `parse` reads."""
    return Typed(
        event_id=event_id,
        happening=happening,
        room=_Room(id=room.platform_id, kind=room.kind, title=room.title),
        sender=_Sender(
            id=sender.platform_id, name=sender.name, kind=sender.kind, email=sender.email, phone=sender.phone
        ),
        message_id=message_id,
        text=text,
        sent_at=sent_at,
        files=tuple(_File(id=file.platform_file_id, name=file.name, mime=file.mime, size=file.size) for file in files),
    ).model_dump_json()


def _addressed(typed: Typed) -> tuple[str, bool]:
    """The text without the mention, and whether the bot is meant."""
    if typed.happening is Happening.PRESSED:
        return typed.text, True
    mention = _MENTION.match(typed.text)
    text = typed.text[mention.end() :] if mention else typed.text
    return text, mention is not None or typed.room.kind is RoomKind.DIRECT
