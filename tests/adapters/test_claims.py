"""Of several nodes one has the work; another takes it over when that one is silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.claims import LASTS, RENEWED, Claim
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.database import Database
from tests.bot.capture.capturing import conduct
from tests.conftest import NOW

A_WHILE = timedelta(seconds=1)


@dataclass
class Nodes:
    """Two nodes at one database, and the time they have."""

    core: Core
    memory: CoreMemory
    first: Claim
    second: Claim
    now: datetime = NOW

    def wait(self, span: timedelta) -> None:
        self.now += span


@asynccontextmanager
async def nodes(database: Database) -> AsyncIterator[Nodes]:
    core, quick = Core(database, threads=2), timedelta(milliseconds=5)

    def now() -> datetime:
        return found.now

    memory = CoreMemory(core, "wecom", now)
    first, second = (Claim(memory, "archive:chat", now, name, renewed=quick) for name in ("first", "second"))
    found = Nodes(core, memory, first, second)
    try:
        yield found
    finally:
        core.close()


def test_one_has_the_work_until_it_is_silent_for_too_long(database: Database) -> None:
    async def scene() -> None:
        async with nodes(database) as two:
            assert await two.first.hold()
            assert not await two.second.hold()
            two.wait(LASTS - A_WHILE)
            assert not await two.second.hold()
            two.wait(A_WHILE)
            assert await two.second.hold()
            assert not await two.first.hold()

    conduct(scene)


def test_a_renewed_claim_lasts_from_then_on(database: Database) -> None:
    async def scene() -> None:
        async with nodes(database) as two:
            assert await two.first.hold()
            two.wait(LASTS - A_WHILE)
            assert await two.first.hold()
            two.wait(LASTS - A_WHILE)
            assert not await two.second.hold()
            assert await two.first.hold()

    conduct(scene)


def test_of_two_that_come_at_once_one_has_it(database: Database) -> None:
    async def scene() -> None:
        async with nodes(database) as two:
            assert sorted(await asyncio.gather(two.first.hold(), two.second.hold())) == [False, True]

    conduct(scene)


def test_what_is_released_is_had_at_once(database: Database) -> None:
    async def scene() -> None:
        async with nodes(database) as two:
            assert await two.first.hold()
            await two.first.release()
            assert await two.second.hold()

    conduct(scene)


def test_who_rests_keeps_its_claim(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with nodes(sqlite_database) as two, asyncio.timeout(30):
            assert await two.first.hold()
            before = await two.memory.get("claim", "archive:chat")
            two.wait(RENEWED)
            woken = asyncio.Event()
            resting = asyncio.create_task(two.first.rest(30, woken))
            while await two.memory.get("claim", "archive:chat") == before:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            woken.set()
            await resting

    conduct(scene)


def test_who_waits_is_woken_by_the_end_of_the_other(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with nodes(sqlite_database) as two, asyncio.timeout(30):
            assert await two.first.hold()
            assert not await two.second.hold()
            resting = asyncio.create_task(two.second.rest(60, asyncio.Event()))
            two.wait(LASTS)
            await resting
            assert not await two.first.hold()

    conduct(scene)


def test_who_rests_survives_a_database_that_is_away(sqlite_database: Database) -> None:
    async def scene() -> None:
        async with nodes(sqlite_database) as two, asyncio.timeout(30):
            assert await two.first.hold()
            two.wait(RENEWED)
            two.core.close()
            await two.first.rest(0.05, asyncio.Event())

    conduct(scene)
