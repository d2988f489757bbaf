"""A lane goes from node to node: its pace goes with it, and what the clock looks after is done by one of them."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot import config
from bot.outreach.courier import Courier
from bot.outreach.later import open_lanes
from bot.threads import Core
from crm_core.chat import Pacing
from crm_core.database import Database
from crm_core.outreach import lanes as owners
from scheduler.engine import PgQueuerEngine, engine_for, in_memory
from scheduler.lanes import Lanes, Round
from scheduler.pace import Pace
from scheduler.together import Store
from tests.conftest import NOW
from tests.scheduler.conftest import HandEngine, Office
from tests.scheduler.test_running import Doorbell, now, remind


def rounds_of(office: Office, *, shared: bool) -> tuple[list[Lanes], list[datetime]]:
    """Two nodes with a round every ten seconds, and when it ran."""
    ran: list[datetime] = []

    async def run(_store: Store, at: datetime) -> None:
        ran.append(at)

    def node() -> Lanes:
        engine = HandEngine()
        engine.shared = shared
        courier = Courier(office.core, {"console": office.console}, office.config, office.clock)
        every = Round("test", timedelta(seconds=10), run)
        return Lanes(engine, office.core, courier, names=("console",), clock=office.clock, rounds=(every,))

    return [node(), node()], ran


def test_a_round_is_run_by_one_of_the_nodes(office: Office) -> None:
    nodes, ran = rounds_of(office, shared=True)
    for _ in range(15):
        for node in nodes:
            office.run(node.tick())
        office.clock.forward(seconds=2)
    assert [(at - NOW).total_seconds() for at in ran] == [0, 10, 20]


def test_when_the_node_that_ran_a_round_is_gone_another_one_does(office: Office) -> None:
    nodes, ran = rounds_of(office, shared=True)
    for node in nodes:
        office.run(node.tick())
    office.clock.forward(seconds=10)
    office.run(nodes[1].tick())
    assert len(ran) == 2


def test_whoever_takes_a_lane_over_learns_when_it_was_used(office: Office) -> None:
    office.console.pacing = Pacing(per_lane=3.0)
    office.lanes = office.open()
    office.remind(due_at=office.clock.now + timedelta(seconds=1))
    office.clock.forward(seconds=1)
    due = office.clock.now
    office.tick()
    with office.database.writing() as session:
        before = owners.take(session, "console", pump="another")
    assert before is not None
    assert before.used_at == due


@pytest.mark.parametrize(
    ("pacing", "ago", "waits"),
    [
        (Pacing(per_lane=3.0), 0.0, 3.0),
        (Pacing(per_lane=3.0), 1.0, 2.0),
        (Pacing(per_lane=3.0), 60.0, 0.0),
        (Pacing(per_lane=0.2, per_room=2.0), 1.0, 3.0),
        (Pacing(per_lane=3.0), -60.0, 3.0),
        (Pacing(), 0.0, 0.0),
    ],
)
def test_the_distance_to_what_another_node_sent_is_kept(pacing: Pacing, ago: float, waits: float) -> None:
    pace = Pace(pacing)
    pace.taken_over(NOW - timedelta(seconds=ago), NOW)
    assert pace.lane_wait(NOW) == waits


def test_a_clock_that_is_set_back_does_not_stop_a_lane() -> None:
    pace = Pace(Pacing(per_lane=3.0, per_room=1.0))
    pace.expect(NOW)
    pace.use("room", NOW)
    earlier = NOW - timedelta(hours=1)
    assert pace.lane_wait(earlier) == 3.0
    assert pace.lane_wait(earlier + timedelta(seconds=3)) == 0.0
    assert pace.room_wait("room", earlier) == 1.0


def test_a_node_that_stops_hands_its_lane_over_at_once(database: Database) -> None:
    """The next node has it without waiting for anything to run out."""

    async def scene() -> None:
        core, platform = Core(database, threads=4), Doorbell()
        platform.pacing = Pacing(per_lane=0.05)
        for _ in range(6):
            await asyncio.to_thread(remind, database, 0.01)
        first = open_lanes(core, {"console": platform}, _config(), now, engine_for(database.url))
        second = open_lanes(core, {"console": platform}, _config(), now, engine_for(database.url))
        await first.start()
        async with asyncio.timeout(30):
            await platform.rang.wait()
            await first.stop()
            before = len(platform.posts)
            assert before < 6
            await second.start()
            while len(platform.posts) < 6:
                platform.rang.clear()
                await platform.rang.wait()
        await second.stop()
        core.close()
        assert len({post.key for post in platform.posts}) == len(platform.posts) == 6

    asyncio.run(scene())


def test_the_lanes_go_on_when_the_database_was_thrown_down(postgres_database: Database) -> None:
    async def scene() -> None:
        core, platform = Core(postgres_database, threads=2), Doorbell()
        lanes = open_lanes(core, {"console": platform}, _config(), now, engine_for(postgres_database.url))
        await lanes.start()
        for number in range(2):
            await asyncio.to_thread(remind, postgres_database, 0.01)
            async with asyncio.timeout(30):
                while len(platform.posts) <= number:
                    platform.rang.clear()
                    await platform.rang.wait()
            await asyncio.to_thread(_cut_all, postgres_database)
        await lanes.stop()
        core.close()

    asyncio.run(scene())


def test_the_newest_pump_owns_the_lane(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        assert owners.take(session, "console", pump="a") is None
        owners.note_use(session, "console", now=NOW)
        assert owners.take(session, "console", pump="b") == owners.Used("a", NOW)
        assert owners.owns(session, "console", pump="b")
        assert not owners.owns(session, "console", pump="a")


def test_only_over_postgresql_there_may_be_other_nodes() -> None:
    assert not PgQueuerEngine(in_memory).shared
    assert engine_for("postgresql+psycopg://nobody@127.0.0.1:9/none").shared


def _config() -> config.Config:
    return config.parse({})


def _cut_all(database: Database) -> None:
    """Every connection to this database but the one that asks, as after a restart of the server."""
    with database.reading() as session:
        session.connection().exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
