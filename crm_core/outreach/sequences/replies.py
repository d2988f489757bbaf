"""What customers wrote after a sequence wrote to them."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crm_core.chat import SenderKind
from crm_core.conversations.tables import Message
from crm_core.customers.families import family
from crm_core.customers.tables import Customer
from crm_core.outreach.sequences.tables import Enrolment, EnrolmentState

#: For so long after its end what a customer writes is an answer to a sequence.
LATER = timedelta(days=7)


def replied() -> ColumnElement[bool]:
    """Whether the customer of the enrolment of the outer query wrote since the first message reached them."""
    message, record = aliased(Message), aliased(Customer)
    own = or_(col(record.id) == Enrolment.customer_id, col(record.merged_into_id) == Enrolment.customer_id)
    records = select(record.id).where(own).correlate(Enrolment)
    return and_(
        col(Enrolment.said_at).is_not(None),
        exists().where(
            col(message.customer_id).in_(records),
            col(message.sent_at) > Enrolment.said_at,
            col(message.sender_staff_id).is_(None),
            col(message.sender_kind) != SenderKind.BOT,
            col(message.deleted_at).is_(None),
        ),
    )


def wrote(session: Session, customer_id: int, *, since: datetime) -> bool:
    """Whether a customer wrote after this moment."""
    found = select(Message.id).where(
        col(Message.customer_id).in_(family(session, customer_id)),
        col(Message.sent_at) > since,
        col(Message.sender_staff_id).is_(None),
        Message.sender_kind != SenderKind.BOT,
        col(Message.deleted_at).is_(None),
    )
    return session.exec(found.limit(1)).first() is not None


def unnoticed(session: Session, *, now: datetime, limit: int = 500) -> list[int]:
    """Enrolments whose customer replied, which is not written down yet; also for a while after their end."""
    wanted = select(Enrolment.id).where(
        col(Enrolment.replied_step).is_(None),
        or_(
            col(Enrolment.state) == EnrolmentState.ACTIVE,
            and_(col(Enrolment.state) == EnrolmentState.FINISHED, col(Enrolment.ended_at) > now - LATER),
        ),
        replied(),
    )
    return list(session.exec(wanted.limit(limit)))


def note(session: Session, ids: list[int]) -> None:
    """Write down after which step they replied."""
    rows = session.exec(select(Enrolment).where(col(Enrolment.id).in_(ids)).with_for_update(skip_locked=True)).all()
    for enrolment in rows:
        if enrolment.replied_step is None:
            enrolment.replied_step = enrolment.step
            session.add(enrolment)
    session.flush()
