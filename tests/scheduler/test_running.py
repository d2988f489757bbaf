"""The lanes as the program runs them: a real engine, a real clock, nobody moving anything by hand."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot import config
from bot.outreach.later import open_lanes
from bot.threads import Core
from crm_core.chat import OutboundMessage, Receipt
from crm_core.database import Database
from crm_core.outreach import nudges
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from scheduler.engine import engine_for
from tests.fakes.far_side import FarSide


class Doorbell(FarSide):
    """Rings when something arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.rang = asyncio.Event()

    async def send(self, message: OutboundMessage) -> Receipt:
        receipt = await super().send(message)
        self.rang.set()
        return receipt


def now() -> datetime:
    return datetime.now(UTC)


def remind(database: Database, seconds: float) -> datetime:
    """Alice wants to be reminded in so many seconds: when that is."""
    with database.writing() as session:
        alice = staff.by_name(session, "Alice") or staff.add(
            session, "Alice", role=Role.SALES, now=now(), handle=("console", "alice")
        )
        asked_at = now()
        due_at = asked_at + timedelta(seconds=seconds)
        nudges.schedule(
            session,
            viewer=of_staff(session, alice, timezone="UTC", language="en"),
            for_staff=alice,
            text="call",
            due_at=due_at,
            timezone="UTC",
            now=asked_at,
            platform="console",
        )
    return due_at


def test_a_nudge_comes_by_itself_after_its_commit_and_never_early(database: Database) -> None:
    async def scene() -> None:
        core, platform = Core(database, threads=2), Doorbell()
        engine = engine_for(database.url)
        lanes = open_lanes(core, {"console": platform}, config.parse({}), now, engine)
        await lanes.start()
        try:
            for number in range(2):
                due_at = await asyncio.to_thread(remind, database, 0.2)
                async with asyncio.timeout(30):
                    await platform.rang.wait()
                assert now() >= due_at
                assert len(platform.posts) == number + 1
                platform.rang.clear()
        finally:
            await lanes.stop()
            core.close()

    asyncio.run(scene())


def test_what_became_due_while_nobody_was_there_comes_at_the_start(database: Database) -> None:
    async def scene() -> None:
        core, platform = Core(database, threads=2), Doorbell()
        remind(database, 0.01)
        lanes = open_lanes(core, {"console": platform}, config.parse({}), now, engine_for(database.url))
        await lanes.start()
        try:
            async with asyncio.timeout(30):
                await platform.rang.wait()
        finally:
            await lanes.stop()
            core.close()

    asyncio.run(scene())


def test_stopping_waits_for_what_is_being_sent(sqlite_database: Database) -> None:
    async def scene() -> None:
        core, platform = Core(sqlite_database, threads=2), Doorbell()
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def wait() -> None:
            begun.set()
            await go_on.wait()

        platform.moods = [wait]
        remind(sqlite_database, 0.01)
        lanes = open_lanes(core, {"console": platform}, config.parse({}), now, engine_for(sqlite_database.url))
        await lanes.start()
        async with asyncio.timeout(30):
            await begun.wait()
            stopping = asyncio.create_task(lanes.stop())
            await asyncio.sleep(0)
            assert not stopping.done()
            go_on.set()
            await stopping
        core.close()
        assert len(platform.posts) == 1

    asyncio.run(scene())
    with sqlite_database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT state FROM delivery").scalars().all() == ["sent"]
