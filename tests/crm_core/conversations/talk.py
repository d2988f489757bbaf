"""Short ways to make what the platforms deliver."""

from datetime import datetime

from crm_core.chat import Attachment, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from tests.conftest import NOW

GROUP = Room("group:acme", RoomKind.GROUP, "Acme 采购群")
DIRECT = Room("direct:alice+zhang", RoomKind.DIRECT)
WITH_BOT = Room("direct:alice", RoomKind.DIRECT)

ALICE = Sender("alice", "Alice")
BOB = Sender("bob", "Bob")
ZHANG = Sender("zhangsan", "张三", SenderKind.EXTERNAL)
LI = Sender("lisi", "李四", SenderKind.EXTERNAL)
OTHER_BOT = Sender("ci", "Build bot", SenderKind.BOT)


def said(
    text: str = "你好",
    *,
    id_: str = "m1",
    by: Sender = ZHANG,
    room: Room = GROUP,
    at: datetime = NOW,
    happening: Happening = Happening.POSTED,
    event: str = "",
    addressed: bool = False,
    thread: str = "",
    files: tuple[Attachment, ...] = (),
) -> InboundMessage:
    return InboundMessage(
        platform="console",
        event_id=event or f"{happening}:{id_}:{at.isoformat()}",
        happening=happening,
        room=room,
        sender=by,
        platform_message_id=id_,
        text=text,
        sent_at=at,
        addressed=addressed,
        thread_id=thread,
        attachments=files,
    )


def edited(text: str, *, at: datetime, id_: str = "m1", by: Sender = ZHANG) -> InboundMessage:
    return said(text, id_=id_, at=at, by=by, happening=Happening.EDITED)


def deleted(*, at: datetime, id_: str = "m1", by: Sender = ZHANG) -> InboundMessage:
    return said("", id_=id_, at=at, by=by, happening=Happening.DELETED)
