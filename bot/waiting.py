"""Since when something waits: to be recorded, to be sent. Through indexes: looking costs the same at any size."""

from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from crm_core.conversations.tables import EnvelopeRow, EnvelopeState
from crm_core.outreach.tables import OPEN, Delivery, DeliveryState


def capture_waits_since(session: Session) -> datetime | None:
    """When the oldest event came that is not recorded yet."""
    waiting = select(EnvelopeRow.received_at).where(EnvelopeRow.state == EnvelopeState.RECEIVED)
    return session.exec(waiting.order_by(col(EnvelopeRow.id)).limit(1)).first()


def due_since(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest delivery is due that should have gone out by now."""
    due = col(Delivery.state) == DeliveryState.DUE
    oldest = select(func.min(Delivery.not_before)).where(due, text(OPEN), col(Delivery.not_before) <= now)
    return session.exec(oldest).one()
