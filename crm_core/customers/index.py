"""Keeping the index of customers current.

A writing session is watched: whatever a flush wrote is noted, and before the commit (or a lookup inside the
transaction) the customers it touches are indexed anew. What each customer is indexed with is kept beside the index,
because a token can only be taken out by naming it. One row stands for a whole family: a customer that was merged away
is found through its survivor.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session

from crm_core.conversations import message_index
from crm_core.customers.tables import Customer, CustomerKind, OtherName
from crm_core.tags.tables import CustomerTag, Tag
from crm_core.text import tokens
from crm_core.text.folding import fold
from crm_core.text.postings import Postings, marks, read, set_version, version, write
from crm_core.text.tokens import Entry

INDEX = Postings("search_customer_words")

_PENDING = "search_pending"
_INDEXED = ("name", "kind", "company_id", "owner_id", "position", "merged_into_id")
_CHUNK = 1000


@dataclass
class _Pending:
    """Ids of what was written and is not in the index yet."""

    customers: set[int] = field(default_factory=set)
    companies: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)


def keep_current(writing: type[Session]) -> None:
    """Watch writing sessions."""
    event.listen(writing, "after_flush", _note)
    event.listen(writing, "before_commit", _before_commit)


def changed(session: Session, customer_ids: Iterable[int]) -> None:
    """Note customers that were written by a bulk statement, which no flush tells of."""
    pending = _pending(session)
    ids = set(customer_ids)
    pending.customers |= ids
    pending.companies |= ids
    pending.moved |= ids


def catch_up(session: Session) -> None:
    """Index what this session wrote so far."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    ids = pending.customers | _staff_of(session, pending.companies) | _tagged(session, pending.tags)
    for some in _chunks(sorted(ids)):
        _index(session, _survivors(session, some))
    for survivor, members in _families(session, set(_survivors(session, sorted(pending.moved)).values())).items():
        message_index.rescope(session, members, _owner(session, survivor))


def outdated(session: Session) -> bool:
    """Whether the index was built with other tokens than today's."""
    return version(session, INDEX.table) < tokens.VERSION


def rebuild(session: Session, progress: Callable[[int, int], None] | None = None) -> None:
    """Build the index anew from every customer; `progress` hears (done, of)."""
    total = int(read(session, "SELECT count(*) FROM customer")[0][0])
    INDEX.prepare_bulk(session)
    for table in ("search_customer", "search_word"):
        write(session, f"DELETE FROM {table}")  # noqa: S608
    words: set[str] = set()
    for done, ids in _all_customers(session):
        found = entries(session, [id_ for id_, survivor in _survivors(session, ids).items() if id_ == survivor])
        INDEX.load(session, [(id_, tokens.of_customer(entry)) for id_, entry in found.items()])
        _store(session, found)
        words |= _spell(session, found.values(), known=words)
        if progress:
            progress(done, total)
    INDEX.finish_bulk(session)
    set_version(session, INDEX.table, tokens.VERSION)


