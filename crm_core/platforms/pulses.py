"""Which nodes run: each tells now and then that it does, how its platforms are, and what went wrong lately.

A node that was killed is missed, until one that started after it on the same host takes its place, or for a day.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from crm_core.chat import Document
from crm_core.database import Database
from crm_core.platforms import memory

PLATFORM, KIND = "crmbot", "node"

#: How often a node tells, and after how long without a word it is taken to be gone.
EVERY = timedelta(seconds=15)
GONE = timedelta(seconds=50)
#: Silent for so long while another one came up on its host, it was replaced: before anybody misses it.
_REPLACED = timedelta(seconds=25)
#: After so long it is forgotten.
_FORGOTTEN = timedelta(days=1)


def tell(session: Session, node: str, document: Document, *, now: datetime) -> None:
    """This node runs. `document`: what it says of itself, without secrets and without what customers wrote; `name` is
    `host:process`, `started_at` an ISO time.
    """
    memory.put(session, PLATFORM, KIND, node, {**document, "seen_at": now.isoformat()}, now=now)
    known = nodes(session)
    for other, told in known.items():
        if now - seen_at(told) > _FORGOTTEN:
            memory.take(session, PLATFORM, KIND, other)
    before = _before(node, known, now)
    if before is not None:
        memory.put(session, PLATFORM, KIND, before, {**known[before], "replaced_by": node}, now=now)


def _before(node: str, known: Mapping[str, Document], now: datetime) -> str | None:
    """The one silent node of the same host whose place this one took; None when it took one already."""
    if any(told.get("replaced_by") == node for told in known.values()):
        return None
    mine = known[node]
    silent = {
        name: told
        for name, told in known.items()
        if "replaced_by" not in told
        and _host(told) == _host(mine)
        and now - seen_at(told) > _REPLACED
        and "started_at" in mine
        and seen_at(told) <= datetime.fromisoformat(mine["started_at"])
    }
    return max(silent, key=lambda name: seen_at(silent[name]), default=None)


def _host(told: Document) -> str:
    return str(told.get("name", "")).rpartition(":")[0]


def leave(session: Session, node: str) -> None:
    """This node stops, as it should."""
    memory.take(session, PLATFORM, KIND, node)


def nodes(session: Session) -> dict[str, Document]:
    """What every node said last, by its name."""
    return memory.everything(session, PLATFORM, KIND)


def is_gone(told: Document, now: datetime) -> bool:
    """Whether this node runs no more: silent for too long, or replaced."""
    return "replaced_by" in told or now - seen_at(told) > GONE


def is_missed(told: Document, now: datetime) -> bool:
    """Whether this node is gone and no other took its place."""
    return "replaced_by" not in told and is_gone(told, now)


def seen_at(told: Document) -> datetime:
    """When this node was heard of last."""
    return datetime.fromisoformat(told["seen_at"])


def fresh(database: Database, now: datetime) -> int:
    """How many nodes run."""
    with database.reading() as session:
        return sum(not is_gone(told, now) for told in nodes(session).values())
