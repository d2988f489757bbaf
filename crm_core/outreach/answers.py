"""Answers of staff to customers who write to the company as one account, within what the platform allows.

After each message of the customer there are 48 hours and five answers; both are told before they bite. An answer is a
delivery like any other, and in the record once it is sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core import turns
from crm_core.chat import Happening, InboundMessage, Room, RoomKind, Sender, SenderKind
from crm_core.conversations import messages
from crm_core.conversations.tables import Conversation, Membership, Message
from crm_core.customers.families import family
from crm_core.customers.permits import require_write
from crm_core.customers.tables import Customer, Identity
from crm_core.errors import Conflict, Expired, Invalid
from crm_core.outreach import deliveries, notices
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState
from crm_core.people.tables import Handle, Staff
from crm_core.people.viewer import Viewer
from crm_core.platforms import memory

#: Rooms in which the company writes as one account have ids that begin so.
SERVICE = "kf:"
LASTS = timedelta(hours=48)
MOST = 5
#: Bytes of an answer.
LONGEST = 2_048

#: Kind of what is remembered of a failure that is known before the sending is written down.
_EARLY = "answer_failed"
_COUNTED = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.SENT)


@dataclass(frozen=True)
class Window:
    """How far a customer may be answered just now. `until`: None when they never wrote. `left`: answers."""

    room: Conversation
    until: datetime | None
    left: int

    def is_open(self, now: datetime) -> bool:
        return self.until is not None and now < self.until and self.left > 0


def window(session: Session, customer_id: int) -> Window | None:
    """How far this customer may be answered, where they wrote last; None when they never wrote to an account."""
    room = _room_of(session, customer_id)
    if room is None:
        return None
    wrote_at: datetime | None = session.exec(
        select(func.max(Message.sent_at)).where(
            Message.conversation_id == room.id, Message.sender_kind == SenderKind.EXTERNAL
        )
    ).one()
    if wrote_at is None:
        return Window(room, None, 0)
    return Window(room, wrote_at + LASTS, max(0, MOST - _answered(session, room, wrote_at)))


def write(session: Session, customer: Customer, text: str, *, asked_on: str, viewer: Viewer, now: datetime) -> Window:
    """Have this answer sent; what is left afterwards. `asked_on`: the platform of its author, who hears of a failure.

    Raises `Invalid`, `Conflict("answer_no_account")`, `Expired("answer_too_late")`, `Conflict("answer_used_up")`,
    `NotFound`, `NotAllowed`.
    """
    require_write(viewer, customer)
    _require_sendable(text)
    found = window(session, customer.id)
    if found is None or found.until is None:
        raise Conflict("answer_no_account", name=customer.name)
    if now >= found.until:
        hours = (now - found.until + LASTS) // timedelta(hours=1)
        raise Expired("answer_too_late", name=customer.name, hours=hours)
    if not found.left:
        raise Conflict("answer_used_up", name=customer.name, limit=MOST)
    session.add(
        Delivery(
            kind=DeliveryKind.ANSWER,
            lane=found.room.platform,
            platform=found.room.platform,
            recipient=found.room.platform_id,
            customer_id=customer.id,
            staff_id=viewer.staff_id,
            priority=Priority.ANSWER,
            due_at=now,
            not_before=now,
            body={"text": text, "asked_on": asked_on},
        )
    )
    deliveries.note(session, found.room.platform, now)
    return Window(found.room, found.until, found.left - 1)


def record(session: Session, delivery: Delivery, message_id: str, *, now: datetime, country: str) -> None:
    """An answer was sent: it is what its author said in that room. The platform does not tell it, unless it failed
    afterwards, which may be known already."""
    inbound = InboundMessage(
        platform=delivery.platform,
        event_id=f"answer:{delivery.id}",
        happening=Happening.POSTED,
        room=Room(delivery.recipient, RoomKind.DIRECT),
        sender=_author(session, delivery),
        platform_message_id=message_id,
        text=delivery.body["text"],
        sent_at=now,
    )
    messages.record(session, inbound, now=now, country=country)
    _take_turn(session, delivery.platform, message_id)
    early = memory.take(session, delivery.platform, _EARLY, message_id)
    if early is not None:
        failed(session, delivery.platform, message_id, early["reason"], now=now)


def failed(session: Session, platform: str, message_id: str, reason: str, *, now: datetime) -> None:
    """The platform tells afterwards that an answer did not arrive: its author hears of it once. That may be known
    before it is written down that it was sent; then it is told when that is."""
    _take_turn(session, platform, message_id)
    delivery = of_message(session, platform, message_id)
    if delivery is None:
        if _is_sending(session, platform):
            memory.put(session, platform, _EARLY, message_id, {"reason": reason}, now=now)
    elif delivery.state is DeliveryState.SENT:
        delivery.state, delivery.problem = DeliveryState.DEAD, reason
        session.add(delivery)
        notices.tell_of_failed_answer(session, delivery, reason, now=now)


def of_message(session: Session, platform: str, message_id: str) -> Delivery | None:
    """The answer that the platform knows by this id."""
    wanted = select(Delivery).where(
        Delivery.kind == DeliveryKind.ANSWER,
        Delivery.platform == platform,
        Delivery.platform_message_id == message_id,
    )
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def _take_turn(session: Session, platform: str, message_id: str) -> None:
    """Who writes down that it was sent and who hears that it failed see what the other did."""
    turns.take_named(session, f"answer:{platform}:{message_id}")


def _is_sending(session: Session, platform: str) -> bool:
    """Whether any answer is on its way just now."""
    sending = select(Delivery.id).where(
        Delivery.platform == platform, Delivery.kind == DeliveryKind.ANSWER, Delivery.state == DeliveryState.SENDING
    )
    return session.exec(sending.limit(1)).first() is not None


def _require_sendable(text: str) -> None:
    if not text.strip():
        raise Invalid("answer_empty")
    if len(text.encode("utf-8", "replace")) > LONGEST:
        raise Invalid("answer_too_long", limit=LONGEST // 3)


def _room_of(session: Session, customer_id: int) -> Conversation | None:
    """Where any account of this customer wrote last."""
    query = (
        select(Conversation)
        .join(Membership, col(Membership.conversation_id) == Conversation.id)
        .join(
            Identity,
            (col(Identity.platform) == Conversation.platform)
            & (col(Identity.platform_user_id) == Membership.platform_user_id),
        )
        .where(col(Identity.customer_id).in_(family(session, customer_id)))
        .where(col(Conversation.platform_id).startswith(SERVICE, autoescape=True))
        .order_by(col(Conversation.last_message_at).desc(), col(Conversation.id).desc())
    )
    return session.exec(query).first()


def _answered(session: Session, room: Conversation, since: datetime) -> int:
    return session.exec(
        select(func.count()).where(
            Delivery.kind == DeliveryKind.ANSWER,
            Delivery.platform == room.platform,
            Delivery.recipient == room.platform_id,
            col(Delivery.due_at) >= since,
            col(Delivery.state).in_(_COUNTED),
        )
    ).one()


def _author(session: Session, delivery: Delivery) -> Sender:
    staff = session.get(Staff, delivery.staff_id) if delivery.staff_id is not None else None
    handle = session.exec(
        select(Handle).where(Handle.staff_id == delivery.staff_id, Handle.platform == delivery.platform)
    ).first()
    name = "" if staff is None else staff.name
    if handle is None:  # somebody who writes from another platform
        return Sender(f"staff:{delivery.staff_id}", name, SenderKind.BOT)
    return Sender(handle.platform_user_id, name)
