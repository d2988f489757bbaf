"""Tokens: what the text indexes of both databases hold, one string of words per row.

A token is a letter for its field and a folded word of letters and digits, so neither database parses any language.

| customer | is |
|---|---|
| `k` `u` `b` | a whole name without spaces; its Chinese characters; its pairs of characters |
| `a` `s` | the surname, and its pinyin |
| `p` `i` | syllables of a name joined, every part of it; its initials |
| `e` | a Latin word of a name or a company |
| `c` `g` `o` | pairs of characters of the company; a tag; the owner |

A message has `o`, the pairs of its Chinese characters as they are, and `w` with each word; on PostgreSQL also `y`, its
age.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from crm_core.text.folding import fold
from crm_core.text.pinyin import COMPOUND_SURNAMES, fuzzy, readings

#: Raise it whenever the tokens of a text change: both indexes are then rebuilt before they are used.
VERSION = 2

#: What of a message is indexed, in characters; and the longest word.
LONGEST_TEXT = 50_000
LONGEST_WORD = 40
_LONGEST_KEY = 60
_LONGEST_NAME = 24

_CJK = "\u2e80-\u2fdf\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
#: Begins where a run begins: tried from every letter, a run of 20,000 would take seconds.
_COMPOUND = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:[-_./'’#@][a-z0-9]++)+")
_TAIL_NUMBER = re.compile(r"[a-z]([0-9]{3,})$")
_LEGAL_FORM = re.compile(
    r"(?:(?:股份|责任|集团|控股|\(集团\))*(?:有限责任公司|有限公司|股份公司|总公司|分公司)|[\s,]+(?:inc|ltd|llc|gmbh|corp|co|plc|limited)\.?)+$"
)


@dataclass(frozen=True)
class Entry:
    """What a customer is found by, folded. `names`: the present one first, then aliases, former and merged ones."""

    owner_id: int
    is_company: bool
    names: tuple[str, ...]
    companies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    position: str = ""

    def line(self) -> str:
        """The entry as it is stored; folded words hold no tab and no newline."""
        kind = "company" if self.is_company else "person"
        names, companies, tags = ("\t".join(words) for words in (self.names, self.companies, self.tags))
        return "\n".join((str(self.owner_id), kind, names, companies, tags, self.position))

    @staticmethod
    def of_line(line: str) -> "Entry":
        owner, kind, names, companies, tags, position = line.split("\n")
        return Entry(int(owner), kind == "company", _listed(names), _listed(companies), _listed(tags), position)


def runs(folded: str) -> list[str]:
    """The runs of Chinese characters and the words of a folded text, in order."""
    return _RUN.findall(folded)


def is_cjk(run: str) -> bool:
    return _IS_CJK.match(run) is not None


def pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def joined(folded: str) -> str:
    """All runs of a text together: the key of a name."""
    return "".join(runs(folded))[:_LONGEST_KEY]


def bare_company(folded: str) -> str:
    """A company's name without its legal form: `acme co., ltd` → `acme`."""
    return _LEGAL_FORM.sub("", folded).rstrip(" ,.") or folded


@lru_cache(maxsize=4096)
def of_line(line: str) -> frozenset[str]:
    """The tokens of a stored entry."""
    return frozenset(of_customer(Entry.of_line(line)))


def of_customer(entry: Entry) -> list[str]:
    """The tokens of a customer, each once."""
    found = [f"o{entry.owner_id}"]
    for name in entry.names:
        found += _of_name(name, is_company=entry.is_company)
    for company in entry.companies:
        found += _of_company(company)
    found += (f"g{joined(tag)}" for tag in entry.tags)
    return list(dict.fromkeys(found))


def owned_by(owner_id: int | None) -> str:
    """The token of an owner; the pool has one too."""
    return f"o{owner_id or 0}"


def words_of(entry: Entry) -> set[str]:
    """The Latin words of a customer: the vocabulary that mistyped words are compared with."""
    return {run for text in (*entry.names, *entry.companies) for run in runs(text) if not is_cjk(run) and len(run) > 3}


def of_message(text: str, owner_id: int | None) -> list[str]:
    """The tokens of a message, each once; none for an empty text, and only then."""
    return [owned_by(owner_id), *of_text(text)] if text else []


def of_text(text: str) -> list[str]:
    """The tokens of what was said."""
    folded = fold(text[:LONGEST_TEXT])
    found: dict[str, None] = {}
    for run in runs(folded):
        found.update(dict.fromkeys(_of_run(run)))
    for compound in _COMPOUND.findall(folded):
        whole = joined(compound)
        if len(whole) <= LONGEST_WORD:
            found[f"w{whole}"] = None
    return list(found)


def _of_run(run: str) -> Iterable[str]:
    if is_cjk(run):
        return pairs(run) if len(run) > 1 else (run,)
    number = _TAIL_NUMBER.search(run)
    return (f"w{run[:LONGEST_WORD]}", f"w{number[1][:LONGEST_WORD]}") if number else (f"w{run[:LONGEST_WORD]}",)


def _of_name(name: str, *, is_company: bool) -> Iterator[str]:
    yield f"k{joined(name)}"
    if is_company:
        name = bare_company(name)
        yield f"k{joined(name)}"
    found = runs(name)
    for run in found:
        if is_cjk(run):
            yield from _of_characters(run[:_LONGEST_NAME], is_company=is_company)
        else:
            yield f"e{run[:LONGEST_WORD]}"
    latin = [run for run in found if not is_cjk(run)]
    if len(latin) > 1:
        yield f"e{''.join(latin)[:LONGEST_WORD]}"
        yield from _of_initials("".join(run[0] for run in latin))


def _of_characters(run: str, *, is_company: bool) -> Iterator[str]:
    yield from (f"u{character}" for character in run)
    yield from (f"b{pair}" for pair in pairs(run))
    if not is_company:
        yield f"a{run[0]}"
        if run[:2] in COMPOUND_SURNAMES:
            yield f"a{run[:2]}"
    for syllables in readings(run):
        yield from _of_syllables(syllables, is_company=is_company)


def _of_syllables(syllables: tuple[str, ...], *, is_company: bool) -> Iterator[str]:
    count = len(syllables)
    longest = min(count, 4)
    for start in range(count):
        for end in range(start + 1, min(start + longest, count) + 1):
            yield f"p{fuzzy(''.join(syllables[start:end]))}"
    if count > longest:
        yield f"p{fuzzy(''.join(syllables))[:LONGEST_WORD]}"
    if not is_company:
        yield f"s{fuzzy(syllables[0])}"
    yield from _of_initials("".join(syllable[0] for syllable in syllables))


def _of_initials(letters: str) -> Iterator[str]:
    return (f"i{letters[:end]}" for end in range(2, min(len(letters), 8) + 1))


def _of_company(company: str) -> Iterator[str]:
    for run in runs(bare_company(company)):
        if is_cjk(run):
            yield from (f"c{pair}" for pair in pairs(run[:_LONGEST_NAME]) or [run])
        else:
            yield f"e{run[:LONGEST_WORD]}"


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split("\t")) if words else ()
