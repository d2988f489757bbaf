"""Finding what was said: pairs of Chinese characters and whole words, the newest messages first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlmodel import Session, col, select

from crm_core.conversations.message_index import INDEX
from crm_core.conversations.tables import Message
from crm_core.customers import families
from crm_core.errors import Invalid
from crm_core.people.viewer import Viewer
from crm_core.text import tokens
from crm_core.text.folding import fold
from crm_core.text.newest import newest
from crm_core.text.postings import marks, read
from crm_core.text.terms import Query, Term, either, every

#: Longest query, in characters.
LONGEST_QUERY = 200

_NEWEST = 2**62

#: So many messages of one customer or room are read through before the index is asked.
_WALK = 3000
#: So many candidates of the index are looked at for one answer.
_MOST_CANDIDATES = 20_000


def search(
    session: Session,
    query: str,
    *,
    viewer: Viewer,
    customer_id: int | None = None,
    conversation_id: int | None = None,
    platform: str | None = None,
    sender: str | None = None,
    commands: bool = True,
    limit: int = 20,
    before_id: int | None = None,
) -> list[Message]:
    """Messages that hold every word of the query and that the viewer may see, the newest first.

    `customer_id` means the customer and whoever was merged into it. `sender`: a platform id or a shown name.
    Without `commands`, what staff told the bot is left out; what customers write to it never is.
    `before_id`: only messages recorded before that one; the smallest id of an answer asks for the next page.
    Raises `Invalid`: `query_too_long`, `search_too_short` (one character, and no customer or conversation named).
    """
    asked = _read_query(query)
    if asked is None:
        return []
    where = _where(
        viewer,
        family=None if customer_id is None else families.family(session, customer_id),
        conversation_id=conversation_id,
        platform=platform,
        sender=sender,
        commands=commands,
    )
    below = before_id or _NEWEST
    if where.narrow:
        found = _in_room(session, asked, where, limit, below)
    elif asked.query is None:
        raise Invalid("search_too_short")
    else:
        queries = [_scoped(query, viewer) for query in (asked.query, asked.looser) if query is not None]
        found = _anywhere(session, asked, where, queries, limit=limit, below=below)
    messages = session.exec(select(Message).where(col(Message.id).in_(found))).all() if found else []
    return sorted(messages, key=lambda message: (message.sent_at, message.id), reverse=True)


@dataclass(frozen=True)
class _Asked:
    """`query`: what the index is asked, None when there is nothing it could answer; `looser`: words only begin so.

    `needles`: what pairs alone do not prove, looked for in each text. `words`: all of it, for texts without index.
    """

    query: Query | None
    looser: Query | None
    needles: tuple[str, ...]
    words: tuple[str, ...]

    def proved_by(self, text: str) -> bool:
        folded = fold(text)
        return all(needle in folded for needle in self.needles)

    def said_in(self, text: str) -> bool:
        folded = fold(text)
        return all(word in folded for word in self.words)


def _read_query(query: str) -> _Asked | None:
    """What is asked for; None: nothing."""
    if len(query) > LONGEST_QUERY:
        raise Invalid("query_too_long", limit=LONGEST_QUERY)
    folded = fold(query)
    runs = tokens.runs(folded)
    words = folded.split()
    if not words:
        return None
    strict = [part for word in words for part in _of_word(word, starts=False)]
    loose = [part for word in words for part in _of_word(word, starts=True)]
    return _Asked(
        query=every(*strict) if strict else None,
        looser=every(*loose) if loose and loose != strict else None,
        needles=tuple(run for run in runs if tokens.is_cjk(run) and len(run) != 2),
        words=tuple(runs or words),
    )


def _of_word(word: str, *, starts: bool) -> list[Query]:
    """What the index must hold for one word as it was typed: `PO-12345` also stands written together."""
    parts = [part for run in tokens.runs(word) for part in _of_run(run, starts=starts)]
    together = tokens.joined(word)
    if len(parts) > 1 and re.fullmatch(r"[a-z0-9]+", together):
        return [either(Term(f"w{together}"), every(*parts))]
    return parts


def _of_run(run: str, *, starts: bool) -> list[Query]:
    if tokens.is_cjk(run):
        return [Term(pair) for pair in tokens.pairs(run)]
    return [Term(f"w{run[: tokens.LONGEST_WORD]}", starts=starts and len(run) > 2)]


@dataclass(frozen=True)
class _Where:
    """The SQL of what else a message must be, and its values. `narrow`: one customer or one room."""

    sql: str
    values: tuple[Any, ...]
    narrow: bool


def _where(
    viewer: Viewer,
    *,
    family: Sequence[int] | None,
    conversation_id: int | None,
    platform: str | None,
    sender: str | None,
    commands: bool,
) -> _Where:
    conditions: list[tuple[str, Sequence[Any]]] = []
    if family is not None:
        conditions.append((f"customer_id IN ({marks(family)})", family))
    if conversation_id is not None:
        conditions.append(("conversation_id = ?", (conversation_id,)))
    if platform is not None:
        conditions.append(("platform = ?", (platform,)))
    if sender is not None:
        conditions.append(("(sender_platform_id = ? OR sender_name = ?)", (sender, sender)))
    if not commands:
        conditions.append(("NOT (addressed AND sender_staff_id IS NOT NULL)", ()))
    if viewer.owners is not None:
        owners = sorted(viewer.owners)
        pool = "owner_id IS NULL AND (customer_id IS NOT NULL OR addressed)"
        conditions.append((f"({pool} OR owner_id IN ({marks(owners)}))", owners))
    return _Where(
        sql="".join(f" AND {sql}" for sql, _ in conditions),
        values=tuple(value for _, values in conditions for value in values),
        narrow=family is not None or conversation_id is not None,
    )


def _in_room(session: Session, asked: _Asked, where: _Where, limit: int, below: int) -> list[int]:
    """The messages of one customer or room are read through; the index serves what is beyond the newest ones."""
    rows = read(
        session,
        "SELECT id, text FROM message WHERE id < ? AND deleted_at IS NULL"  # noqa: S608
        f"{where.sql} ORDER BY sent_at DESC, id DESC LIMIT ?",
        (below, *where.values, _WALK),
    )
    said = (id_ for id_, text in rows if asked.said_in(text))
    found = list(islice(said, limit))
    if len(rows) < _WALK or len(found) == limit or asked.query is None:
        return found
    older = min(id_ for id_, _ in rows)
    return found + list(islice(_candidates(session, asked.query, asked, where, older), limit - len(found)))


def _anywhere(
    session: Session, asked: _Asked, where: _Where, queries: Sequence[Query], *, limit: int, below: int
) -> list[int]:
    """Ask the strict query, and the looser one only where the strict one has no page at all."""
    passed_over = below < _NEWEST or bool(where.sql or asked.needles)
    for query in queries:
        found = list(islice(_candidates(session, query, asked, where, below), limit))
        if found or (passed_over and any(newest(session, INDEX, query, below=_NEWEST))):
            return found
    return []


def _scoped(query: Query, viewer: Viewer) -> Query:
    if viewer.owners is None:
        return query
    return every(either(*(Term(tokens.owned_by(owner)) for owner in (None, *sorted(viewer.owners)))), query)


def _candidates(session: Session, query: Query, asked: _Asked, where: _Where, below: int) -> Iterator[int]:
    """Ids from the index, the newest first, that pass what the index cannot tell."""
    seen = 0
    for ids in newest(session, INDEX, query, below=below):
        yield from _proved(session, ids, asked, where) if asked.needles or where.sql else ids
        seen += len(ids)
        if seen >= _MOST_CANDIDATES:
            return


def _proved(session: Session, ids: Sequence[int], asked: _Asked, where: _Where) -> Iterator[int]:
    sql = f"SELECT id, text FROM message WHERE id IN ({marks(ids)}) AND deleted_at IS NULL{where.sql}"  # noqa: S608
    texts = dict(read(session, sql, (*ids, *where.values)))
    return (id_ for id_ in ids if id_ in texts and asked.proved_by(texts[id_]))
