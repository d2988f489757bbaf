"""How well a customer that was found fits the question: the kind of match, and a score to order by."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from crm_core.customers.questions import POSITIONS, Question
from crm_core.text import tokens
from crm_core.text.pinyin import fuzzy, readings
from crm_core.text.tokens import Entry


class Match(StrEnum):
    """Why a customer was found, the surest first."""

    ID = "id"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    OTHER_NAME = "other_name"
    PHONE_TAIL = "phone_tail"
    TITLE = "title"
    START = "start"
    PINYIN = "pinyin"
    SEVERAL = "several"
    PART = "part"
    EMAIL_START = "email_start"
    COMPANY = "company"
    INITIALS = "initials"
    TAG = "tag"
    SIMILAR = "similar"


#: Surely the one that was meant, if there is only one such.
SURE = frozenset({Match.ID, Match.PHONE, Match.EMAIL, Match.NAME, Match.OTHER_NAME})

_WORTH = {
    Match.ID: 200.0, Match.PHONE: 110.0, Match.EMAIL: 110.0, Match.NAME: 100.0, Match.OTHER_NAME: 96.0,
    Match.PHONE_TAIL: 80.0, Match.TITLE: 66.0, Match.START: 60.0, Match.PINYIN: 52.0, Match.SEVERAL: 55.0,
    Match.PART: 50.0, Match.EMAIL_START: 46.0, Match.COMPANY: 44.0, Match.INITIALS: 48.0, Match.TAG: 42.0,
    Match.SIMILAR: 20.0,
}  # fmt: skip

#: More than lies between a whole name and its beginning: one's own 王小明 comes before a stranger called 王小.
_OWN = 60.0
_RECENT = 20.0
_HALF_LIFE_DAYS = 30.0


@dataclass(frozen=True)
class Grade:
    match: Match
    score: float


def worth(match: Match, *, own: bool, age_days: float | None) -> float:
    """The score of a match: its kind, one's own customers, and how recent the last contact was."""
    recent = 0.0 if age_days is None else _RECENT * 2 ** (-age_days / _HALF_LIFE_DAYS)
    return _WORTH[match] + (_OWN if own else 0.0) + recent


def age_days(last_contact: datetime | str | None, now: datetime) -> float | None:
    """Days since a moment as either database gives it."""
    if last_contact is None:
        return None
    moment = datetime.fromisoformat(last_contact) if isinstance(last_contact, str) else last_contact
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((now - moment).total_seconds() / 86_400, 0.0)


def graded(question: Question, line: str) -> tuple[Match, float]:
    """How the customer of this index entry fits: the match, and up to ten points to tell equals apart."""
    entry = Entry.of_line(line)
    names = [name if name.isalnum() else tokens.joined(name) for name in entry.names]
    if question.key in names:
        return (Match.NAME if names[0] == question.key else Match.OTHER_NAME), 0.0
    if entry.is_company and _is_company(question, entry):
        return Match.NAME, -1.0
    if question.surname and (fits := _addressed(question, entry, names)):
        return fits
    if question.single:
        return _of_one_word(question, entry, names)
    if question.pinyin and any(question.pinyin == sound for name in names for sound in _sounds(name)):
        return Match.PINYIN, 8.0
    return Match.SEVERAL, float(sum(_holds(run, names, entry) for run in question.runs))


def _is_company(question: Question, entry: Entry) -> bool:
    bare = tokens.joined(tokens.bare_company(question.text))
    return any(bare == tokens.joined(tokens.bare_company(name)) for name in entry.names)


def _addressed(question: Question, entry: Entry, names: list[str]) -> tuple[Match, float] | None:
    """`张总`: the surname fits, and better with a position that says so."""
    fits = any(name.startswith(question.surname) for name in names)
    if len(question.surname) > 1 and not fits:
        fits = any(question.surname.endswith(name) or question.surname in name for name in names)
        fits = fits or any(name and question.surname.endswith(name[0]) for name in names)
    if not fits:
        return None
    words = POSITIONS.get(question.title, (question.title,))
    return Match.TITLE, 9.0 if any(word in entry.position for word in words) else 0.0


def _of_one_word(question: Question, entry: Entry, names: list[str]) -> tuple[Match, float]:
    run = question.single
    short = -min(len(names[0]), 40) / 10 if names else 0.0
    if any(name.startswith(run) for name in names):
        return Match.START, short
    if any(run in name for name in names):
        return Match.PART, short
    if any(run in company for company in entry.companies):
        return Match.COMPANY, short
    if any(run == tokens.joined(tag) for tag in entry.tags):
        return Match.TAG, short
    return _by_sound(run, names)


def _by_sound(run: str, names: list[str]) -> tuple[Match, float]:
    heard = fuzzy(run)
    sounds = [sound for name in names for sound in _sounds(name)]
    if heard in sounds:
        return Match.PINYIN, 8.0
    if any(sound.startswith(heard) for sound in sounds):
        return Match.PINYIN, 4.0
    if any(heard in sound for sound in sounds):
        return Match.PINYIN, 0.0
    return Match.INITIALS, -len(names[0]) / 10 if names else 0.0


@lru_cache(maxsize=20_000)
def _sounds(name: str) -> tuple[str, ...]:
    return () if name.isascii() else tuple(fuzzy("".join(syllables)) for syllables in readings(name))


def _holds(run: str, names: list[str], entry: Entry) -> int:
    if run in names:
        return 3
    return 2 if any(run in name for name in names) else int(any(run in company for company in entry.companies))
