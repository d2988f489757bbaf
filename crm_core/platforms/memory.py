"""Small JSON objects an adapter keeps: whom it met, how far it read, who installed it. Secrets come in encrypted.

The statements are made once: adapters count and note with every message.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from crm_core.tables import metadata

_Document = dict[str, Any]

_MEMO = metadata.tables["memo"]
_KNOWN_BY = ("platform", "kind", "key")
_HERE = tuple(_MEMO.c[name] == bindparam(f"the_{name}") for name in _KNOWN_BY)
_FOUND = select(_MEMO.c.document).where(*_HERE)
#: As it is now, and nobody else changes it until the transaction ends.
_LOCKED = _FOUND.with_for_update()
_OF_KIND = select(_MEMO.c.key, _MEMO.c.document).where(*_HERE[:2]).order_by(_MEMO.c.key)
_CHANGED = update(_MEMO).where(*_HERE).values(document=bindparam("after"), changed_at=bindparam("now"))
_TAKEN = delete(_MEMO).where(*_HERE).returning(_MEMO.c.document)
_NEW = {name: dialect.insert(_MEMO) for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))}
_ADDED = {
    name: new.on_conflict_do_nothing(index_elements=_KNOWN_BY).returning(_MEMO.c.id) for name, new in _NEW.items()
}
_PUT = {
    name: new.on_conflict_do_update(
        index_elements=_KNOWN_BY, set_={"document": new.excluded.document, "changed_at": new.excluded.changed_at}
    )
    for name, new in _NEW.items()
}


def get(session: Session, platform: str, kind: str, key: str) -> _Document | None:
    """The object, or None."""
    found: _Document | None = session.connection().execute(_FOUND, _the(platform, kind, key)).scalar_one_or_none()
    return found


def everything(session: Session, platform: str, kind: str) -> dict[str, _Document]:
    """Every object of a kind, by key."""
    rows = session.connection().execute(_OF_KIND, {"the_platform": platform, "the_kind": kind})
    return {row.key: row.document for row in rows}


def put(session: Session, platform: str, kind: str, key: str, document: _Document, *, now: datetime) -> None:
    """Keep the object, whatever was there."""
    connection = session.connection()
    connection.execute(_PUT[connection.dialect.name], _row(platform, kind, key, document, now))


def replace(
    session: Session,
    platform: str,
    kind: str,
    key: str,
    *,
    before: _Document | None,
    after: _Document,
    now: datetime,
) -> bool:
    """Keep `after` if `before` (None: nothing) is still there; whether it was."""
    connection, the = session.connection(), _the(platform, kind, key)
    if before is None:
        row = _row(platform, kind, key, after, now)
        return connection.execute(_ADDED[connection.dialect.name], row).scalar_one_or_none() is not None
    if connection.execute(_LOCKED, the).scalar_one_or_none() != before:
        return False
    connection.execute(_CHANGED, {**the, "after": after, "now": now})
    return True


def take(session: Session, platform: str, kind: str, key: str) -> _Document | None:
    """Remove the object and return it; of several who take at once, one gets it."""
    taken: _Document | None = session.connection().execute(_TAKEN, _the(platform, kind, key)).scalar_one_or_none()
    return taken


def forget(session: Session, kinds: Collection[str]) -> None:
    """Remove every object of these kinds, of all platforms."""
    session.connection().execute(delete(_MEMO).where(_MEMO.c.kind.in_(kinds)))


def _the(platform: str, kind: str, key: str) -> dict[str, str]:
    return {"the_platform": platform, "the_kind": kind, "the_key": key}


def _row(platform: str, kind: str, key: str, document: _Document, now: datetime) -> _Document:
    return {"platform": platform, "kind": kind, "key": key, "document": document, "changed_at": now}
