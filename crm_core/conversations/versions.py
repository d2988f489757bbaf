"""The versions of a message: as posted, every edit, and the delete or recall, in whatever order they arrive.

A message of one version has no version rows. As soon as there is a second one, every version has its row; number 1 is
the message as posted, the others are numbered as they arrive. An edit or a delete that comes before its message makes
the message; the version as posted takes number 1 when it arrives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage
from crm_core.conversations.tables import Message, MessageVersion


@dataclass(frozen=True)
class Version:
    """`number` counts from 1 in the order of time; the text of a deleted version is empty."""

    number: int
    happening: Happening
    text: str
    at: datetime


def of(session: Session, message: Message) -> list[Version]:
    """All versions of a message, as posted first, then in the order of time."""
    return of_all(session, [message])[message.id]


def of_all(session: Session, messages: Sequence[Message]) -> dict[int, list[Version]]:
    """All versions of several messages, by the id of the message."""
    rows = kept(session, [message.id for message in messages])
    return {message.id: _in_order(rows.get(message.id) or [_as_posted(message)]) for message in messages}


def _in_order(rows: list[MessageVersion]) -> list[Version]:
    rows = sorted(rows, key=lambda row: (row.happening is not Happening.POSTED, row.at, row.number))
    return [Version(number, row.happening, row.text, row.at) for number, row in enumerate(rows, 1)]


def kept(session: Session, message_ids: Sequence[int]) -> dict[int, list[MessageVersion]]:
    """The version rows of these messages."""
    found: dict[int, list[MessageVersion]] = {}
    rows = select(MessageVersion).where(col(MessageVersion.message_id).in_(message_ids))
    for row in session.exec(rows.order_by(col(MessageVersion.number))):
        found.setdefault(row.message_id, []).append(row)
    return found


def post(message: Message, rows: list[MessageVersion], inbound: InboundMessage) -> list[MessageVersion]:
    """The message as posted arrives after its edit or delete; the new rows, none if it is known."""
    if not rows or any(row.happening is Happening.POSTED for row in rows):
        return []
    message.sent_at = inbound.sent_at
    message.thread_id = inbound.thread_id
    message.addressed = inbound.addressed
    return [_row(message, 1, inbound)]


def edit(message: Message, rows: list[MessageVersion], inbound: InboundMessage) -> list[MessageVersion]:
    """Keep an edit and show it if it is the newest; the new rows, none if it is known."""
    if any(_is_same(row, inbound) for row in rows):
        return []
    new = _next(message, rows, inbound)
    if message.edited_at is None or message.edited_at <= inbound.sent_at:
        message.edited_at = inbound.sent_at
        message.text = inbound.text if message.deleted_at is None else ""
    return new


def delete(message: Message, rows: list[MessageVersion], inbound: InboundMessage) -> list[MessageVersion]:
    """Keep a delete or recall: nothing is shown any more; the new rows, none if it is known. The first one counts."""
    if message.deleted_at is None:
        new = _next(message, rows, inbound)
        message.text = ""
        message.deleted_at = inbound.sent_at
        return new
    if inbound.sent_at < message.deleted_at:
        message.deleted_at = inbound.sent_at
        for row in rows:
            row.at = inbound.sent_at if row.happening is Happening.DELETED else row.at
    return []


def _next(message: Message, rows: list[MessageVersion], inbound: InboundMessage) -> list[MessageVersion]:
    """The row of this version, and before it the one as posted if that was the only one so far."""
    if rows:
        return [_row(message, max(row.number for row in rows) + 1, inbound)]
    if message.versions:
        return [_as_posted(message), _row(message, 2, inbound)]
    return [_row(message, 2, inbound)]


def _as_posted(message: Message) -> MessageVersion:
    return MessageVersion(
        message_id=message.id, number=1, happening=Happening.POSTED, text=message.text, at=message.sent_at
    )


def _row(message: Message, number: int, inbound: InboundMessage) -> MessageVersion:
    text = "" if inbound.happening is Happening.DELETED else inbound.text
    message.versions += 1
    return MessageVersion(
        message_id=message.id, number=number, happening=inbound.happening, text=text, at=inbound.sent_at
    )


def _is_same(row: MessageVersion, inbound: InboundMessage) -> bool:
    return row.happening is Happening.EDITED and row.at == inbound.sent_at and row.text == inbound.text
