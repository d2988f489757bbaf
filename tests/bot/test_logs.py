"""What the log says of an exception."""

import json
import logging
import sys
from datetime import datetime

import pytest
from sqlmodel import select

from bot.logs import Discreet, Structured
from crm_core import trace
from crm_core.outreach.deliveries import trace_of
from crm_core.outreach.tables import Delivery
from tests.bot.conftest import Chat

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


def test_as_json_it_is_one_object_a_line_without_the_words_of_an_exception() -> None:
    said = Structured().format(_record(logging.ERROR))
    assert "\n" not in said
    assert _WORDS not in said
    told = json.loads(said)
    assert (told["level"], told["message"], told["error"]) == ("error", "the round failed", "ValueError")
    assert "test_logs.py" in told["places"]
    assert datetime.fromisoformat(told["at"]).tzinfo is not None


def test_one_id_is_on_everything_that_follows_from_an_event() -> None:
    with trace.following("e12"):
        assert json.loads(Structured().format(_record(logging.INFO)))["trace"] == "e12"
        assert "[e12]" in Discreet().format(_record(logging.INFO))
    assert "trace" not in json.loads(Structured().format(_record(logging.INFO)))


def test_an_event_its_answer_and_the_reminder_it_asked_for_have_one_id(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[tuple[str, str]] = []

    def note(record: logging.LogRecord) -> bool:
        seen.append((trace.current(), record.getMessage()))
        return True

    caplog.handler.addFilter(note)
    caplog.set_level(logging.INFO)
    envelope = chat.envelope("alice", "remind me in 10 minutes to call Acme")
    with trace.following(f"e{envelope[1]}"):
        chat.handle(*envelope)
    with chat.database.reading() as session:
        [delivery] = session.exec(select(Delivery)).all()
    assert delivery.trace == f"e{envelope[1]}" == trace_of(delivery)
    assert (f"e{envelope[1]}", f"envelope {envelope[1]} of fake is answered") in seen
    assert not any("Acme" in message for _, message in seen)
