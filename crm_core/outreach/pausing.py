"""Stopping everything that goes out by itself, and letting it go on, as an administrator says."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from crm_core.outreach import standstill
from crm_core.outreach.tables import OPEN, Delivery
from crm_core.people.viewer import Right, Viewer

_REASON = "paused"


@dataclass(frozen=True)
class Pause:
    """Who stopped it, since when."""

    by: str
    since: datetime


def paused(session: Session) -> Pause | None:
    """Who stopped it; None: nobody did."""
    told = standstill.told(session, _REASON)
    return None if told is None else Pause(told["by"], datetime.fromisoformat(told["since"]))


def pause(session: Session, *, viewer: Viewer, now: datetime) -> Pause:
    """Nothing more goes out, on any node; what is being sent at this moment still does. Once is enough."""
    viewer.require(Right.ADMIN)
    if (before := paused(session)) is not None:
        return before
    standstill.begin(session, _REASON, {"by": viewer.name, "since": now.isoformat()}, now=now)
    return Pause(viewer.name, now)


def resume(session: Session, *, viewer: Viewer, now: datetime) -> Pause | None:
    """Everything goes on, what is overdue first; None: nobody had stopped it."""
    viewer.require(Right.ADMIN)
    before = paused(session)
    standstill.end(session, _REASON)
    standstill.look_again(session, now)
    return before


def overdue(session: Session, *, now: datetime) -> int:
    """How many would go out now if they might."""
    due = select(func.count()).select_from(Delivery).where(text(OPEN), col(Delivery.not_before) <= now)
    return session.exec(due).one()
