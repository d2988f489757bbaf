"""What a person types to find a customer, read into queries over tokens.

The forms of address are read too: `张总`, `王老师`, `Mr Li` mean a surname, unless somebody is literally called so.
"""

import re
from dataclasses import dataclass, replace

from crm_core.customers.matches import Match
from crm_core.errors import Invalid
from crm_core.text import tokens
from crm_core.text.folding import fold
from crm_core.text.pinyin import COMPOUND_SURNAMES, fuzzy, readings
from crm_core.text.terms import Query, Term, either, every

#: Longest query, in characters.
LONGEST_QUERY = 200
#: More words than these are not a name.
MOST_WORDS = 12

_ID = re.compile(r"#\s*([0-9]{1,30})")
_PHONE = re.compile(r"\+?[0-9\s().\-/]{4,40}")
_EMAIL = re.compile(r"\S*@\S*")
_ADDRESS_AFTER = re.compile(
    r"(.{1,6}?)(总经理|董事长|总监|总|经理|老师|女士|先生|小姐|太太|夫人|主任|医生|大夫|教授|博士|老板|董|工程师|工|律师"
    r"|处长|局长|科长|部长|主管|院长|校长|店长|厂长|行长|书记|秘书|助理|哥|姐|叔|阿姨|师傅|同学|会计|顾问|代表|专员)"
)
_ADDRESS_BEFORE = re.compile(r"[老小阿](.)")
_LATIN_ADDRESS = frozenset({"mr", "ms", "mrs", "miss", "dr", "prof", "professor", "sir", "madam"})

#: What a position says where the form of address is shorter.
POSITIONS = {
    "总": ("总", "ceo", "coo", "cto", "cfo", "cmo", "president", "vp", "director"),
    "董": ("董",),
    "工": ("工程师", "engineer"),
    "经理": ("经理", "manager"),
    "老师": ("老师", "教师", "教授", "teacher"),
    "医生": ("医生", "医师", "doctor"),
    "大夫": ("医生", "医师", "doctor"),
    "律师": ("律师", "lawyer"),
}


@dataclass(frozen=True)
class Rung:
    """One way a question can be meant. `match`: what its answers are; None: they are looked at one by one."""

    query: Query
    match: Match | None = None


@dataclass(frozen=True)
class Question:
    """One question. Exactly one of `id`, `digits`, `email`, `runs` says what is looked for.

    `key`: all of it without spaces. `company`: the same without a legal form. `ladder`: every way it can be meant, the
    likeliest first; `whole`: all of them and the whole name in one, where what is asked says so much that few customers
    will fit. `tail`: the end of a phone among other words. `address`: a form of address, `title` of `surname`.
    """

    text: str
    key: str = ""
    id: int | None = None
    digits: str = ""
    email: str = ""
    runs: tuple[str, ...] = ()
    tail: str = ""
    company: str = ""
    ladder: tuple[Rung, ...] = ()
    whole: Query | None = None
    address: Query | None = None
    surname: str = ""
    title: str = ""
    single: str = ""


def read(query: str) -> Question | None:
    """Read a question; None when there is nothing in it to look for. Raises `Invalid("query_too_long")`."""
    if len(query) > LONGEST_QUERY:
        raise Invalid("query_too_long", limit=LONGEST_QUERY)
    text = " ".join(fold(query).split())
    if found := _ID.fullmatch(text):
        return Question(text, id=int(found[1]))
    if _EMAIL.fullmatch(text) and len(text) > 1:
        return Question(text, email=text)
    digits = "".join(re.findall("[0-9]", text))
    if _PHONE.fullmatch(text) and len(digits) >= 4:
        return Question(text, key=tokens.joined(text), digits=digits)
    return _of_words(text)


def _of_words(text: str) -> Question | None:
    runs = tuple(tokens.runs(text)[:MOST_WORDS])
    latin_title = len(runs) > 1 and runs[0] in _LATIN_ADDRESS
    runs = runs[1:] if latin_title else runs
    if len(runs) > 1:
        runs = tuple(bare for run in runs if (bare := run.removeprefix("的").removesuffix("的")))
    if not runs:
        return None
    tail = next((run for run in runs if len(runs) > 1 and run.isdecimal() and len(run) >= 4), "")
    key = "".join(runs)[:60]
    pinyin = fuzzy(key) if key.isascii() and key.isalpha() else ""
    single = key if len(runs) == 1 else ""
    company = tokens.joined(tokens.bare_company(text))
    ladder = _ladder(runs, pinyin)
    whole = either(Term(f"k{key}"), *(rung.query for rung in ladder)) if _says_much(runs) and not pinyin else None
    question = Question(text, key=key, company=company, runs=runs, single=single, tail=tail, ladder=ladder, whole=whole)
    return _addressed(question) if single and tokens.is_cjk(single) else question


def _addressed(question: Question) -> Question:
    """The same question, with its form of address understood."""
    found = _ADDRESS_AFTER.fullmatch(question.key)
    if found is None:
        return question
    name, title = found.groups()
    is_surname = len(name) == 1 or name in COMPOUND_SURNAMES
    query = Term(f"a{name}") if is_surname else either(meanings(name)[0], *split(name))
    return replace(question, address=query, surname=name, title=title)


