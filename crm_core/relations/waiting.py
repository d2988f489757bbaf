"""Customers of those who left, as the platform lists them until a colleague takes over."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.address_book import Standing, Waiting
from crm_core.relations import connections, transfers
from crm_core.relations.parties import contact_of, find
from crm_core.relations.tables import Relation


def saw(session: Session, platform: str, found: Sequence[Waiting], *, read_at: datetime) -> list[Waiting]:
    """Note who waits, unless something newer is known; those of whom nothing was known so far."""
    unknown = []
    for one in found:
        relation = find(session, platform, one.member, one.contact)
        if relation is None:
            unknown.append(one)
        elif relation.known_at <= read_at:
            if relation.standing is not Standing.LOST:
                relation.standing, relation.ended_at = Standing.ADDED, None
            relation.waits_since, relation.known_at = one.since, read_at
            session.add(relation)
    session.flush()
    return unknown


def no_others(session: Session, platform: str, found: Sequence[Waiting], *, began_at: datetime, now: datetime) -> int:
    """Whoever waited and is not among them was taken over, or their member of staff is back; how many."""
    listed = {(one.member, one.contact) for one in found}
    query = select(Relation).where(Relation.platform == platform, col(Relation.waits_since).is_not(None))
    over = [one for one in session.exec(query) if (one.member, contact_of(session, one)) not in listed]
    for relation in over:
        if relation.known_at >= began_at:
            relation.waits_since = None
            session.add(relation)
        elif not transfers.is_under_way(session, relation):
            connections.end(session, relation, Standing.MOVED, now)
    session.flush()
    return len(over)
