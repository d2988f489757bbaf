"""Which nodes run: each tells now and then that it does, how its platforms are, and what went wrong lately."""

from datetime import datetime, timedelta

from sqlmodel import Session

from crm_core.chat import Document
from crm_core.database import Database
from crm_core.platforms import memory

PLATFORM, KIND = "crmbot", "node"

#: How often a node tells, and after how long without a word it is taken to be gone.
EVERY = timedelta(seconds=15)
GONE = timedelta(seconds=50)
#: After so long it is forgotten.
_FORGOTTEN = timedelta(days=1)


def tell(session: Session, node: str, document: Document, *, now: datetime) -> None:
    """This node runs. `document`: what it says of itself, without secrets and without what customers wrote."""
    memory.put(session, PLATFORM, KIND, node, {**document, "seen_at": now.isoformat()}, now=now)
    for other, told in memory.everything(session, PLATFORM, KIND).items():
        if now - _seen(told) > _FORGOTTEN:
            memory.take(session, PLATFORM, KIND, other)


def leave(session: Session, node: str) -> None:
    """This node stops, as it should."""
    memory.take(session, PLATFORM, KIND, node)


def nodes(session: Session) -> dict[str, Document]:
    """What every node said last, by its name."""
    return memory.everything(session, PLATFORM, KIND)


def is_gone(told: Document, now: datetime) -> bool:
    """Whether this node has not been heard of for too long."""
    return now - _seen(told) > GONE


def fresh(database: Database, now: datetime) -> int:
    """How many nodes run."""
    with database.reading() as session:
        return sum(not is_gone(told, now) for told in nodes(session).values())


def _seen(told: Document) -> datetime:
    return datetime.fromisoformat(told["seen_at"])
