"""Whose a lane is: of several pumps the newest. Beside it, when the lane was used last, for whoever comes next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from crm_core.outreach.tables import Lane


@dataclass(frozen=True)
class Used:
    """Whose a lane was, and when something of it was sent last."""

    owner: str
    used_at: datetime | None


def take(session: Session, lane: str, *, pump: str) -> Used | None:
    """Make this pump the owner of the lane: the newest pump wins, and an older one stops when it looks next.

    Returns whose it was; None: nobody's.
    """
    row = session.get(Lane, lane, with_for_update=True, populate_existing=True)
    before = None if row is None else Used(row.owner, row.used_at)
    if row is None:
        row = Lane(name=lane, owner=pump)
    row.owner = pump
    session.add(row)
    session.flush()
    return before


def note_use(session: Session, lane: str, *, now: datetime) -> None:
    """Something of the lane is being sent: whoever takes it over keeps the distance to that."""
    session.execute(update(Lane).where(col(Lane.name) == lane).values(used_at=now))


def owns(session: Session, lane: str, *, pump: str) -> bool:
    """Whether this pump is still the newest of its lane."""
    return session.exec(select(Lane.owner).where(Lane.name == lane)).first() == pump
