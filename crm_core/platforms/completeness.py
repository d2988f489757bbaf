"""How far the rooms are complete whose past is being read again, as their adapter tells it."""

from datetime import datetime

from sqlmodel import Session, select

from crm_core.desk import BEHIND
from crm_core.platforms.tables import Memo


def behind(session: Session, platform: str = "") -> dict[str, datetime]:
    """The rooms that are not complete, by the id of the platform ("": of every platform), and up to when they are."""
    query = select(Memo.key, Memo.document).where(Memo.kind == BEHIND)
    if platform:
        query = query.where(Memo.platform == platform)
    return {room: datetime.fromisoformat(document["complete_up_to"]) for room, document in session.exec(query)}
