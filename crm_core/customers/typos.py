"""Mistyped names: asked for only when nothing was found as it was typed."""

from collections.abc import Callable, Iterator
from threading import Lock
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein
from sqlmodel import Session

from crm_core.customers import questions
from crm_core.customers.matches import Match
from crm_core.customers.questions import Question
from crm_core.text import tokens
from crm_core.text.pinyin import fuzzy
from crm_core.text.postings import read
from crm_core.text.terms import Query, Term, either, every
from crm_core.text.tokens import Entry

_Judge = Callable[[str], tuple[Match, float] | None]

#: Words read again at each look, because other writers commit in another order than they count.
_OVERLAP = 1000


def readings_of(session: Session, question: Question) -> Iterator[tuple[Query, _Judge]]:
    """Queries for what may have been meant, the likeliest first, each with the judge of its answers."""
    run = question.single
    if run and tokens.is_cjk(run):
        yield questions.homophones(run), lambda _: (Match.SIMILAR, 8.0)
        near = questions.near(run)
        if near is not None:
            yield near, lambda line: _one_character_off(run, line)
        return
    mended = [_mended(session, word) for word in question.runs]
    if any(mended):
        parts = [
            either(*found) if found else questions.any_meaning(word)
            for word, found in zip(question.runs, mended, strict=True)
        ]
        yield every(*parts), lambda _: (Match.SIMILAR, 5.0)


def _one_character_off(run: str, line: str) -> tuple[Match, float] | None:
    """Whether a name, or a part of a long one, differs from `run` by one character written, left out or added."""
    entry = Entry.of_line(line)
    for text in (*entry.names, *entry.companies):
        name = tokens.joined(text)
        if any(Levenshtein.distance(run, part, score_cutoff=1) <= 1 for part in _parts(name, len(run))):
            return Match.SIMILAR, 4.0 - abs(len(name) - len(run)) / 10
    return None


def _parts(name: str, length: int) -> Iterator[str]:
    yield name
    if len(name) > length > 3:
        yield from (name[at : at + length] for at in range(len(name) - length + 1))


def _mended(session: Session, word: str) -> list[Query]:
    """What a mistyped Latin word may be: known words that are near it, and pinyin with two letters swapped."""
    if tokens.is_cjk(word) or len(word) < 4 or not word.isalpha():
        return []
    near = [Term(f"e{known}") for known in _VOCABULARY.near(session, word)]
    return list(dict.fromkeys([*near, *(Term(f"p{sound}") for sound in _slips(word))]))


def _slips(word: str) -> set[str]:
    """The folded pinyin without one of its letters, or with two neighbours swapped."""
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    dropped = {word[:at] + word[at + 1 :] for at in range(len(word))}
    return {fuzzy(slip) for slip in swapped | dropped} if word.isascii() else set()


class _Vocabulary:
    """The Latin words of each database, by length, read on first need and topped up at each."""

    def __init__(self) -> None:
        self._words: WeakKeyDictionary[object, dict[int, dict[str, None]]] = WeakKeyDictionary()
        self._last: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._lock = Lock()

    def near(self, session: Session, word: str, most: int = 8) -> list[str]:
        """Known words within one slip, or two in a long word; the nearest first."""
        words = self._of(session)
        slips = 1 if len(word) < 7 else 2
        known = [other for length in range(len(word) - slips, len(word) + slips + 1) for other in words.get(length, ())]
        found = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=most)
        return [other for other, _, _ in found]

    def _of(self, session: Session) -> dict[int, dict[str, None]]:
        pool = session.get_bind().engine.pool
        with self._lock:
            words = self._words.setdefault(pool, {})
            last = self._last.get(pool, 0)
            for id_, word in read(session, "SELECT id, word FROM search_word WHERE id > ?", (last - _OVERLAP,)):
                words.setdefault(len(word), {})[word] = None
                last = max(last, id_)
            self._last[pool] = last
        return words


_VOCABULARY = _Vocabulary()
