"""Small JSON objects an adapter keeps: whom it met, how far it read, who installed it. Secrets come in encrypted."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.platforms.tables import Memo
from crm_core.rows import add_or_find

_Document = dict[str, Any]


def get(session: Session, platform: str, kind: str, key: str) -> _Document | None:
    """The object, or None."""
    memo = _find(session, platform, kind, key)
    return None if memo is None else memo.document


def everything(session: Session, platform: str, kind: str) -> dict[str, _Document]:
    """Every object of a kind, by key."""
    query = select(Memo.key, Memo.document).where(Memo.platform == platform, Memo.kind == kind)
    return {key: dict(document) for key, document in session.exec(query.order_by(Memo.key))}


def put(session: Session, platform: str, kind: str, key: str, document: _Document, *, now: datetime) -> None:
    """Keep the object, whatever was there."""
    made = Memo(platform=platform, kind=kind, key=key, document=document, changed_at=now)
    memo = _locked(session, platform, kind, key) or add_or_find(
        session, made, lambda: _locked(session, platform, kind, key)
    )
    _set(session, memo, document, now)


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
    memo = _locked(session, platform, kind, key)
    if memo is None and before is None:
        made = Memo(platform=platform, kind=kind, key=key, document=after, changed_at=now)
        return add_or_find(session, made, lambda: _locked(session, platform, kind, key)) is made
    if memo is None or memo.document != before:
        return False
    _set(session, memo, after, now)
    return True


def take(session: Session, platform: str, kind: str, key: str) -> _Document | None:
    """Remove the object and return it; of several who take at once, one gets it."""
    gone = delete(Memo).where(col(Memo.platform) == platform, col(Memo.kind) == kind, col(Memo.key) == key)
    taken: _Document | None = session.execute(gone.returning(col(Memo.document))).scalar_one_or_none()
    return taken


def forget(session: Session, kinds: Collection[str]) -> None:
    """Remove every object of these kinds, of all platforms."""
    session.execute(delete(Memo).where(col(Memo.kind).in_(kinds)))


def _set(session: Session, memo: Memo, document: _Document, now: datetime) -> None:
    memo.document, memo.changed_at = document, now
    session.add(memo)
    session.flush()


def _find(session: Session, platform: str, kind: str, key: str) -> Memo | None:
    return session.exec(_where(platform, kind, key)).first()


def _locked(session: Session, platform: str, kind: str, key: str) -> Memo | None:
    """The row as it is now, and nobody else changes it until the transaction ends."""
    query = _where(platform, kind, key).with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def _where(platform: str, kind: str, key: str) -> SelectOfScalar[Memo]:
    return select(Memo).where(Memo.platform == platform, Memo.kind == kind, Memo.key == key)
