"""Stopping everything that goes out by itself, and letting it go on. Answers to who asks are not concerned.

Why it stands still is kept as an object each (`paused` by a person, others by other names), so that one reason that
goes away does not end another.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from crm_core.outreach import deliveries
from crm_core.outreach.tables import OPEN, Delivery
from crm_core.people.viewer import Right, Viewer
from crm_core.platforms import memory
from crm_core.platforms.tables import Memo

#: Whose objects of this kind stop everything.
PLATFORM, KIND = "crmbot", "outgoing"

_PAUSED = "paused"


@dataclass(frozen=True)
class Pause:
    """Who stopped it, since when."""

    by: str
    since: datetime


def stands_still(session: Session) -> bool:
    """Whether nothing goes out just now, for whatever reason."""
    wanted = select(Memo.key).where(Memo.platform == PLATFORM, Memo.kind == KIND)
    return session.exec(wanted.limit(1)).first() is not None


def paused(session: Session) -> Pause | None:
    """Who stopped it; None: nobody did."""
    noted = memory.get(session, PLATFORM, KIND, _PAUSED)
    return None if noted is None else Pause(noted["by"], datetime.fromisoformat(noted["since"]))


def pause(session: Session, *, viewer: Viewer, now: datetime) -> Pause:
    """Nothing more goes out, on any node; what is being sent at this moment still does. Once is enough."""
    viewer.require(Right.ADMIN)
    if (before := paused(session)) is not None:
        return before
    memory.put(session, PLATFORM, KIND, _PAUSED, {"by": viewer.name, "since": now.isoformat()}, now=now)
    return Pause(viewer.name, now)


def resume(session: Session, *, viewer: Viewer, now: datetime) -> Pause | None:
    """Everything goes on, what is overdue first; None: nobody had stopped it."""
    viewer.require(Right.ADMIN)
    before = paused(session)
    memory.take(session, PLATFORM, KIND, _PAUSED)
    for lane in session.exec(select(Delivery.lane).where(text(OPEN)).distinct()):
        deliveries.note(session, lane, now)
    return before


def overdue(session: Session, *, now: datetime) -> int:
    """How many would go out now if they might."""
    due = select(func.count()).select_from(Delivery).where(text(OPEN), col(Delivery.not_before) <= now)
    return session.exec(due).one()
