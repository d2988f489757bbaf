"""Keeping the index of what was said current: the text on show and the owner of each message.

A writing session is watched, so mapped messages need no thought; whoever writes messages by bulk statements tells:
`index_rows` for new ones, `give` and `rescope` for new owners.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session

from crm_core.conversations.tables import Message
from crm_core.text import tokens
from crm_core.text.postings import Postings, marks, read, set_version, version, write

INDEX = Postings("search_message", aged=True)

_CHANGED = "search_changed"
_CHUNK = 5000


def keep_current(writing: type[Session]) -> None:
    """Watch writing sessions: mapped messages are indexed as they are written."""
    event.listen(writing, "before_flush", _take_changed)
    event.listen(writing, "after_flush", _put_changed)


def index(session: Session, messages: Iterable[Message]) -> None:
    """Index messages that are not in the index yet."""
    index_rows(session, [(message.id, message.text, message.owner_id) for message in messages])


def index_rows(session: Session, rows: Iterable[tuple[int, str, int | None]]) -> None:
    """Index messages that were written by a bulk statement: (id, text, owner id)."""
    INDEX.put(session, [(id_, tokens.of_message(text, owner_id)) for id_, text, owner_id in rows])


def _take_changed(session: Session, _context: object, _instances: object) -> None:
    """Before a flush the rows still say what the index holds of them."""
    changed = [row for row in session.dirty if isinstance(row, Message) and _is_changed(row)]
    session.info[_CHANGED] = changed
    gone = [row for row in session.deleted if isinstance(row, Message)]
    ids = [row.id for row in (*changed, *gone)]
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        sql = f"SELECT id, text, owner_id FROM message WHERE id IN ({marks(some)})"  # noqa: S608
        INDEX.take(session, [(id_, tokens.of_message(text, owner)) for id_, text, owner in read(session, sql, some)])


def _put_changed(session: Session, _context: object) -> None:
    changed: list[Message] = session.info.pop(_CHANGED, [])
    new = [row for row in session.new if isinstance(row, Message)]
    if new or changed:
        index(session, [*new, *changed])


def _is_changed(message: Message) -> bool:
    attributes = inspect(message).attrs
    return any(attributes[name].history.has_changes() for name in ("text", "owner_id"))


def rescope(session: Session, customer_ids: Sequence[int], owner_id: int | None) -> int:
    """Give every message of these customers this owner, in its row and in the index; returns how many changed."""
    changed = 0
    for at in range(0, len(customer_ids), 500):
        some = customer_ids[at : at + 500]
        rows = read(
            session,
            f"SELECT COALESCE(owner_id, 0), id, text <> '' FROM message WHERE customer_id IN ({marks(some)}) "  # noqa: S608
            "AND COALESCE(owner_id, 0) <> ?",
            (*some, owner_id or 0),
        )
        changed += _give(session, rows, owner_id)
    return changed


def give(session: Session, message_ids: Sequence[int], *, customer_id: int | None, owner_id: int | None) -> None:
    """Make messages belong to a customer and an owner (None: to nobody), in their rows and in the index."""
    for at in range(0, len(message_ids), 500):
        some = message_ids[at : at + 500]
        sql = f"SELECT COALESCE(owner_id, 0), id, text <> '' FROM message WHERE id IN ({marks(some)})"  # noqa: S608
        write(session, "UPDATE message SET customer_id = ? WHERE id = ?", [(customer_id, id_) for id_ in some])
        _give(session, read(session, sql, some), owner_id)


def _give(session: Session, rows: Sequence[tuple[Any, ...]], owner_id: int | None) -> int:
    moved = [(old, id_, indexed) for old, id_, indexed in rows if old != (owner_id or 0)]
    write(session, "UPDATE message SET owner_id = ? WHERE id = ?", [(owner_id, id_) for _, id_, _ in moved])
    for owner in {old for old, _, _ in moved}:
        ids = [id_ for old, id_, indexed in moved if old == owner and indexed]
        INDEX.swap(session, ids, tokens.owned_by(owner), tokens.owned_by(owner_id))
    _forget(session, {id_ for _, id_, _ in rows})
    return len(moved)


def _forget(session: Session, ids: set[int]) -> None:
    """Have mapped messages read again what was changed under them."""
    for row in list(session.identity_map.values()):
        if isinstance(row, Message) and row.id in ids:
            session.expire(row, ["owner_id", "customer_id"])


def outdated(session: Session) -> bool:
    """Whether the index was built with older tokens than today's; of a newer program's it is left alone."""
    return version(session, INDEX.table) < tokens.VERSION


def reindex(session: Session, progress: Callable[[int, int], None] | None = None) -> None:
    """Build the index anew from every message; `progress` hears (done, of)."""
    total = int(read(session, "SELECT count(*) FROM message")[0][0])
    INDEX.prepare_bulk(session)
    for done, rows in _all_messages(session):
        INDEX.load(session, [(id_, tokens.of_message(text, owner)) for id_, text, owner in rows])
        if progress:
            progress(done, total)
    INDEX.finish_bulk(session)
    set_version(session, INDEX.table, tokens.VERSION)


def _all_messages(session: Session) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    last, done = -1, 0
    sql = "SELECT id, text, owner_id FROM message WHERE id > ? ORDER BY id LIMIT ?"
    while rows := read(session, sql, (last, _CHUNK)):
        last, done = rows[-1][0], done + len(rows)
        yield done, rows
