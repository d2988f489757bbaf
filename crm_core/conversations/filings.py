"""Messages that somebody files under a customer by hand: one, or the whole of a thread.

Only the row of the filing is written here: the message follows it (`homes`), also when the filing is undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.chat import SenderKind
from crm_core.conversations.tables import Conversation, Filing, Message
from crm_core.customers import families, records
from crm_core.customers.permits import require_write
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer

#: Longest thread that is filed at once, in messages; of a longer one the newest are.
LONGEST_THREAD = 500


@dataclass(frozen=True)
class Filed:
    """`new`: messages the customer has now; `known`: those it had already, with the filing of one if there was one."""

    new: tuple[Message, ...]
    known: tuple[Message, ...]
    earlier: Filing | None = None


def said(session: Session, room: Conversation, message_id: str) -> list[Message]:
    """The message of this platform id in the room, if it is kept there and was not taken back."""
    wanted = _talk(room).where(Message.platform_message_id == message_id)
    return list(session.exec(wanted))


def thread(session: Session, room: Conversation, thread_id: str) -> list[Message]:
    """What was said in a thread, its first message included, the oldest first."""
    inside = or_(Message.platform_message_id == thread_id, Message.thread_id == thread_id)
    newest = _talk(room).where(inside).order_by(col(Message.sent_at).desc(), col(Message.id).desc())
    return list(reversed(session.exec(newest.limit(LONGEST_THREAD)).all()))


def file(session: Session, messages: Sequence[Message], customer: Customer, *, viewer: Viewer, now: datetime) -> Filed:
    """These messages belong to this customer from now on.

    Raises `NotFound`, `NotAllowed`, `Conflict("message_taken")` when one belongs to a customer the viewer may not see.
    """
    customer = families.survivor(session, customer.id)
    require_write(viewer, customer)
    members = families.family(session, customer.id)
    known = [message for message in messages if message.customer_id in members]
    new = [message for message in messages if message.customer_id not in members]
    for message in new:
        _refuse_hidden(session, message, viewer)
    earlier = _filings(session, messages)
    for message in new:
        filing = earlier.get(message.id)
        if filing is None:
            filing = Filing(message_id=message.id, customer_id=customer.id, actor=viewer.name, at=now)
        filing.customer_id, filing.staff_id, filing.actor, filing.at = customer.id, viewer.staff_id, viewer.name, now
        session.add(filing)
    session.flush()
    _touch(session, new, customer)
    return Filed(tuple(new), tuple(known), next((earlier[one.id] for one in known if one.id in earlier), None))


def _talk(room: Conversation) -> SelectOfScalar[Message]:
    """What was said in the room, without what colleagues said to the bot."""
    to_the_bot = col(Message.addressed) & col(Message.sender_staff_id).is_not(None)
    return select(Message).where(Message.conversation_id == room.id, col(Message.deleted_at).is_(None), ~to_the_bot)


def _filings(session: Session, messages: Sequence[Message]) -> dict[int, Filing]:
    ids = [message.id for message in messages]
    return {row.message_id: row for row in session.exec(select(Filing).where(col(Filing.message_id).in_(ids)))}


def _refuse_hidden(session: Session, message: Message, viewer: Viewer) -> None:
    if message.customer_id is None:
        return
    owner_id = families.survivor(session, message.customer_id).owner_id
    if owner_id is not None and not viewer.sees(owner_id):
        raise Conflict("message_taken", owner=session.get_one(Staff, owner_id).name)


def _touch(session: Session, messages: Sequence[Message], customer: Customer) -> None:
    """What was said counts as contact."""
    talk = [one.sent_at for one in messages if not one.addressed and one.sender_kind is not SenderKind.BOT]
    if talk:
        records.touch(session, customer.id, max(talk))
        session.flush()