def _says_much(runs: tuple[str, ...]) -> bool:
    """Three characters, or several words none of which is a bare surname: rarely more than a hundred customers."""
    if len(runs) == 1:
        return tokens.is_cjk(runs[0]) and len(runs[0]) > 2
    return all(len(run) > (1 if tokens.is_cjk(run) else 3) for run in runs)


def _ladder(runs: tuple[str, ...], pinyin: str) -> tuple[Rung, ...]:
    if len(runs) == 1:
        return _of_characters(runs[0]) if tokens.is_cjk(runs[0]) else _of_letters(runs[0])
    together = (Rung(Term(f"p{pinyin}"), Match.PINYIN),) if pinyin else ()
    return (*together, Rung(every(*(any_meaning(run) for run in runs))))


def meanings(run: str) -> list[Query]:
    """What one word may be of a customer, the likeliest first."""
    return [rung.query for rung in (_of_characters(run) if tokens.is_cjk(run) else _of_letters(run))]


def any_meaning(run: str) -> Query:
    """All of that in one query; a name's characters include its surname."""
    found = meanings(run)
    return either(*(found[1:] if tokens.is_cjk(run) and len(run) == 1 else found))


def _of_characters(run: str) -> tuple[Rung, ...]:
    if len(run) == 1:
        return Rung(Term(f"a{run}")), Rung(Term(f"u{run}")), Rung(Term(f"g{run}"), Match.TAG)
    bare = tokens.bare_company(run)
    parts = tokens.pairs(bare)[:24] if len(bare) > 1 else tokens.pairs(run)
    name, company = (every(*(Term(f"{letter}{pair}") for pair in parts)) for letter in "bc")
    return Rung(name), Rung(company), Rung(Term(f"g{run}"), Match.TAG)


def _of_letters(run: str) -> tuple[Rung, ...]:
    word = [Rung(Term(f"e{run[: tokens.LONGEST_WORD]}"))]
    if run.isascii() and run.isalpha():
        heard = fuzzy(run)
        word += [Rung(Term(f"{letter}{heard}"), Match.PINYIN) for letter in "sp"]
        letters = dict.fromkeys(part for part in (run, heard) if 2 <= len(part) <= 8)
        word += [Rung(Term(f"i{part}"), Match.INITIALS) for part in letters]
    return (*word, Rung(Term(f"g{run}"), Match.TAG))


def beginnings(question: Question, shortest: int) -> Query | None:
    """The question with its Latin words only begun: `joh` for `john`, `zhangs` for `zhangsan`. Words of less than
    `shortest` letters are whole."""
    if not any(_begun(run, shortest) for run in question.runs):
        return None
    return every(*(either(*begun) if (begun := _begun(run, shortest)) else any_meaning(run) for run in question.runs))


def _begun(run: str, shortest: int) -> list[Query]:
    if tokens.is_cjk(run) or len(run) < shortest:
        return []
    heard = fuzzy(run) if run.isascii() and run.isalpha() else ""
    starts = [f"e{run}", f"p{heard}"] if len(heard) > 3 else [f"e{run}"]
    return [*(Term(start, starts=True) for start in starts)]


def guesses(question: Question) -> Query | None:
    """Further readings of one Chinese word that nothing literally matched: `老张`, `腾讯张三`, `Acme的张三`."""
    run = question.single
    if not run or not tokens.is_cjk(run):
        return None
    nickname = _ADDRESS_BEFORE.fullmatch(run)
    if nickname:
        return Term(f"a{nickname[1]}")
    parts = split(run)
    return either(*parts) if parts else None


def split(run: str) -> list[Query]:
    """A company and a person written as one word, at every place where one may end."""
    found: list[Query] = []
    for at in range(2, min(len(run), 12)):
        company, person = run[:at].removesuffix("的"), run[at:].removeprefix("的")
        if len(company) > 1 and person:
            pairs = [Term(f"c{pair}") for pair in tokens.pairs(company)]
            found.append(every(*pairs, meanings(person)[0]))
    return found


def homophones(run: str) -> Query:
    """Names that sound like this run of Chinese characters."""
    heard = ["".join(syllables) for syllables in readings(run[:8])]
    return either(*dict.fromkeys(Term(token) for sound in heard for token in (f"p{fuzzy(sound)}", f"k{sound}")))


def near(run: str) -> Query | None:
    """Candidates for one wrong, missing or superfluous character in this run of Chinese characters."""
    if not 2 <= len(run) <= 12:
        return None
    if len(run) == 2:
        return every(*(Term(f"u{character}") for character in run))
    without = [run[:at] + run[at + 1 :] for at in range(len(run))]
    names = [every(*(Term(f"u{character}") for character in rest)) for rest in without]
    companies = [every(*kept) for at in range(len(run)) if len(run) > 3 and (kept := _pairs_without(run, at))]
    return either(*dict.fromkeys(names + companies))


def _pairs_without(run: str, at: int) -> list[Query]:
    """The pairs of a company's name that a slip at this place leaves alone."""
    found: list[Query] = []
    found += [Term(f"c{pair}") for place, pair in enumerate(tokens.pairs(run)) if place not in {at - 1, at}]
    return found
