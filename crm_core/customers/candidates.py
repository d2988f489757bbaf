"""The candidates of a lookup, as the index of customers and their contact points answer.

A candidate is a row of (id, owner, last contact in days since 1970, line). The line is what the index holds of the
customer, or the phone or e-mail by which they were found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from crm_core.people.viewer import Viewer
from crm_core.text import tokens
from crm_core.text.postings import is_sqlite, marks, read, spelled
from crm_core.text.terms import Query, Term, either, every

#: So many candidates of one question are ranked: of one's own customers, and of everybody's.
MOST_OWN = 200
MOST = 100


@dataclass(frozen=True)
class _Statements:
    """The SQL of one kind of database. `columns` of a customer `c`; `answers` of the index to a query."""

    columns: str
    answers: str
    begins: str


def _statements(days: str, answers: str, begins: str) -> _Statements:
    columns = f"c.id, c.owner_id, {days}"
    return _Statements(columns, answers.replace("<columns>", columns), begins)


_SQLITE = _statements(
    days="julianday(c.last_contact_at) - 2440587.5",
    answers="SELECT <columns>, s.entry FROM search_customer_words "
    "CROSS JOIN search_customer s ON s.customer_id = search_customer_words.rowid "
    "CROSS JOIN customer c ON c.id = search_customer_words.rowid "
    "WHERE search_customer_words MATCH ? ORDER BY search_customer_words.rowid DESC LIMIT ?",
    begins="<column> >= ? AND <column> < ?",
)
_POSTGRESQL = _statements(
    days="extract(epoch FROM c.last_contact_at)::float8 / 86400",
    answers="SELECT <columns>, s.entry "
    "FROM (SELECT id FROM search_customer_words WHERE words @@ ?::tsquery LIMIT ?) found "
    "JOIN search_customer s ON s.customer_id = found.id JOIN customer c ON c.id = found.id",
    begins="<column> ~>=~ ? AND <column> ~<~ ?",
)


class Candidates:
    """What one viewer's lookup asks."""

    def __init__(self, session: Session, viewer: Viewer) -> None:
        self._session = session
        self._viewer = viewer
        self._sql = _SQLITE if is_sqlite(session) else _POSTGRESQL

    def own(self, query: Query) -> list[Any]:
        """The viewer's own customers to whom this applies."""
        if self._viewer.staff_id is None:
            return []
        return self._answers(every(Term(tokens.owned_by(self._viewer.staff_id)), query), MOST_OWN)

    def visible(self, query: Query) -> list[Any]:
        """The same of everybody's whom the viewer may see."""
        owners = self._viewer.owners
        if owners is not None:
            query = every(either(*(Term(tokens.owned_by(owner)) for owner in (None, *sorted(owners)))), query)
        return self._answers(query, MOST)

    def entries(self, ids: str, values: Sequence[Any]) -> list[Any]:
        """The customers whose ids a statement gives, whoever may see them; it says how many at most, since a plan for
        many reads it all."""
        sql = (
            f"SELECT {self._sql.columns}, s.entry FROM ({ids}) few "  # noqa: S608
            "JOIN search_customer s ON s.customer_id = few.id JOIN customer c ON c.id = few.id"
        )
        return read(self._session, sql, values)

    def of_id(self, customer_id: int) -> list[Any]:
        """The customer of this id, or who they were merged into."""
        sql = f"SELECT {self._sql.columns}, '', c.merged_into_id FROM customer c WHERE c.id = ?"  # noqa: S608
        return list(self._led(read(self._session, sql, (customer_id,)))) if customer_id < 2**63 else []

    def with_contact(self, bounds: str, values: Sequence[str]) -> list[Any]:
        """Those with a phone or an e-mail within these bounds."""
        owners = self._viewer.owners
        sight = (
            "" if owners is None else " AND (c.owner_id IS NULL OR c.owner_id IN (<owners>) OR c.merged_into_id > 0)"
        )
        sight = sight.replace("<owners>", marks(sorted(owners or ())))
        sql = (
            f"SELECT {self._sql.columns}, p.value, c.merged_into_id "  # noqa: S608
            f"FROM contact_point p JOIN customer c ON c.id = p.customer_id WHERE {bounds}{sight} LIMIT {MOST_OWN}"
        )
        return list(self._led(read(self._session, sql, (*values, *sorted(owners or ())))))

    def text_from(self, column: str, start: str) -> tuple[str, tuple[str, str]]:
        """The SQL of "begins so" for any text, byte by byte whatever the collation."""
        return self._sql.begins.replace("<column>", column), (start, f"{start}\U0010ffff")

    def _answers(self, query: Query, most: int) -> list[Any]:
        return read(self._session, self._sql.answers, (spelled(self._session, query), most))

    def _led(self, rows: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of (id, owner, last contact, value, merged into), each led to its survivor."""
        for *row, value, merged in rows:
            id_, owner, contact = row if merged is None else self._survivor(merged)
            if self._viewer.sees(owner):
                yield id_, owner, contact, value

    def _survivor(self, customer_id: int) -> Sequence[Any]:
        sql = f"SELECT {self._sql.columns}, c.merged_into_id FROM customer c WHERE c.id = ?"  # noqa: S608
        *row, merged = read(self._session, sql, (customer_id,))[0]
        return row if merged is None else self._survivor(merged)


def digits_from(column: str, start: str) -> tuple[str, tuple[str, ...]]:
    """The SQL of "begins so" for digits, which every collation orders alike."""
    kept = start.rstrip("9")
    if not kept or not kept[-1].isdigit():
        return f"{column} >= ?", (start,)
    return f"{column} >= ? AND {column} < ?", (start, f"{kept[:-1]}{int(kept[-1]) + 1}")
