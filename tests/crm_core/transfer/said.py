"""A short conversation, as a platform tells it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crm_core.chat import Attachment, Happening, InboundMessage, Room, RoomKind, Sender

_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def said() -> list[InboundMessage]:
    """Four messages: one with a file, an answer in a thread, one edited, one deleted."""
    first = InboundMessage(
        platform="slack",
        event_id="e1",
        happening=Happening.POSTED,
        room=Room("C1", RoomKind.GROUP, "销售"),
        sender=Sender("U1", "王五"),
        platform_message_id="m1",
        text="你好",
        sent_at=_AT,
        attachments=(Attachment("F1", "报价.pdf", "application/pdf", 10),),
    )
    answer = _later(first, 1, text="收到", thread_id="m1", sender=Sender("U2", "Alice"))
    wrong = _later(first, 2, text="三万")
    gone = _later(first, 3, text="秘密")
    mended = replace(wrong, event_id="e2e", happening=Happening.EDITED, text="四万", sent_at=_AT + timedelta(hours=1))
    recalled = replace(gone, event_id="e3d", happening=Happening.DELETED, text="", sent_at=_AT + timedelta(hours=2))
    return [first, answer, wrong, gone, mended, recalled]


def _later(first: InboundMessage, number: int, **changes: object) -> InboundMessage:
    names = {"event_id": f"x{number}", "platform_message_id": f"n{number}", "attachments": ()}
    return replace(first, sent_at=_AT + timedelta(minutes=number), **{**names, **changes})  # type: ignore[arg-type]
