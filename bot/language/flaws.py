"""What is wrong with a document that was written for the program, and where; what is repeated is counted from 1.

No sentence repeats what was written: it may be a secret.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.language.phrase import Phrase
from bot.language.phrases import flaws as phrases
from crm_core.words import why_unread

_TOML = re.compile(r"(?P<said>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


class Flaw(ValueError):
    """What a check of ours refuses. A detail may be several phrases."""

    def __init__(self, phrase: Phrase, **details: object) -> None:
        super().__init__(phrase.en)
        self._phrase = phrase
        self._details = details

    def say(self, language: str) -> str:
        return self._phrase.say(language, **{name: _said(value, language) for name, value in self._details.items()})


def _said(detail: object, language: str) -> object:
    if not isinstance(detail, tuple):
        return detail
    return joined((phrase.say(language) for phrase in detail), language)


def joined(said: Iterable[str], language: str) -> str:
    """One after the other, in one line."""
    return phrases.AND.say(language).join(said)


def found_in(error: ValidationError) -> list[ErrorDetails]:
    """The flaws, without what was written."""
    return error.errors(include_input=False, include_url=False)


def sentences(found: Iterable[ErrorDetails], language: str) -> list[tuple[str, str]]:
    """The place and the problem of each flaw."""
    return [(place(_parts(one), language), problem(one, language)) for one in found]


def together(found: Iterable[ErrorDetails], language: str) -> str:
    """All flaws, each after its place, in one line."""
    each = (phrases.AT.say(language, place=where, problem=what) for where, what in sentences(found, language))
    return joined(each, language)


def first(error: ValidationError, language: str) -> str:
    """The first flaw and its place, in one sentence."""
    where, what = sentences(found_in(error), language)[0]
    return phrases.AT.say(language, place=where, problem=what)


def place(parts: Sequence[str | int], language: str) -> str:
    """`bot.language`; "sequence no. 1, steps no. 3, wait"."""
    groups = [""]
    for part in parts:
        if isinstance(part, int):
            groups[-1] = phrases.NUMBERED.say(language, name=groups[-1], number=part + 1).strip()
            groups.append("")
        else:
            groups[-1] = f"{groups[-1]}.{part}".lstrip(".")
    return phrases.BETWEEN.say(language).join(filter(None, groups))


def _parts(found: ErrorDetails) -> Sequence[str | int]:
    """Text that is no JSON has a number of letters for its place."""
    return found["loc"][:-1] if found["type"] == "json_invalid" else found["loc"]


def problem(found: ErrorDetails, language: str) -> str:
    """What is wrong there."""
    context = found.get("ctx", {})
    ours, known = context.get("error"), phrases.KINDS.get(found["type"], phrases.OTHER)
    if isinstance(ours, Flaw):
        return ours.say(language)
    return known.say(language, **_details(context, language))


def _details(context: Mapping[str, object], language: str) -> dict[str, object]:
    """`expected` comes as "'a', 'b' or 'c'"."""
    if language != "zh" or "expected" not in context:
        return dict(context)
    return {"expected": str(context["expected"]).replace(" or ", "、").replace(", ", "、")}


def unreadable(error: OSError | ValueError | RecursionError, language: str) -> str:
    """Why a file could not be read as TOML or JSON."""
    if isinstance(error, OSError):
        return why_unread(error).say(language)
    if isinstance(error, UnicodeDecodeError):
        return phrases.NOT_UTF8.say(language)
    if isinstance(error, RecursionError):
        return phrases.TOO_DEEP.say(language)
    return _not_parsed(error, language)


def _not_parsed(error: ValueError, language: str) -> str:
    if isinstance(error, json.JSONDecodeError):
        where = phrases.LINE.say(language, line=error.lineno, column=error.colno)
        return phrases.AT.say(language, place=where, problem=phrases.SYNTAX.say(language))
    found = _TOML.fullmatch(str(error))
    if found is None:
        return phrases.SYNTAX.say(language)
    where = phrases.END.say(language) if found["line"] is None else phrases.LINE.say(language, **found.groupdict())
    what = phrases.TWICE if found["said"].startswith("Cannot") else phrases.SYNTAX
    return phrases.AT.say(language, place=where, problem=what.say(language))
