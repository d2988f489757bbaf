"""The message in the chat that shows how a broadcast goes, brought up to date until it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_core.outreach.tables import BROADCAST_OVER, LIVE, Broadcast, BroadcastState, BroadcastWork

#: How often it is brought up to date while something happens, and while nothing does.
EVERY = timedelta(seconds=5)
SELDOM = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """Where the message stands, for whom it is written and in which language ("": theirs). `says`: a sign of what it
    says."""

    broadcast_id: int
    platform: str
    room: str
    message: str
    staff_id: int
    says: str = ""
    language: str = ""


def watch(session: Session, place: Place, *, now: datetime) -> None:
    """From now on this message shows it."""
    broadcast = session.get_one(Broadcast, place.broadcast_id)
    _keep(session, broadcast, place, now + EVERY)


def due(session: Session) -> datetime | None:
    """When the next message is to be brought up to date."""
    return session.exec(select(Broadcast.shown_at).where(text(LIVE)).order_by(col(Broadcast.shown_at)).limit(1)).first()


def places(session: Session, *, now: datetime, limit: int = 50) -> list[Place]:
    """Those to be brought up to date now."""
    wanted = select(Broadcast).where(text(LIVE), col(Broadcast.shown_at) <= now).order_by(col(Broadcast.shown_at))
    return [_place(broadcast) for broadcast in session.exec(wanted.limit(limit))]


def showed(session: Session, before: Place, after: Place | None, *, now: datetime) -> None:
    """The message is what it is to be until the next time; `after` None: it cannot be changed any more."""
    broadcast = session.get_one(Broadcast, before.broadcast_id)
    if _place(broadcast).message != before.message:
        return
    over = broadcast.state in BROADCAST_OVER and broadcast.work is BroadcastWork.NONE
    if after is None or over:
        broadcast.shown_at = None
        session.add(broadcast)
        return
    _keep(session, broadcast, after, now + (EVERY if after.says != before.says else _rest(broadcast)))


def _rest(broadcast: Broadcast) -> timedelta:
    """Nothing changed: it is looked at less often, unless it is being sent."""
    return EVERY if broadcast.state is BroadcastState.RUNNING else SELDOM


def _keep(session: Session, broadcast: Broadcast, place: Place, at: datetime) -> None:
    broadcast.shown = {
        "platform": place.platform,
        "room": place.room,
        "message": place.message,
        "staff_id": place.staff_id,
        "says": place.says,
        "language": place.language,
    }
    broadcast.shown_at = at
    session.add(broadcast)


def _place(broadcast: Broadcast) -> Place:
    shown = broadcast.shown
    return Place(
        broadcast.id,
        shown.get("platform", ""),
        shown.get("room", ""),
        shown.get("message", ""),
        shown.get("staff_id", 0),
        shown.get("says", ""),
        shown.get("language", ""),
    )
