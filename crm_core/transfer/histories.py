"""Past conversations: a file of messages → `InboundMessage`s, recorded like those that arrive.

Two forms are read: JSON Lines (docs/import-export.md says the keys) and the standard export of a Slack workspace.
Recording is known by room and message id, so a file that is read twice adds nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from crm_core.chat import Attachment, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import messages
from crm_core.errors import CrmError, Invalid
from crm_core.people.viewer import Right, Viewer
from crm_core.transfer import slack_export

LARGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Problem:
    """A line or entry that was left out, and why."""

    where: str
    error: CrmError


@dataclass(frozen=True)
class Recorded:
    new: int
    known: int
    problems: tuple[Problem, ...]


class _File(BaseModel):
    id: str
    name: str = ""
    mime: str = ""
    size: int | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")
    platform: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")
    conversation: str = Field(min_length=1)
    conversation_kind: RoomKind = RoomKind.GROUP
    conversation_title: str = ""
    message_id: str = Field(min_length=1)
    thread: str = ""
    sender: str = Field(min_length=1)
    sender_name: str = ""
    sender_kind: SenderKind = SenderKind.MEMBER
    sender_email: str = ""
    sender_phone: str = ""
    text: str = ""
    sent_at: AwareDatetime
    edited_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None
    attachments: tuple[_File, ...] = ()


def read(path: Path) -> Iterator[InboundMessage | Problem]:
    """The messages of a `.jsonl` or of a Slack export (`.zip`), in the order of the file.

    Raises `Invalid`: `file_missing`, `file_type`, `file_broken`, `file_bomb`, `history_not_slack`.
    """
    if not path.is_file():
        raise Invalid("file_missing", file=path.name)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return slack_export.read(path)
    if suffix in {".jsonl", ".ndjson"}:
        return _lines(path)
    raise Invalid("file_type", file=path.name)


def take(
    session: Session, batch: list[InboundMessage], *, viewer: Viewer, now: datetime, country: str = "CN"
) -> Recorded:
    """Record these messages; one that cannot be recorded is left out and told."""
    viewer.require(Right.IMPORT)
    new, problems = 0, []
    for message in batch:
        try:
            with session.begin_nested():
                new += messages.record(session, message, now=now, country=country).new
        except CrmError as error:
            problems.append(Problem(message.platform_message_id[:80], error))
    return Recorded(new, len(batch) - new - len(problems), tuple(problems))


def _lines(path: Path) -> Iterator[InboundMessage | Problem]:
    with path.open("rb") as file:
        for number, raw in enumerate(_raw_lines(file), 1):
            if len(raw) > LARGEST_LINE:
                yield Problem(str(number), Invalid("history_line", line=number, reason=f"> {LARGEST_LINE} B"))
            elif raw.strip():
                yield from _read_line(raw, number)


def _raw_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long only the beginning."""
    while raw := file.readline(LARGEST_LINE + 1):
        rest = raw
        while len(rest) > LARGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LARGEST_LINE + 1)
        yield raw


def _read_line(raw: bytes, number: int) -> Iterator[InboundMessage | Problem]:
    try:
        line = _Line.model_validate(json.loads(raw.decode("utf-8-sig")))
    except (ValidationError, ValueError, RecursionError) as error:
        yield Problem(str(number), Invalid("history_line", line=number, reason=_reason(error)))
        return
    yield from _happenings(line)


def _reason(error: Exception) -> str:
    """What is wrong, without the words that were said."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"[:120]
    return "JSON"


def _happenings(line: _Line) -> Iterator[InboundMessage]:
    yield _message(line, Happening.POSTED, line.sent_at)
    if line.edited_at is not None:
        yield _message(line, Happening.EDITED, line.edited_at)
    if line.deleted_at is not None:
        yield _message(line, Happening.DELETED, line.deleted_at)


def _message(line: _Line, happening: Happening, at: datetime) -> InboundMessage:
    return InboundMessage(
        platform=line.platform,
        event_id=f"import:{line.conversation}:{line.message_id}:{happening}",
        happening=happening,
        room=Room(line.conversation, line.conversation_kind, line.conversation_title),
        sender=Sender(line.sender, line.sender_name, line.sender_kind, line.sender_email, line.sender_phone),
        platform_message_id=line.message_id,
        text="" if happening is Happening.DELETED else line.text,
        sent_at=at.astimezone(UTC),
        thread_id=line.thread,
        attachments=tuple(Attachment(one.id, one.name, one.mime, one.size) for one in line.attachments),
    )
