"""Every problem the core can raise has a sentence in both languages, and is given what the sentence shows."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

import crm_core
from bot.language.phrases import api
from bot.language.problems import PROBLEMS, people, sentence
from crm_core import errors
from crm_core.people.viewer import Right

_KINDS: list[type[errors.CrmError]] = [
    *errors.Refused.__subclasses__(),
    errors.Refused,
    errors.NotFound,
    errors.NotAllowed,
]
_ERRORS = {kind.__name__ for kind in _KINDS}
_CORE = Path(crm_core.__file__).parent


class Raised(NamedTuple):
    place: str
    problem: str | None
    details: frozenset[str]


def _raised() -> Iterator[Raised]:
    for path in sorted(_CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _ERRORS:
                place = f"{path.relative_to(_CORE)}:{node.lineno}"
                yield Raised(place, _problem(node), frozenset(word.arg or "**" for word in node.keywords))


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _problem(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _places(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


RAISED = list(_raised())


def test_the_mends_of_the_api_are_for_problems_there_are_and_show_what_their_sentences_show() -> None:
    for problem, phrase in api.MENDS.items():
        shown = _places(PROBLEMS[problem].zh)
        assert _places(phrase.zh) | _places(phrase.en) <= shown, problem


def test_the_core_is_searched() -> None:
    assert {"phone_invalid", "right_missing", "changed_meanwhile"} <= {raised.problem for raised in RAISED}


@pytest.mark.parametrize("raised", RAISED, ids=lambda raised: f"{raised.problem} {raised.place}")
def test_what_the_core_raises_has_a_sentence_that_it_can_fill(raised: Raised) -> None:
    assert raised.problem is not None, "a problem is named by a literal, so that this test can find it"
    phrase = PROBLEMS[raised.problem]
    assert "**" in raised.details or _places(phrase.zh) <= raised.details


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_both_languages_of_a_sentence_have_the_same_places(problem: str) -> None:
    phrase = PROBLEMS[problem]
    assert _places(phrase.zh) == _places(phrase.en)
    assert "" not in _places(phrase.zh)
    assert phrase.zh.rstrip().endswith(("。", "?", "？"))
    assert phrase.en.rstrip().endswith((".", "?"))


def test_a_problem_is_told_in_the_language_that_is_asked_for() -> None:
    error = errors.Invalid("tier_unknown", text="Z")
    assert sentence(error, "zh").startswith("没有「Z」这个等级")
    assert sentence(error, "en").startswith('There is no tier "Z"')
    assert "Z" not in str(error)


def test_every_right_is_named() -> None:
    assert people.RIGHTS.keys() == set(Right)
