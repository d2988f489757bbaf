"""Finding a customer by whatever a person remembers of them.

A ladder of questions to the index, stopped when enough was found: whole names, then parts, one's own customers before
everybody's; only when nothing fits, beginnings, then mistyped spellings. Candidates are ranked on small rows; the
records themselves are read for the few that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from crm_core.customers import index, questions
from crm_core.customers.ladder import Ladder, Ranked
from crm_core.customers.matches import SURE, Match
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Viewer
from crm_core.planner import by_index

__all__ = ["Hit", "Match", "Ranked", "best", "find", "rank"]

_THESE = select(Customer).where(col(Customer.id).in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Hit:
    customer: Customer
    match: Match
    score: float
    own: bool = False


def find(
    session: Session, query: str, *, viewer: Viewer, now: datetime, limit: int = 10, shortest: int = 1
) -> list[Hit]:
    """The customers this may mean, the best first; only visible ones, merged ones as their survivor.

    Understands `#12`, names and parts of them in either script, pinyin and initials, phones and their tails, e-mails,
    companies, tags, several words, forms of address, and forgives typing errors when nothing else fits. `shortest`: how
    many letters of a Latin word may stand for all of it. Raises `Invalid("query_too_long")`.
    """
    ranked = rank(session, query, viewer=viewer, now=now, limit=limit, shortest=shortest)
    ids = [found.customer_id for found in ranked]
    rows = session.exec(_THESE, params={"ids": ids}).all() if ids else ()
    customers = {row.id: row for row in rows if viewer.sees(row.owner_id)}
    return [
        Hit(customers[found.customer_id], found.match, found.score, found.own)
        for found in ranked
        if found.customer_id in customers
    ]


def best(hits: Sequence[Hit]) -> Customer | None:
    """The one customer that is clearly meant: the only one found, or the only whole match, or the only own one."""
    sure = [hit for hit in hits if hit.match in SURE]
    own = [hit for hit in sure if hit.own]
    for some in (hits, sure, own):
        if len(some) == 1 and some[0].match is not Match.SIMILAR:
            return some[0].customer
    return None


def rank(
    session: Session, query: str, *, viewer: Viewer, now: datetime, limit: int = 10, shortest: int = 1
) -> list[Ranked]:
    """Like `find`, without reading the records: ids with their match and score."""
    question = questions.read(query)
    if question is None:
        return []
    index.catch_up(session)
    with by_index(session):
        return Ladder(session, question, viewer=viewer, now=now, limit=limit, shortest=shortest).climb()
