"""What a segment says, as a tree; `str` of it is one line that reads back as the same tree."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Words that are operators when they stand alone, and Chinese ones also inside a run of characters.
AND_WORDS = frozenset({"and", "且", "并且", "而且"})
OR_WORDS = frozenset({"or", "或", "或者"})
NOT_WORDS = frozenset({"not", "非", "不是"})

_PLAIN = re.compile(r"[\w·.+/#%-]+(?: [\w·.+/#%-]+)*")
_QUOTES = (('"', '"'), ("「", "」"), ("『", "』"), ("“", "”"))
_HAS_OPERATOR = re.compile(r"且|或|(?:^| )(?:非|不是)|\b(?:and|or|not)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """The name of a tag, a stage or a saved segment. `at`: where it stands in what was typed, from 1."""

    name: str
    at: int = dataclasses.field(default=1, compare=False)

    def __str__(self) -> str:
        return quoted(self.name)


@dataclass(frozen=True)
class Compare:
    """`field` is a name of `vocabulary.FIELDS`, or what a custom field is called; `operator` one of : < <= > >=."""

    field: str
    operator: str
    value: str
    at: int = dataclasses.field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{quoted(self.field)}{self.operator}{quoted(self.value)}"


@dataclass(frozen=True)
class Not:
    part: "Expression"

    def __str__(self) -> str:
        return f"!{_inside(self.part)}"


@dataclass(frozen=True)
class And:
    parts: tuple["Expression", ...]

    def __str__(self) -> str:
        return " & ".join(_inside(part) for part in self.parts)


@dataclass(frozen=True)
class Or:
    parts: tuple["Expression", ...]

    def __str__(self) -> str:
        return " | ".join(_inside(part) for part in self.parts)


Expression = Word | Compare | Not | And | Or


def quoted(name: str) -> str:
    """A name as it is written in an expression: in quotes when it needs them."""
    if _PLAIN.fullmatch(name) and not _HAS_OPERATOR.search(name):
        return name
    before, after = next((pair for pair in _QUOTES if pair[1] not in name), _QUOTES[0])
    return f"{before}{name.replace(after, '')}{after}"


def leaves(expression: Expression) -> Iterator[Word | Compare]:
    """Every name and comparison in it, from left to right."""
    if isinstance(expression, Word | Compare):
        yield expression
    elif isinstance(expression, Not):
        yield from leaves(expression.part)
    else:
        for part in expression.parts:
            yield from leaves(part)


def _inside(part: Expression) -> str:
    return f"({part})" if isinstance(part, And | Or) else str(part)
