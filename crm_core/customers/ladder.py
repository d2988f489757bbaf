"""The rungs of a lookup: which questions the index is asked, in which order, and when that is enough."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from crm_core.customers import questions, typos
from crm_core.customers.candidates import MOST, MOST_OWN, Candidates, digits_from
from crm_core.customers.grades import by_length, graded, score
from crm_core.customers.matches import Match
from crm_core.customers.questions import Question, Rung
from crm_core.people.viewer import Viewer
from crm_core.text import tokens
from crm_core.text.terms import Query, Term, either, every, holds

#: Of the customers contacted last, so many are looked at when a question has more answers than can be ranked.
_RECENT = 50
#: So few letters are the initials, the surname or a syllable of many, and the beginning of a name nevertheless.
_FEW = 2
#: Of a single letter so many of those contacted last are looked at, and as many of the new ones.
_LATELY = 100

#: How a candidate fits, or None when it does not after all.
_Judge = Callable[[str], tuple[Match, float] | None]


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
        self._candidates = Candidates(session, viewer)
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
        self._keep(self._candidates.of_id(customer_id), lambda _: (Match.ID, 0.0))

    def _phone(self, digits: str) -> None:
        """By the tail, which the whole number is too; then by the beginning, with or without a country."""
        tail = digits.lstrip("0") if len(digits) > 6 else digits
        backwards = tail[::-1]
        bounds, values = digits_from("p.reversed", backwards)
        self._contacts(bounds, values, lambda value: (_match_of_phone(tail, value), 0.0))
        for start in (f"+{digits}", f"+86{digits}"):
            if not self._found and len(digits) > 3:
                bounds, values = digits_from("p.value", start)
                self._contacts(f"{bounds} AND p.kind = 'phone'", values, lambda _: (Match.PHONE_TAIL, 0.0))

    def _email(self, text: str) -> None:
        bounds, values = self._candidates.text_from("p.value", text)
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
        rows = self._candidates.visible(query)
        if len(rows) == MOST:
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
            if not self._enough() and self._own(rung.query, self._judge_of(rung)) >= MOST_OWN:
                self._recent(rung, own=True)
        for rung in question.ladder:
            if self._enough():
                return
            if self._visible(rung.query, self._judge_of(rung)) >= MOST and self.viewer.owners is None:
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
            rows = self._candidates.entries(" UNION ALL ".join(parts), (*values, *values))
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
            bounds, values = self._candidates.text_from("p.value", run)
            self._contacts(f"{bounds} AND p.kind = 'email'", values, lambda _: (Match.EMAIL_START, 0.0))

    def _tail(self, digits: str) -> None:
        """Somebody with this phone tail to whom the other words apply too."""
        others = [run for run in self.question.runs if run != digits]
        query = every(*(questions.any_meaning(run) for run in others))
        bounds, values = digits_from("p.reversed", digits[::-1])
        ids = f"SELECT p.customer_id AS id FROM contact_point p WHERE {bounds} LIMIT {MOST_OWN}"  # noqa: S608
        rows = self._candidates.entries(ids, values)
        self._keep(
            [row for row in rows if self.viewer.sees(row[1]) and holds(query, tokens.of_line(row[3]))],
            lambda _: (Match.PHONE_TAIL, 0.0),
        )

    def _ask(self, query: Query, judge: _Judge) -> None:
        """Everybody's customers; one's own besides, where there are more than were looked at."""
        if self._visible(query, judge) == MOST:
            self._own(query, judge)

    def _ask_own_first(self, query: Query, judge: _Judge) -> None:
        """For what many customers fit: one's own are enough most of the time."""
        self._own(query, judge)
        if not self._enough():
            self._visible(query, judge)

    def _own(self, query: Query, judge: _Judge) -> int:
        """Keep what there is of one's own customers; returns how many rows that were."""
        return self._keep(self._candidates.own(query), judge)

    def _visible(self, query: Query, judge: _Judge) -> int:
        """The same of everybody's."""
        return self._keep(self._candidates.visible(query), judge)

    def _recent(self, rung: Rung, *, own: bool) -> None:
        """Of too many answers, those with the latest contact: the index has no order of contact."""
        mine = "owner_id = ? AND " if own else ""
        latest = f"SELECT id FROM customer WHERE {mine}last_contact_at IS NOT NULL ORDER BY last_contact_at DESC"  # noqa: S608
        rows = self._candidates.entries(f"{latest} LIMIT {_RECENT}", (self.viewer.staff_id,) if own else ())
        self._keep([row for row in rows if holds(rung.query, tokens.of_line(row[3]))], self._judge_of(rung))

    def _contacts(self, bounds: str, values: Sequence[str], judge: _Judge) -> None:
        self._keep(self._candidates.with_contact(bounds, values), judge)

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


def _match_of_phone(digits: str, value: str) -> Match:
    """A whole number may leave out its country, of up to three digits."""
    return Match.PHONE if len(digits) >= 7 and len(value.lstrip("+")) - len(digits) <= 3 else Match.PHONE_TAIL
