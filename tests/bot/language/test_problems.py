"""Every problem the core can raise has a sentence in both languages, and is given what the sentence shows."""

import ast
import re
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
    kind: str
    place: str
    problem: str | None
    details: frozenset[str]


def _raised() -> Iterator[Raised]:
    for path in sorted(_CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _ERRORS:
                place = f"{path.relative_to(_CORE)}:{node.lineno}"
                details = frozenset(word.arg or "**" for word in node.keywords)
                yield Raised(_name(node.func), place, _problem(node), details)


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


#: What collides elsewhere than over the API: it has no request for it, or its tokens see every customer.
_NOT_OVER_THE_API = {
    *("already_undone", "changed_meanwhile", "undo_expired"),
    *("answer_no_account", "answer_too_late", "answer_used_up", "broadcast_confirmed"),
    *("conversation_taken", "identity_taken", "message_taken", "customer_duplicate_hidden", "customer_duplicate_row"),
    *("field_type_fixed", "field_word_taken", "segment_name_taken", "way_name_taken"),
    *("handle_taken", "last_admin", "staff_email_taken", "staff_name_taken"),
    *("restore_in_use", "restore_not_empty", "restore_running"),
    *("sequence_nobody_approves", "sequence_not_asked", "sequence_refused"),
}


def test_each_conflict_over_the_api_has_a_mend_that_is_a_request() -> None:
    conflicts = {raised.problem for raised in RAISED if raised.kind in {"Conflict", "Expired"}}
    assert conflicts == api.MENDS.keys() | _NOT_OVER_THE_API
    assert not api.MENDS.keys() & _NOT_OVER_THE_API
    for problem, phrase in api.MENDS.items():
        for words in (phrase.zh, phrase.en):
            assert re.search(r"(GET|POST|PUT|PATCH|DELETE)\s/", words), problem


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
