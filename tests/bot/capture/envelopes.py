"""Envelopes of the console in a small JSON of their own. Light to import: the process to be killed starts fast."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from crm_core.chat import Envelope, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind

#: When everything was said and, unless told otherwise, received.
SAID_AT = datetime(2026, 11, 18, 2, 20, tzinfo=UTC)


def envelope(
    event_id: str,
    text: str = "你好",
    *,
    room: str = "group:acme",
    addressed: bool = False,
    received_at: datetime = SAID_AT,
    times: int = 1,
    message_id: str = "",
    recovered: bool = False,
) -> Envelope:
    """`times`: how many messages the envelope holds."""
    said = {
        "id": message_id or event_id,
        "text": text,
        "room": room,
        "addressed": addressed,
        "recovered": recovered,
    }
    return Envelope("console", event_id, json.dumps([said] * times), received_at)


class Plain:
    """A source with nothing to learn."""

    async def acquaint(self, bodies: Sequence[str]) -> None:
        """Nothing."""

    def parse(self, body: str) -> tuple[InboundMessage, ...]:
        return said_in(body)


def said_in(body: str) -> tuple[InboundMessage, ...]:
    return tuple(
        InboundMessage(
            platform="console",
            event_id=said["id"],
            happening=Happening.POSTED,
            room=Room(said["room"], RoomKind.GROUP),
            sender=Sender("zhangsan", "张三", SenderKind.EXTERNAL),
            platform_message_id=said["id"],
            text=said["text"],
            sent_at=SAID_AT,
            addressed=said["addressed"],
            recovered=said["recovered"],
        )
        for said in json.loads(body)
    )
