"""Which customer a conversation is about.

A link gives the customer what was said in the conversation by and to nobody else's customer, and all that will be said.
Only the row of the conversation is written here: the messages follow it (`homes`), also when the change is undone.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.chat import SenderKind
from crm_core.conversations.tables import Conversation, Message
from crm_core.customers import families, records
from crm_core.customers.permits import require_write
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer


def link(session: Session, conversation: Conversation, customer: Customer, *, viewer: Viewer, now: datetime) -> bool:
    """The conversation is about this customer from now on; False: it was already.

    Raises `NotFound`, `NotAllowed`, `Conflict("conversation_taken")` when it is linked to a customer the viewer may
    not see.
    """
    customer = families.survivor(session, customer.id)
    require_write(viewer, customer)
    _refuse_hidden(session, conversation, viewer)
    if conversation.customer_id == customer.id:
        return False
    conversation.customer_id = customer.id
    session.add(conversation)
    customer.updated_at = now
    session.flush()
    _touch(session, conversation, customer)
    return True


def unlink(session: Session, conversation: Conversation, *, viewer: Viewer) -> bool:
    """The conversation is about nobody in particular; what was said goes back to the customers who said it.

    False: it was not linked. Raises `NotAllowed`, `Conflict("conversation_taken")`.
    """
    viewer.require(Right.WRITE)
    _refuse_hidden(session, conversation, viewer)
    if conversation.customer_id is None:
        return False
    conversation.customer_id = None
    session.add(conversation)
    session.flush()
    return True


def _refuse_hidden(session: Session, conversation: Conversation, viewer: Viewer) -> None:
    if conversation.customer_id is None:
        return
    owner_id = families.survivor(session, conversation.customer_id).owner_id
    if owner_id is not None and not viewer.sees(owner_id):
        raise Conflict("conversation_taken", owner=session.get_one(Staff, owner_id).name)


def _touch(session: Session, conversation: Conversation, customer: Customer) -> None:
    """What was said before counts as contact."""
    last = session.exec(
        select(func.max(Message.sent_at)).where(
            Message.conversation_id == conversation.id,
            Message.customer_id == customer.id,
            col(Message.addressed).is_(False),
            Message.sender_kind != SenderKind.BOT,
        )
    ).one()
    if last is not None:
        records.touch(session, customer.id, last)
        session.flush()
