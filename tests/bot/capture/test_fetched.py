"""What is fetched page by page is kept together with how far it was read, wherever the process dies."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from bot.capture.fetching import Fetching
from bot.capture.intake import NotKept
from crm_core.chat import Cursor, Document
from crm_core.database import Database
from crm_core.platforms import memory
from tests.bot.capture.capturing import conduct, ledger_of, taking_in, texts_of
from tests.bot.capture.envelopes import Plain, envelope
from tests.bot.capture.fetching_process import EVENTS
from tests.bot.capture.test_capture_killed import kept, owed, recorded
from tests.bot.capture.test_intake import locked

ROOT = Path(__file__).parents[3]


def cursor(at: int) -> Cursor:
    return Cursor("console", "read", "events", {"at": at})


def read_so_far(database: Database) -> Document | None:
    with database.reading() as session:
        return memory.get(session, "console", "read", "events")


def test_a_page_is_kept_with_how_far_was_read_in_one_commit(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            assert await intake.accept_all([envelope("e1", "一"), envelope("e2", "二")], cursor(2)) == [True, True]
            assert intake.commits == 1
            assert read_so_far(database) == {"at": 2}
        assert texts_of(database) == ["一", "二"]

    conduct(scene)


def test_an_empty_page_moves_on_too(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            assert await intake.accept_all([], cursor(7)) == []
        assert read_so_far(database) == {"at": 7}

    conduct(scene)


def test_while_more_is_fetched_recording_waits(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with taking_in(sqlite_database) as intake:
            await intake.accept_all([envelope("e1", "一")], cursor(1), more=True)
            await intake.accept_all([envelope("e2", "二")], cursor(2), more=True)
            assert intake.backlog()["unsettled"] == 2
            assert texts_of(sqlite_database) == []
            await intake.accept_all([envelope("e3", "三")], cursor(3))
            await intake.settled("console", "e1")
            assert texts_of(sqlite_database)[:2] == ["一", "二"]

    conduct(scene)


def test_who_fetches_no_more_leaves_nothing_unrecorded(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with taking_in(sqlite_database) as intake:
            await intake.accept_all([envelope("e1", "一")], cursor(1), more=True)
        assert texts_of(sqlite_database) == ["一"]

    conduct(scene)


def test_who_cannot_go_on_lets_recording_begin(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with taking_in(sqlite_database, patience=0.2, undisturbed=3600) as intake:
            await intake.accept_all([envelope("e1", "一")], cursor(1), more=True)
            with locked(sqlite_database), pytest.raises(NotKept):
                await intake.accept_all([envelope("e2", "二")], cursor(2), more=True)
            await intake.settled("console", "e1")
            assert texts_of(sqlite_database)[:1] == ["一"]

    conduct(scene)


def test_an_empty_page_that_is_the_last_lets_recording_begin(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with taking_in(sqlite_database, undisturbed=3600) as intake:
            await intake.accept_all([envelope("e1", "一")], cursor(1), more=True)
            await intake.accept_all([], cursor(2))
            await intake.settled("console", "e1")
        assert texts_of(sqlite_database) == ["一"]

    conduct(scene)


def test_who_says_that_more_comes_and_never_comes_again_is_waited_for_once() -> None:
    async def scene() -> None:
        fetching = Fetching(0.01)
        fetching.go_on()
        assert not fetching.is_over
        await fetching.go_first()
        assert fetching.is_over

    conduct(scene)


def test_what_was_known_is_told_apart_and_recorded_once(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            await intake.accept(envelope("e1", "一"))
            page = [envelope("e0", "零"), envelope("e1", "一"), envelope("e2", "二")]
            assert await intake.accept_all(page, cursor(3)) == [True, False, True]
            assert await intake.accept_all(page) == [False, False, False]
        assert Counter(texts_of(database)) == Counter(["零", "一", "二"])

    conduct(scene)


def test_one_that_no_database_holds_neither_blocks_its_page_nor_the_cursor(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database) as intake:
            await intake.accept_all([envelope("e1"), envelope("e2\0"), envelope("e3")], cursor(3))
            await intake.settled("console", "e3")
        assert [state for _, state, _ in ledger_of(database)] == ["answered", "set_aside", "answered"]
        assert read_so_far(database) == {"at": 3}

    conduct(scene)


def test_neither_is_kept_while_the_database_does_not_answer(database: Database) -> None:
    async def scene() -> None:
        async with taking_in(database, patience=0.2) as intake:
            with locked(database):
                with pytest.raises(NotKept):
                    await intake.accept_all([envelope("e1")], cursor(1))
                assert read_so_far(database) is None

    conduct(scene)


class Slow(Plain):
    """A source that learns nothing before it may."""

    def __init__(self) -> None:
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def acquaint(self, bodies: Sequence[str]) -> None:
        assert bodies
        self.asked.set()
        await self.may.wait()


def test_who_brings_much_waits_while_half_the_places_are_taken(sqlite_database: Database) -> None:
    """Of five times a capacity of 100: with 249 waiting the next page is let in, with 250 it is not."""

    async def scene() -> None:
        source = Slow()
        async with taking_in(sqlite_database, capacity=100, sources={"console": source}) as intake:
            await intake.accept_all([envelope("in hand")])
            await source.asked.wait()
            await intake.accept_all([envelope(f"e{n}") for n in range(249)])
            await intake.accept_all([envelope("e249")])
            assert intake.backlog()["to_record"] == 250
            bringing = asyncio.create_task(intake.accept_all([envelope("e250")]))
            await asyncio.sleep(0)
            assert intake.backlog()["to_commit"] == 0
            assert intake.commits == 3
            source.may.set()
            assert await bringing == [True]
        assert len(texts_of(sqlite_database)) == 252

    conduct(scene)


def test_what_people_say_is_answered_while_much_is_still_to_be_recorded(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with taking_in(sqlite_database) as intake:
            await intake.accept_all([envelope(f"e{n}", str(n)) for n in range(3000)], cursor(3000))
            await intake.accept(envelope("now", "现在", addressed=True))
            await intake.settled("console", "now")
            assert len(texts_of(sqlite_database)) <= 2001

    conduct(scene)


def test_killed_between_two_pages_the_cursor_and_what_is_kept_agree(database_url: str) -> None:
    chance = Random(11)
    for _ in range(3):
        with fetching(database_url) as process:
            told = 0
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 10)):
                told = int(process.stdout.readline() or told)
            process.kill()
        at = how_far(database_url)
        assert at >= told
        assert kept(database_url) == Counter({f"e{n}": 1 for n in range(at)})
    with fetching(database_url) as process:
        process.communicate()
    assert kept(database_url) == Counter({f"e{n}": 1 for n in range(EVENTS)})
    assert recorded(database_url) == Counter({f"text{n}": 1 for n in range(EVENTS)})
    assert owed(database_url) == 0


@contextmanager
def fetching(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.bot.capture.fetching_process", url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, bufsize=0) as process:
        yield process


def how_far(url: str) -> int:
    database = Database(url)
    found = read_so_far(database)
    database.close()
    return 0 if found is None else int(found["at"])
