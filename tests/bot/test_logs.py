"""What the log says of an exception."""

import logging
import sys

from bot.logs import Discreet

_WORDS = "parameters: 张三 13800138812"


def test_an_exception_is_logged_by_its_kind_and_place_without_its_words() -> None:
    said = Discreet().format(_record(logging.ERROR))
    assert _WORDS not in said
    assert "ValueError" in said
    assert "KeyError" in said, "what caused it is told too"
    assert "test_logs.py" in said


def test_at_debug_its_words_are_there() -> None:
    assert _WORDS in Discreet().format(_record(logging.DEBUG))


def _record(level: int) -> logging.LogRecord:
    try:
        _fail()
    except ValueError:
        return logging.LogRecord("bot", level, __file__, 1, "the round failed", None, sys.exc_info())
    raise AssertionError("it did not fail")


def _fail() -> None:
    try:
        {"": ""}[_WORDS]
    except KeyError as missing:
        raise ValueError(_WORDS) from missing
