"""The capture path: committed, acknowledged, recorded, answered."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import Session

from bot.capture.intake import ANSWER_WITHIN, NotKept
from crm_core.chat import Cursor, Envelope, InboundMessage
from crm_core.conversations import ledger
from crm_core.database import Database
from crm_core.platforms import memory
from tests.bot.capture.capturing import Answers, conduct, ledger_of, taking_in, texts_of
from tests.bot.capture.envelopes import envelope
from tests.conftest import NOW


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another process holds the ledger."""
    if database.dialect == "sqlite":
        other = Database(database.url)
        with other.writing() as session:
            session.connection()
            yield
        other.close()
        return
    url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE envelope IN ACCESS EXCLUSIVE MODE")
        yield


def test_what_is_accepted_is_committed(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            assert await intake.accept(envelope("e1")) is True
            assert [event for event, _, _ in ledger_of(database)] == ["e1"]

    conduct(scene)


def test_what_is_accepted_is_recorded(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            await intake.accept(envelope("e1", "第一单"))
            await intake.settled("console", "e1")
            assert texts_of(database) == ["第一单"]
            assert ledger_of(database) == [("e1", "answered", "")]

    conduct(scene)


def test_a_duplicate_is_accepted_and_recorded_once(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            together = await asyncio.gather(*[intake.accept(envelope("e1")) for _ in range(5)])
            assert sorted(together) == [False] * 4 + [True]
            assert await intake.accept(envelope("e1")) is False
        assert texts_of(database) == ["你好"]

    conduct(scene)


def test_what_arrives_together_is_committed_together(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            await asyncio.gather(*[intake.accept(envelope(f"e{n}", str(n))) for n in range(300)])
            assert intake.commits <= 5
        assert texts_of(database) == [str(n) for n in range(300)]

    conduct(scene)


def test_a_bad_envelope_is_set_aside_and_its_neighbours_are_recorded(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            brought = [
                envelope("good 1", "1"),
                Envelope("console", "not json", "{", NOW),
                Envelope("console", "nul", "a\0b", NOW),
                Envelope("nowhere", "unknown platform", "[]", NOW),
                envelope("long id", message_id="x" * 300),
                envelope("two requests", addressed=True, times=2),
                envelope("good 2", "2"),
            ]
            assert await asyncio.gather(*map(intake.accept, brought)) == [True] * 7
        assert texts_of(database) == ["1", "2"]
        assert ledger_of(database) == [
            ("good 1", "answered", ""),
            ("not json", "set_aside", "JSONDecodeError"),
            ("nul", "set_aside", "envelope_not_text"),
            ("unknown platform", "set_aside", "KeyError"),
            ("long id", "set_aside", "message_malformed"),
            ("two requests", "set_aside", "envelope_with_several_requests"),
            ("good 2", "answered", ""),
        ]

    conduct(scene)


def test_a_moment_without_a_zone_is_refused_to_its_sender_alone(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            naive = envelope("bad", received_at=NOW.replace(tzinfo=None))
            results = await asyncio.gather(intake.accept(naive), intake.accept(envelope("e1")), return_exceptions=True)
            assert isinstance(results[0], ValueError)
            assert results[1] is True

    conduct(scene)


def test_only_what_is_said_to_the_bot_is_answered(database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(database, answers) as intake:
            await intake.accept(envelope("e1", "闲聊"))
            await intake.accept(envelope("e2", "查 张三", addressed=True))
            await intake.settled("console", "e2")
            assert answers.texts == ["查 张三"]

    conduct(scene)
    assert texts_of(database) == ["闲聊", "查 张三"]


def test_a_room_is_answered_one_at_a_time_in_order_and_rooms_side_by_side(sqlite_database: Database) -> None:
    order: list[str] = []
    busy: set[str] = set()
    second_room_speaks = asyncio.Event()

    async def handle(inbound: InboundMessage, _envelope_id: int) -> None:
        room = inbound.room.platform_id
        assert room not in busy
        busy.add(room)
        if room == "a":
            await second_room_speaks.wait()
        elif inbound.text == "5":
            second_room_speaks.set()
        await asyncio.sleep(0)
        order.append(f"{room}{inbound.text}")
        busy.remove(room)

    async def scene() -> None:
        async with taking_in(sqlite_database, handle) as intake:
            brought = [envelope(f"{room}{n}", str(n), room=room, addressed=True) for n in range(6) for room in "ab"]
            await asyncio.gather(*map(intake.accept, brought))
            await asyncio.gather(*[intake.settled("console", one.event_id) for one in brought])

    conduct(scene)
    assert [one for one in order if one[0] == "a"] == [f"a{n}" for n in range(6)]
    assert [one for one in order if one[0] == "b"] == [f"b{n}" for n in range(6)]
    assert order.index("b5") < order.index("a0")


def test_an_answer_that_fails_is_marked_and_the_room_goes_on(database: Database) -> None:
    answered: list[str] = []

    async def handle(inbound: InboundMessage, _envelope_id: int) -> None:
        if inbound.text == "bad":
            raise RuntimeError("客户的秘密")
        answered.append(inbound.text)

    async def scene() -> None:
        async with taking_in(database, handle) as intake:
            await intake.accept(envelope("e1", "bad", addressed=True))
            await intake.accept(envelope("e2", "good", addressed=True))
            await intake.settled("console", "e1")
            await intake.settled("console", "e2")

    conduct(scene)
    assert answered == ["good"]
    assert ledger_of(database) == [("e1", "answered", "RuntimeError"), ("e2", "answered", "")]


def test_what_a_handler_marked_answered_stays_so(database: Database) -> None:
    marks: list[bool] = []

    async def handle(_inbound: InboundMessage, envelope_id: int) -> None:
        with database.writing() as session:
            marks.append(ledger.mark_answered(session, envelope_id))

    async def scene() -> None:
        async with taking_in(database, handle) as intake:
            await intake.accept(envelope("e1", addressed=True))

    conduct(scene)
    assert marks == [True]
    assert ledger_of(database) == [("e1", "answered", "")]


def test_a_note_is_kept_with_a_new_envelope_and_not_with_a_known_one(database: Database) -> None:
    def note(text: str) -> Cursor:
        return Cursor("console", "errand", "e1", {"text": text})

    async def scene() -> None:
        async with taking_in(database) as intake:
            assert await intake.accept(envelope("e1"), note("first"))
            assert not await intake.accept(envelope("e1"), note("second"))
            assert await intake.accept(envelope("e2"))

    conduct(scene)
    with database.reading() as session:
        assert memory.everything(session, "console", "errand") == {"e1": {"text": "first"}}


def test_who_marks_what_it_answers_leaves_nothing_to_be_written_after_it(sqlite_database: Database) -> None:
    written: list[Session] = []

    async def handle(inbound: InboundMessage, envelope_id: int) -> None:
        if inbound.text == "bad":
            raise RuntimeError(inbound.text)
        with sqlite_database.writing() as session:
            ledger.mark_answered(session, envelope_id)

    async def scene() -> None:
        async with taking_in(sqlite_database, handle, marks=True) as intake:
            await intake.accept(envelope("e1", "good", addressed=True))
            await intake.settled("console", "e1")
            assert len(written) == 3
            await intake.accept(envelope("e2", "bad", addressed=True))

    sqlite_database.before_writing(written.append)
    conduct(scene)
    assert ledger_of(sqlite_database) == [("e1", "answered", ""), ("e2", "answered", "RuntimeError")]


def test_a_start_records_what_a_crash_left_and_answers_what_is_not_too_old(database: Database) -> None:
    answers = Answers()
    old = NOW - ANSWER_WITHIN - timedelta(seconds=1)
    with database.writing() as session:
        left = [
            envelope("talk", "闲聊", received_at=old),
            envelope("late", "太晚", received_at=old, addressed=True),
            envelope("young", "还来得及", received_at=NOW - timedelta(minutes=4), addressed=True),
            envelope("recorded", "已记录", addressed=True),
            Envelope("console", "broken", "{", old),
        ]
        ids = ledger.keep(session, left)
        ledger.mark_recorded(session, [number for number in ids[3:4] if number])

    async def scene() -> None:
        async with taking_in(database, answers) as intake:
            assert texts_of(database) == ["闲聊", "太晚", "还来得及", "已记录"]
            await intake.accept(envelope("new", "新的", addressed=True))

    conduct(scene)
    assert answers.texts == ["还来得及", "已记录", "新的"]
    assert ledger_of(database) == [
        ("talk", "answered", ""),
        ("late", "answered", "too_late"),
        ("young", "answered", ""),
        ("recorded", "answered", ""),
        ("broken", "set_aside", "JSONDecodeError"),
        ("new", "answered", ""),
    ]


def test_a_second_start_answers_nothing_again(database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(database, answers) as intake:
            await intake.accept(envelope("e1", addressed=True))
        async with taking_in(database, answers):
            pass

    conduct(scene)
    assert len(answers.asked) == 1


def test_what_a_crash_left_is_settled_when_it_is_answered(database: Database) -> None:
    free = asyncio.Event()

    async def handle(_inbound: InboundMessage, _envelope_id: int) -> None:
        await free.wait()

    async def scene() -> None:
        with database.writing() as session:
            ledger.keep(session, [envelope("asked", addressed=True), envelope("said")])
        async with taking_in(database, handle) as intake:
            await intake.settled("console", "said")
            waiting = asyncio.create_task(intake.settled("console", "asked"))
            await asyncio.sleep(0)
            assert not waiting.done()
            free.set()
            await waiting

    conduct(scene)


def test_stopping_records_and_answers_everything_accepted(database: Database) -> None:
    answers = Answers()

    async def scene() -> None:
        async with taking_in(database, answers) as intake:
            brought = [envelope(f"e{n}", str(n), addressed=True) for n in range(50)]
            await asyncio.gather(*map(intake.accept, brought))
        with pytest.raises(NotKept):
            await intake.accept(envelope("late"))

    conduct(scene)
    assert answers.texts == [str(n) for n in range(50)]
    assert {state for _, state, _ in ledger_of(database)} == {"answered"}


def test_accepting_waits_for_a_database_that_is_busy(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            with locked(database):
                waiting = asyncio.create_task(intake.accept(envelope("e1")))
                for _ in range(50):
                    await asyncio.sleep(0)
                assert (waiting.done(), intake.backlog()["to_commit"]) == (False, 0)
            assert await waiting is True

    conduct(scene)
    assert texts_of(database) == ["你好"]


def test_accepting_gives_up_cleanly_and_the_platform_may_bring_it_again(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database, patience=0.2) as intake:
            with locked(database), pytest.raises(NotKept):
                await intake.accept(envelope("e1"))
        async with taking_in(database) as intake:
            await intake.accept(envelope("e1"))

    conduct(scene)
    assert ledger_of(database) == [("e1", "answered", "")]
    assert texts_of(database) == ["你好"]


def test_a_crowd_waits_outside_a_full_line(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database, capacity=3) as intake:
            with locked(database):
                crowd = [asyncio.create_task(intake.accept(envelope(f"e{n}", str(n)))) for n in range(40)]
                for _ in range(50):
                    await asyncio.sleep(0)
                    assert intake.backlog()["to_commit"] <= 3
                assert not any(one.done() for one in crowd)
            assert await asyncio.gather(*crowd) == [True] * 40
        assert texts_of(database) == [str(n) for n in range(40)]

    conduct(scene)


def test_a_lost_connection_to_postgresql_loses_nothing(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has no connection to lose")

    def hang_up() -> None:
        url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )

    async def scene() -> None:
        async with taking_in(database) as intake:
            for n in range(5):
                brought = [envelope(f"e{n}.{m}", f"{n}.{m}") for m in range(40)]
                kept = asyncio.gather(*map(intake.accept, brought))
                await asyncio.sleep(0)
                await asyncio.to_thread(hang_up)
                assert len(await kept) == 40

    conduct(scene)
    assert sorted(texts_of(database)) == sorted(f"{n}.{m}" for n in range(5) for m in range(40))


def test_a_missing_ledger_refuses_and_never_acknowledges(database: Database) -> None:
    def rename(old: str, new: str) -> None:
        with database.writing() as session:
            session.connection().exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    async def scene() -> None:
        async with taking_in(database, patience=0.3) as intake:
            rename("envelope", "elsewhere")
            results = await asyncio.gather(
                *[intake.accept(envelope(f"e{n}")) for n in range(3)], return_exceptions=True
            )
            assert [type(one) for one in results] == [NotKept] * 3
            rename("elsewhere", "envelope")
            assert await intake.accept(envelope("e9")) is True

    conduct(scene)


def test_nothing_anybody_said_is_in_the_log(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    async def handle(inbound: InboundMessage, _envelope_id: int) -> None:
        raise RuntimeError(inbound.text)

    async def scene() -> None:
        async with taking_in(sqlite_database, handle) as intake:
            await intake.accept(envelope("e1", "客户的秘密", addressed=True))
            await intake.accept(Envelope("console", "e2", '客户的秘密"', NOW))
            await intake.accept(envelope("e3", "客户的秘密", message_id="x" * 300))

    with caplog.at_level(logging.INFO):
        conduct(scene)
    assert len(caplog.records) == 3
    assert "秘密" not in caplog.text
