"""What matches in an index, the newest first, without a look at the rest.

SQLite walks its postings from the newest on. Those of PostgreSQL have no order, and to read the row of each match only
to sort them takes long. So what is common is looked for among the newest rows themselves, and everything else together
with the ages of rows, the youngest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlmodel import Session

from crm_core.planner import by_index
from crm_core.text.postings import Postings, age_of, age_token, first_of, is_sqlite
from crm_core.text.terms import Query, Term, either, to_fts5, to_tsquery

#: So many ids are told first, then so many times as many, up to so many at once.
_FIRST, _GROWS, _MOST = 32, 4, 4000

#: Rows PostgreSQL looks through before it asks the index; ages it asks for at once; and matches it sorts, of which it
#: knows no more than that there are more.
_NEWEST = 1000
_AGES = 64
_SORTED = 1000

_ALL = 2**31

_WALKED = "SELECT rowid FROM <table> WHERE <table> MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
_AMONG_NEWEST = (
    "SELECT id FROM (SELECT id, words FROM <table> WHERE id < ? ORDER BY id DESC LIMIT ?) newest "
    "WHERE words @@ ?::tsquery ORDER BY id DESC LIMIT ?"
)
#: Written so that the index of words serves, whatever the planner thinks of ids. The ages are a condition of their own:
#: then the index skips what is older, which it does not within one.
_COLLECTED = "SELECT id FROM <table> WHERE words @@ ?::tsquery AND id + 0 < ? LIMIT ?"
_OF_AGES = "SELECT id FROM <table> WHERE words @@ ?::tsquery AND words @@ ?::tsquery AND id + 0 < ? LIMIT ?"
_HIGHEST = "SELECT id FROM <table> WHERE id < ? ORDER BY id DESC LIMIT 1"


def newest(session: Session, index: Postings, query: Query, *, below: int) -> Iterator[Sequence[int]]:
    """Ids of the rows that match, below an id, in falling order: a few at first, then more at once."""
    look = _on_sqlite if is_sqlite(session) else _on_postgresql
    return _cut(look(session, index, query, below))


def _cut(found: Iterable[Sequence[int]]) -> Iterator[Sequence[int]]:
    size = _FIRST
    for ids in found:
        at = 0
        while at < len(ids):
            yield ids[at : at + size]
            at, size = at + size, min(size * _GROWS, _MOST)


def _on_sqlite(session: Session, index: Postings, query: Query, below: int) -> Iterator[Sequence[int]]:
    words, size = to_fts5(query), _FIRST
    while True:
        ids = index.ids(session, _WALKED, (words, below, size))
        yield ids
        if len(ids) < size:
            return
        below, size = ids[-1], min(size * _GROWS, _MOST)


def _on_postgresql(session: Session, index: Postings, query: Query, below: int) -> Iterator[Sequence[int]]:
    words, size = to_tsquery(query), _FIRST
    while True:
        with by_index(session):
            ids = index.ids(session, _AMONG_NEWEST, (below, _NEWEST, words, size))
        yield ids
        below = ids[-1] if ids else below
        if len(ids) < size:
            break
        size *= _GROWS
    yield from _by_age(session, index, words, below)


def _by_age(session: Session, index: Postings, words: str, below: int) -> Iterator[Sequence[int]]:
    """Some ages at once: more after few matches, fewer instead of too many. Where many ages had few, all the rest is
    looked at, which may be few too."""
    highest = index.ids(session, _HIGHEST, (below,))
    top, ages, is_rare = (age_of(highest[0]) if highest else -1), 1, True
    while top >= 0:
        if ages > _AGES and is_rare:
            rest = _collected(session, index, _COLLECTED, (words, min(below, first_of(top + 1)), _SORTED + 1))
            if len(rest) <= _SORTED:
                yield rest
                return
            is_rare = False
        ages = min(ages, _AGES)
        low = max(0, top - ages + 1)
        among = to_tsquery(either(*(Term(age_token(age)) for age in range(low, top + 1))))
        ids = _collected(session, index, _OF_AGES, (words, among, below, _ALL if ages == 1 else _SORTED + 1))
        if len(ids) > _SORTED and ages > 1:
            ages //= _GROWS
            continue
        yield ids
        top = low - 1
        ages *= _GROWS if len(ids) < _SORTED // _GROWS else 1


def _collected(session: Session, index: Postings, sql: str, values: Sequence[Any]) -> Sequence[int]:
    with by_index(session):
        return sorted(index.ids(session, sql, values), reverse=True)
