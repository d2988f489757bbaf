"""Every sentence exists in both languages, with the same places to fill."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter

import pytest

import bot.language.phrases
from bot.language.phrase import Phrase
from bot.language.problems import PROBLEMS


def _phrases() -> Iterator[tuple[str, Phrase]]:
    for module in iter_modules(bot.language.phrases.__path__):
        constants = vars(import_module(f"bot.language.phrases.{module.name}"))
        for name, value in constants.items():
            for key, phrase in _inside(value):
                yield f"{module.name}.{name}{key}", phrase
    yield from PROBLEMS.items()


def _inside(value: object) -> Iterator[tuple[str, Phrase]]:
    if isinstance(value, Phrase):
        yield "", value
    elif isinstance(value, dict):
        yield from ((f"[{key}]", phrase) for key, phrase in value.items() if isinstance(phrase, Phrase))


def _places(text: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(text) if place is not None}


@pytest.mark.parametrize(("name", "phrase"), list(_phrases()))
def test_both_languages_say_it_with_the_same_places(name: str, phrase: Phrase) -> None:
    assert phrase.zh.strip()
    assert phrase.en.strip()
    assert _places(phrase.zh) == _places(phrase.en)
