"""Short ways to make what the platforms deliver."""

from datetime import datetime

from sqlmodel import Session

from crm_core.chat import Attachment, Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import messages
from crm_core.conversations.messages import Recorded
from crm_core.customers.tables import Customer, Identity
from crm_core.people import staff, viewer
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer
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


def record(session: Session, *inbounds: InboundMessage) -> list[Recorded]:
    return [messages.record(session, inbound, now=NOW) for inbound in inbounds]


def hire(session: Session, name: str, role: Role = Role.SALES) -> Staff:
    return staff.add(session, name, role=role, now=NOW, handle=("console", name.lower()))


def eyes(session: Session, member: Staff) -> Viewer:
    return viewer.of_staff(session, member, timezone="Asia/Shanghai", language="zh")


def customer_of(session: Session, name: str, owner: Staff | None = None) -> Customer:
    owner_id = owner.id if owner else None
    customer = Customer(name=name, name_key=name.lower(), owner_id=owner_id, created_at=NOW, updated_at=NOW)
    session.add(customer)
    session.flush()
    return customer


def known_as(session: Session, person: str, customer: Customer) -> Identity:
    identity = Identity(
        platform="console", platform_user_id=person, customer_id=customer.id, first_seen_at=NOW, kind="external"
    )
    session.add(identity)
    session.flush()
    return identity