def entries(session: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """What each of these customers, none of them merged away, is found by."""
    families = _families(session, ids)
    members = {member: survivor for survivor, family in families.items() for member in family}
    rows = _among(
        session, "SELECT id, owner_id, kind, name, position, company_id FROM customer WHERE id IN (<ids>)", members
    )
    facts = {row[0]: row for row in rows}
    names = _names(session, {id_: row[3] for id_, row in facts.items()}, members)
    companies = _companies(session, {row[5] for row in rows if row[5] is not None})
    tags = _tags(session, members)
    return {
        id_: Entry(
            owner_id=facts[id_][1] or 0,
            is_company=facts[id_][2] == CustomerKind.COMPANY,
            names=tuple(names[id_]),
            companies=tuple(companies.get(facts[id_][5], ())),
            tags=tuple(tags[id_]),
            position=fold(facts[id_][4]),
        )
        for id_ in families
        if id_ in facts
    }


def _note(session: Session, _context: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Customer):
            _note_customer(session, row)
        elif isinstance(row, OtherName | CustomerTag):
            _pending(session).customers |= {row.customer_id, *_before(row, "customer_id")}
            if isinstance(row, OtherName):
                _pending(session).companies.add(row.customer_id)
        elif isinstance(row, Tag) and row.id is not None:
            _pending(session).tags.add(row.id)


def _note_customer(session: Session, row: Customer) -> None:
    written = {name for name in _INDEXED if inspect(row).attrs[name].history.has_changes()}
    if not written and row not in session.deleted:
        return
    pending = _pending(session)
    merged = {id_ for id_ in (row.merged_into_id, *_before(row, "merged_into_id")) if id_ is not None}
    pending.customers |= {row.id} | merged
    if written & {"name", "merged_into_id"}:
        pending.companies |= {row.id} | merged
    if written & {"owner_id", "merged_into_id"} and row not in session.new:
        pending.moved |= {row.id} | merged


def _before(row: object, name: str) -> Iterable[Any]:
    """The value a flush replaced, if it is known."""
    replaced: Iterable[Any] = inspect(row).attrs[name].history.deleted or ()
    return replaced


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        catch_up(session)


def _pending(session: Session) -> _Pending:
    pending: _Pending = session.info.setdefault(_PENDING, _Pending())
    return pending


def _index(session: Session, survivors: dict[int, int]) -> None:
    """Bring the rows of these customers (each with its survivor) into the index, or out of it."""
    ids = sorted(set(survivors) | set(survivors.values()))
    stored = dict(_among(session, "SELECT customer_id, entry FROM search_customer WHERE customer_id IN (<ids>)", ids))
    found = entries(session, sorted(set(survivors.values())))
    lines = {id_: entry.line() for id_, entry in found.items()}
    gone = [id_ for id_ in stored if stored[id_] != lines.get(id_)]
    fresh = {id_: entry for id_, entry in found.items() if stored.get(id_) != lines[id_]}
    INDEX.take(session, [(id_, tokens.of_customer(Entry.of_line(stored[id_]))) for id_ in gone])
    write(session, "DELETE FROM search_customer WHERE customer_id = ?", [(id_,) for id_ in gone])
    INDEX.put(session, [(id_, tokens.of_customer(entry)) for id_, entry in fresh.items()])
    _store(session, fresh)
    _spell(session, fresh.values(), known=set())


def _store(session: Session, found: dict[int, Entry]) -> None:
    rows = [(id_, entry.line()) for id_, entry in found.items()]
    write(session, "INSERT INTO search_customer (customer_id, entry) VALUES (?, ?)", rows)


def _spell(session: Session, found: Iterable[Entry], known: set[str]) -> set[str]:
    """Keep the Latin words of these customers for the mending of mistyped ones; they are never taken out."""
    words = {word for entry in found for word in tokens.words_of(entry)} - known
    write(
        session,
        "INSERT INTO search_word (word) VALUES (?) ON CONFLICT (word) DO NOTHING",
        [(word,) for word in sorted(words)],
    )
    return words


def _survivors(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Each customer that exists → itself, or the one it was merged into in the end."""
    sql = "SELECT id, COALESCE(merged_into_id, id) FROM customer WHERE id IN (<ids>)"
    survivors = dict(_among(session, sql, ids))
    while pointed := {into for id_, into in survivors.items() if id_ != into}:
        further = dict(_among(session, sql, sorted(pointed)))
        if all(further.get(into, into) == into for into in pointed):
            break
        survivors = {id_: further.get(into, into) for id_, into in survivors.items()}
    return {**{id_: id_ for id_ in ids if id_ not in survivors}, **survivors}


def _families(session: Session, survivors: Iterable[int]) -> dict[int, list[int]]:
    """Each survivor → itself and everything merged into it, however often."""
    families = {id_: [id_] for id_ in survivors}
    top = {id_: id_ for id_ in families}
    newest: Sequence[int] = sorted(families)
    sql = "SELECT id, merged_into_id FROM customer WHERE merged_into_id IN (<ids>) ORDER BY id"
    while newest:
        merged = [(id_, into) for id_, into in _among(session, sql, newest) if id_ not in top]
        for id_, into in merged:
            top[id_] = top[into]
            families[top[into]].append(id_)
        newest = [id_ for id_, _ in merged]
    return families


def _names(session: Session, own: dict[int, str], members: dict[int, int]) -> dict[int, list[str]]:
    """Every name of each family, folded: the survivor's own first."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for member in sorted(own, key=lambda id_: (members[id_] != id_, id_)):
        found[members[member]][fold(own[member])] = None
    sql = "SELECT customer_id, name FROM other_name WHERE customer_id IN (<ids>) ORDER BY id"
    for member, name in _among(session, sql, members):
        found[members[member]][fold(name)] = None
    return {id_: [name for name in names if name] for id_, names in found.items()}


def _companies(session: Session, ids: set[int]) -> dict[int, list[str]]:
    """Each company → the names it is known by, folded."""
    survivors = _survivors(session, sorted(ids))
    families = _families(session, set(survivors.values()))
    members = {member: survivor for survivor, family in families.items() for member in family}
    own = dict(_among(session, "SELECT id, name FROM customer WHERE id IN (<ids>)", members))
    names = _names(session, own, members)
    return {id_: names.get(survivor, []) for id_, survivor in survivors.items()}


def _tags(session: Session, members: dict[int, int]) -> dict[int, list[str]]:
    sql = (
        "SELECT t.customer_id, tag.name FROM customer_tag t JOIN tag ON tag.id = t.tag_id "
        "WHERE t.customer_id IN (<ids>) ORDER BY t.id"
    )
    found: dict[int, list[str]] = defaultdict(list)
    for member, name in _among(session, sql, members):
        found[members[member]].append(fold(name))
    return found


def _staff_of(session: Session, companies: set[int]) -> set[int]:
    """The customers who belong to these companies."""
    return {id_ for (id_,) in _among(session, "SELECT id FROM customer WHERE company_id IN (<ids>)", companies)}


def _tagged(session: Session, tags: set[int]) -> set[int]:
    sql = "SELECT customer_id FROM customer_tag WHERE tag_id IN (<ids>)"
    return {id_ for (id_,) in _among(session, sql, tags)}


def _owner(session: Session, customer_id: int) -> int | None:
    rows = read(session, "SELECT owner_id FROM customer WHERE id = ?", (customer_id,))
    owner: int | None = rows[0][0] if rows else None
    return owner


def _all_customers(session: Session) -> Iterator[tuple[int, list[int]]]:
    last, done = -1, 0
    while rows := read(session, "SELECT id FROM customer WHERE id > ? ORDER BY id LIMIT ?", (last, _CHUNK)):
        last, done = rows[-1][0], done + len(rows)
        yield done, [id_ for (id_,) in rows]


def _among(session: Session, sql: str, ids: Iterable[int]) -> list[tuple[Any, ...]]:
    """The rows of a statement about `<ids>`, asked for in bites the database swallows."""
    found: list[tuple[Any, ...]] = []
    for some in _chunks(list(ids)):
        found += read(session, sql.replace("<ids>", marks(some)), some)
    return found


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK))
