"""Each slot of something periodic is taken once, by whoever comes first, in however many processes."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from crm_core.outreach.tables import Fired


def take(session: Session, name: str, slot: datetime) -> bool:
    """Whether this slot is ours: compare and set. Missed slots before it are taken with it."""
    later = update(Fired).where(col(Fired.name) == name, col(Fired.slot) < slot).values(slot=slot)
    if session.execute(later).rowcount:  # type: ignore[attr-defined]
        return True
    insert_new = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert_new(Fired).values(name=name, slot=slot).on_conflict_do_nothing()
    return bool(session.execute(first.returning(col(Fired.name))).first())
