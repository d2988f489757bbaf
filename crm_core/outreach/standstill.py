"""Why nothing goes out by itself just now: stopped by a person (`pausing`), held after a restore (`holding`).

An object for each reason, so that one that goes away does not end another. Answers to who asks are not concerned.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from crm_core.outreach import deliveries
from crm_core.outreach.tables import OPEN, Delivery
from crm_core.platforms import memory
from crm_core.platforms.tables import Memo

_PLATFORM, _KIND = "crmbot", "outgoing"


def stands_still(session: Session) -> bool:
    """Whether nothing goes out just now, for whatever reason."""
    wanted = select(Memo.key).where(Memo.platform == _PLATFORM, Memo.kind == _KIND)
    return session.exec(wanted.limit(1)).first() is not None


def begin(session: Session, reason: str, told: dict[str, Any], *, now: datetime) -> None:
    """From now on nothing goes out, on any node; `told`: what is to be known about it."""
    memory.put(session, _PLATFORM, _KIND, reason, told, now=now)


def told(session: Session, reason: str) -> dict[str, Any] | None:
    """What is known about this reason; None: it is none just now."""
    return memory.get(session, _PLATFORM, _KIND, reason)


def end(session: Session, reason: str) -> bool:
    """This is no reason any more; of several who end it at once, one gets True. To be followed by `look_again`."""
    return memory.take(session, _PLATFORM, _KIND, reason) is not None


def look_again(session: Session, now: datetime) -> None:
    """Have every lane with something open looked at after the commit."""
    for lane in session.exec(select(Delivery.lane).where(text(OPEN)).distinct()):
        deliveries.note(session, lane, now)
