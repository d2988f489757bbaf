"""How well a customer that was found fits the question: the kind of match, and points to order by."""

from crm_core.customers.matches import WORTH, Match
from crm_core.customers.questions import POSITIONS, Question
from crm_core.text import tokens

#: More than lies between a whole name and its beginning: one's own 王小明 comes before a stranger called 王小.
_OWN = 60.0
_RECENT = 20.0
_HALF_LIFE_DAYS = 30.0

_Names = tuple[str, ...] | list[str]


def score(match: Match, extra: float, *, own: bool, age_days: float | None) -> float:
    """The points of a match: its kind, one's own customers, and how recent the last contact was."""
    recent = 0.0 if age_days is None else _RECENT * 2 ** (-max(age_days, 0.0) / _HALF_LIFE_DAYS)
    return WORTH[match] + extra + (_OWN if own else 0.0) + recent


def by_length(line: str) -> float:
    """Less for a longer name: of those that hold the same part, the shortest are meant most likely."""
    return -len(line.split("\n", 3)[2]) / 10


def graded(question: Question, line: str) -> tuple[Match, float]:
    """How the customer of this index entry fits: the match, and up to ten points to tell equals apart."""
    _, kind, written, companies, tags, position = line.split("\n")
    key = question.key
    if written == key:
        return Match.NAME, 0.0
    names: _Names = (written,) if written.isalnum() else [tokens.joined(name) for name in written.split("\t")]
    if key in names:
        return (Match.NAME if names[0] == key else Match.OTHER_NAME), 0.0
    if kind == "company" and question.company in [
        tokens.joined(tokens.bare_company(name)) for name in written.split("\t")
    ]:
        return Match.NAME, -1.0
    if question.surname and (fits := _addressed(question, position, names)):
        return fits
    if question.single:
        return _of_one_word(question.single, names, companies, tags)
    return Match.SEVERAL, float(sum(_holds(run, names, companies) for run in question.runs))


def _addressed(question: Question, position: str, names: _Names) -> tuple[Match, float] | None:
    """`张总`: the surname fits, and better with a position that says so."""
    if not any(_is_addressed(name, question.surname) for name in names):
        return None
    words = POSITIONS.get(question.title, (question.title,))
    return Match.TITLE, 9.0 if any(word in position for word in words) else 0.0


def _is_addressed(name: str, surname: str) -> bool:
    """`surname` may also be a given name, or a company and a surname: `三丰`, `腾讯张`."""
    return name.startswith(surname) or (len(surname) > 1 and (surname in name or surname.endswith(name[0])))


def _of_one_word(run: str, names: _Names, companies: str, tags: str) -> tuple[Match, float]:
    short = -min(len(names[0]), 40) / 10
    if any(name.startswith(run) for name in names):
        return Match.START, short
    if any(run in name for name in names):
        return Match.PART, short
    if run in companies:
        return Match.COMPANY, short
    if run in tags:
        return Match.TAG, short
    return (Match.PINYIN if run.isascii() else Match.PART), short


def _bare(company: str) -> str:
    return tokens.joined(tokens.bare_company(company))


def _holds(run: str, names: _Names, companies: str) -> int:
    if run in names:
        return 3
    return 2 if any(run in name for name in names) else int(run in companies)
