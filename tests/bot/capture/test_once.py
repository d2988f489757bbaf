"""Several events may say that one message is for the bot: it is answered once."""

import asyncio
from itertools import permutations

import pytest
from sqlmodel import select

from bot.capture.recorder import Captured, Recorder
from crm_core.chat import Envelope
from crm_core.conversations import ledger
from crm_core.conversations.tables import Message
from crm_core.database import Database
from tests.bot.capture.capturing import Answers, conduct, ledger_of, taking_in, texts_of
from tests.bot.capture.envelopes import Plain, envelope
from tests.conftest import NOW

MENTION = envelope("mention", "who owns Acme?", message_id="m1", addressed=True)
DIRECT = envelope("direct", "who owns Acme?", message_id="m1", addressed=True)
TALK = envelope("talk", "@crmbot who owns Acme?", message_id="m1")
HISTORY = envelope("history", "who owns Acme?", message_id="m1", addressed=True, recovered=True)


@pytest.mark.parametrize("order", list(permutations([MENTION, DIRECT, TALK, HISTORY])))
def test_whichever_comes_first(sqlite_database: Database, order: tuple[Envelope, ...]) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(sqlite_database, answers) as intake:
            for one in order:
                assert await intake.accept(one)

    conduct(scene)
    assert answers.texts == ["who owns Acme?"]
    assert texts_of(sqlite_database) == ["who owns Acme?"]
    with sqlite_database.reading() as session:
        assert session.exec(select(Message.addressed)).one()


def test_all_at_once(database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(database, answers) as intake:
            await asyncio.gather(*map(intake.accept, (TALK, MENTION, DIRECT)))

    conduct(scene)
    assert answers.texts == ["who owns Acme?"]
    assert [state for _, state, _ in ledger_of(database)] == ["answered"] * 3


def test_across_a_stop_before_the_answer(database: Database) -> None:
    """The envelope that owes the answer gives it after the start; the other, left behind too, does not."""
    answers = Answers()
    with database.writing() as session:
        ledger.keep(session, [MENTION, DIRECT])
    recorder = Recorder(database, {"console": Plain()}, lambda: NOW, "CN")
    captured = [Captured(number, one) for number, one in ((1, MENTION), (2, DIRECT))]
    assert [owed.captured.envelope_id for owed in recorder.record(captured[:1])] == [1]
    assert [state for _, state, _ in ledger_of(database)] == ["recorded", "received"]

    async def start() -> None:
        async with taking_in(database, answers):
            pass

    conduct(start)
    assert answers.asked == [("who owns Acme?", 1)]


def test_across_a_stop_after_the_answer(database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        for one in (MENTION, TALK, DIRECT):
            async with taking_in(database, answers) as intake:
                await intake.accept(one)

    conduct(scene)
    assert answers.texts == ["who owns Acme?"]


def test_what_is_found_in_the_history_is_never_answered(sqlite_database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(sqlite_database, answers) as intake:
            await intake.accept(HISTORY)

    conduct(scene)
    assert answers.texts == []
    assert texts_of(sqlite_database) == ["who owns Acme?"]
