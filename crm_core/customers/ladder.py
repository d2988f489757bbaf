"""The rungs of a lookup: which questions the index is asked, in which order, and when that is enough."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from crm_core.customers import questions, typos
from crm_core.customers.grades import by_length, graded, score
from crm_core.customers.matches import Match
from crm_core.customers.questions import Question, Rung
from crm_core.people.viewer import Viewer
from crm_core.text import tokens
from crm_core.text.postings import is_sqlite, marks, read, spelled
from crm_core.text.terms import Query, Term, either, every, holds

#: So many candidates of one question are ranked: of one's own customers, and of everybody's.
_MOST_OWN = 200
_MOST = 100
#: Of the customers contacted last, so many are looked at when a question has more answers than can be ranked.
_RECENT = 50
#: So few letters are the initials, the surname or a syllable of many, and the beginning of a name nevertheless.
_FEW = 2
#: Of a single letter so many of those contacted last are looked at, and as many of the new ones.
_LATELY = 100

#: How a candidate fits, or None when it does not after all.
_Judge = Callable[[str], tuple[Match, float] | None]


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


@dataclass(frozen=True)
class Ranked:
    """A customer found, before its record is read. `own`: the viewer is its owner."""

    customer_id: int
    match: Match
    score: float
    own: bool


class Ladder:
    """One lookup under way."""

    def __init__(
        self, session: Session, question: Question, *, viewer: Viewer, now: datetime, limit: int, shortest: int
    ) -> None:
        self.session = session
        self.question = question
        self.viewer = viewer
        self.limit = limit
        self._sql = _SQLITE if is_sqlite(session) else _POSTGRESQL
        self._today = now.timestamp() / 86_400
        self._found: dict[int, Ranked] = {}
        self._begun = questions.beginnings(question, shortest)
        self._few = 0 < len(question.single) <= _FEW

    def climb(self) -> list[Ranked]:
        """The best customers found, in order."""
        question = self.question
        if question.id is not None:
            self._id(question.id)
        elif question.email:
            self._email(question.email)
        elif question.digits:
            self._phone(question.digits)
        if question.key and not self._found:
            self._words()
        order = sorted(self._found.values(), key=lambda found: (-found.score, -found.customer_id))
        return order[: self.limit]

    def _enough(self) -> bool:
        return len(self._found) >= self.limit

    def _id(self, customer_id: int) -> None:
        sql = f"SELECT {self._sql.columns}, '', c.merged_into_id FROM customer c WHERE c.id = ?"  # noqa: S608
        if customer_id < 2**63:
            self._keep_contacts(read(self.session, sql, (customer_id,)), lambda _: (Match.ID, 0.0))

    def _phone(self, digits: str) -> None:
        """By the tail, which the whole number is too; then by the beginning, with or without a country."""
        tail = digits.lstrip("0") if len(digits) > 6 else digits
        backwards = tail[::-1]
        bounds, values = _digits_from("p.reversed", backwards)
        self._contacts(bounds, values, lambda value: (_match_of_phone(tail, value), 0.0))
        for start in (f"+{digits}", f"+86{digits}"):
            if not self._found and len(digits) > 3:
                bounds, values = _digits_from("p.value", start)
                self._contacts(f"{bounds} AND p.kind = 'phone'", values, lambda _: (Match.PHONE_TAIL, 0.0))

    def _email(self, text: str) -> None:
        bounds, values = self._text_from("p.value", text)
        self._contacts(
            f"{bounds} AND p.kind = 'email'",
            values,
            lambda value: (Match.EMAIL if value == text else Match.EMAIL_START, 0.0),
        )

    def _words(self) -> None:
        question = self.question
        judge = self._judge
        if question.whole is None or not self._at_once(question.whole):
            self._ask(Term(f"k{question.key}"), judge)
            if question.runs:
                self._literal()
        if self._few:
            self._begun_shortly()
        if question.address is not None and not self._enough():
            self._ask_own_first(question.address, judge)
        if question.tail and not self._enough():
            self._tail(question.tail)
        if question.runs and not self._enough():
            self._loosely()

    def _at_once(self, query: Query) -> bool:
        """Keep all the answers there are, if that can be known from one look."""
        rows = self._seen(query)
        if len(rows) == _MOST:
            return False
        self._keep(rows, self._judge)
        return True

    def _judge(self, line: str) -> tuple[Match, float]:
        return graded(self.question, line)

    def _literal(self) -> None:
        """Own customers first, then everybody's, each by one meaning after the other."""
        question = self.question
        rungs = question.ladder
        if question.single and tokens.is_cjk(question.single):
            rungs = (Rung(either(*(rung.query for rung in rungs))),)
        for rung in rungs:
            if not self._enough() and self._own(rung.query, self._judge_of(rung)) >= _MOST_OWN:
                self._recent(rung, own=True)
        for rung in question.ladder:
            if self._enough():
                return
            if self._visible(rung.query, self._judge_of(rung)) >= _MOST and self.viewer.owners is None:
                self._recent(rung, own=False)

    def _begun_shortly(self) -> None:
        """One's own customers whose names begin with a few letters, even when enough others have them in any place;
        everybody's only when those are few. Of a single letter the index has too many."""
        if self._begun is None:
            return
        if len(self.question.single) == 1:
            self._lately(re.compile(rf"(?<![a-z0-9]){re.escape(self.question.single)}"))
            return
        if self._own(self._begun, self._judge) < self.limit:
            self._visible(self._begun, self._judge)

    def _lately(self, begun: re.Pattern[str]) -> None:
        """Of one's own customers, when those are few of everybody's too, those contacted last and those who are new."""
        for mine, values in (("owner_id = ? AND ", (self.viewer.staff_id,)), ("", ())):
            contacted = f"{mine}last_contact_at IS NOT NULL ORDER BY last_contact_at DESC LIMIT {_LATELY}"
            new = f"{mine}last_contact_at IS NULL ORDER BY last_contact_at DESC, id DESC LIMIT {_LATELY}"
            parts = (f"SELECT id FROM (SELECT id FROM customer WHERE {part}) p" for part in (contacted, new))  # noqa: S608
            rows = self._entries(" UNION ALL ".join(parts), (*values, *values))
            seen = [row for row in rows if self.viewer.sees(row[1]) and begun.search(row[3].split("\n", 3)[2])]
            if self._keep(seen, self._judge) >= self.limit:
                return

    def _judge_of(self, rung: Rung) -> _Judge:
        match = rung.match
        return self._judge if match is None else lambda line: (match, by_length(line))

    def _loosely(self) -> None:
        """What is only begun, then what is meant otherwise, then what is mistyped; each only if nothing was found."""
        if self._begun is not None and not self._few and (self.question.single or not self._found):
            self._ask_own_first(self._begun, self._judge)
            self._email_start()
        if self._found:
            return
        guess = questions.guesses(self.question)
        if guess is not None:
            self._ask(guess, lambda line: (graded(self.question, line)[0], by_length(line)))
        if not self._found:
            for query, judge in typos.readings_of(self.session, self.question):
                self._ask(query, judge)
                if self._found:
                    return

    def _email_start(self) -> None:
        run = self.question.single
        if run and not self._enough():
            bounds, values = self._text_from("p.value", run)
            self._contacts(f"{bounds} AND p.kind = 'email'", values, lambda _: (Match.EMAIL_START, 0.0))

    def _tail(self, digits: str) -> None:
        """Somebody with this phone tail to whom the other words apply too."""
        others = [run for run in self.question.runs if run != digits]
        query = every(*(questions.any_meaning(run) for run in others))
        bounds, values = _digits_from("p.reversed", digits[::-1])
        ids = f"SELECT p.customer_id AS id FROM contact_point p WHERE {bounds} LIMIT {_MOST_OWN}"  # noqa: S608
        rows = self._entries(ids, values)
        self._keep(
            [row for row in rows if self.viewer.sees(row[1]) and holds(query, tokens.of_line(row[3]))],
            lambda _: (Match.PHONE_TAIL, 0.0),
        )

    def _ask(self, query: Query, judge: _Judge) -> None:
        """Everybody's customers; one's own besides, where there are more than were looked at."""
        if self._visible(query, judge) == _MOST:
            self._own(query, judge)

    def _ask_own_first(self, query: Query, judge: _Judge) -> None:
        """For what many customers fit: one's own are enough most of the time."""
        self._own(query, judge)
        if not self._enough():
            self._visible(query, judge)

    def _own(self, query: Query, judge: _Judge) -> int:
        """Keep what the index answers of one's own customers; returns how many rows that were."""
        if self.viewer.staff_id is None:
            return 0
        mine = Term(tokens.owned_by(self.viewer.staff_id))
        return self._keep(self._answers(every(mine, query), _MOST_OWN), judge)

    def _visible(self, query: Query, judge: _Judge) -> int:
        """The same of everybody's."""
        return self._keep(self._seen(query), judge)

    def _seen(self, query: Query) -> list[Any]:
        owners = self.viewer.owners
        if owners is not None:
            query = every(either(*(Term(tokens.owned_by(owner)) for owner in (None, *sorted(owners)))), query)
        return self._answers(query, _MOST)

    def _answers(self, query: Query, most: int) -> list[Any]:
        return read(self.session, self._sql.answers, (spelled(self.session, query), most))

    def _recent(self, rung: Rung, *, own: bool) -> None:
        """Of too many answers, those with the latest contact: the index has no order of contact."""
        mine = "owner_id = ? AND " if own else ""
        latest = f"SELECT id FROM customer WHERE {mine}last_contact_at IS NOT NULL ORDER BY last_contact_at DESC"  # noqa: S608
        rows = self._entries(f"{latest} LIMIT {_RECENT}", (self.viewer.staff_id,) if own else ())
        self._keep([row for row in rows if holds(rung.query, tokens.of_line(row[3]))], self._judge_of(rung))

    def _entries(self, ids: str, values: Sequence[Any]) -> list[Any]:
        """The candidates whose ids a statement gives; it says how many at most, since a plan for many reads it all."""
        sql = (
            f"SELECT {self._sql.columns}, s.entry FROM ({ids}) few "  # noqa: S608
            "JOIN search_customer s ON s.customer_id = few.id JOIN customer c ON c.id = few.id"
        )
        return read(self.session, sql, values)

    def _contacts(self, bounds: str, values: Sequence[str], judge: _Judge) -> None:
        owners = self.viewer.owners
        sight = (
            "" if owners is None else " AND (c.owner_id IS NULL OR c.owner_id IN (<owners>) OR c.merged_into_id > 0)"
        )
        sight = sight.replace("<owners>", marks(sorted(owners or ())))
        sql = (
            f"SELECT {self._sql.columns}, p.value, c.merged_into_id "  # noqa: S608
            f"FROM contact_point p JOIN customer c ON c.id = p.customer_id WHERE {bounds}{sight} LIMIT {_MOST_OWN}"
        )
        self._keep_contacts(read(self.session, sql, (*values, *sorted(owners or ()))), judge)

    def _keep_contacts(self, rows: Iterable[tuple[Any, ...]], judge: _Judge) -> None:
        """Rows of (id, owner, last contact, value, merged into), each led to its survivor."""
        for *row, value, merged in rows:
            id_, owner, contact = row if merged is None else self._survivor(merged)
            if self.viewer.sees(owner):
                self._keep([(id_, owner, contact, value)], judge)

    def _survivor(self, customer_id: int) -> Sequence[Any]:
        sql = f"SELECT {self._sql.columns}, c.merged_into_id FROM customer c WHERE c.id = ?"  # noqa: S608
        *row, merged = read(self.session, sql, (customer_id,))[0]
        return row if merged is None else self._survivor(merged)

    def _keep(self, rows: Sequence[Any], judge: _Judge) -> int:
        found, mine, today = self._found, self.viewer.staff_id, self._today
        for id_, owner, contact, line in rows:
            if id_ in found or (grade := judge(line)) is None:
                continue
            match, extra = grade
            own = owner is not None and owner == mine
            age = None if contact is None else today - contact
            found[id_] = Ranked(id_, match, score(match, extra, own=own, age_days=age), own)
        return len(rows)

    def _text_from(self, column: str, start: str) -> tuple[str, tuple[str, str]]:
        """The SQL of "begins so" for any text, byte by byte whatever the collation."""
        return self._sql.begins.replace("<column>", column), (start, f"{start}\U0010ffff")


def _digits_from(column: str, start: str) -> tuple[str, tuple[str, ...]]:
    """The SQL of "begins so" for digits, which every collation orders alike."""
    kept = start.rstrip("9")
    if not kept or not kept[-1].isdigit():
        return f"{column} >= ?", (start,)
    return f"{column} >= ? AND {column} < ?", (start, f"{kept[:-1]}{int(kept[-1]) + 1}")


def _match_of_phone(digits: str, value: str) -> Match:
    """A whole number may leave out its country, of up to three digits."""
    return Match.PHONE if len(digits) >= 7 and len(value.lstrip("+")) - len(digits) <= 3 else Match.PHONE_TAIL
