"""One run over a lane: few transactions, the pace kept where messages leave, and a lease looked at before they do."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from bot import config
from bot.outreach.courier import Courier
from bot.threads import Core
from crm_core.chat import Pacing
from crm_core.database import Database
from crm_core.outreach.tables import DeliveryState
from scheduler.lanes import Lanes
from scheduler.pace import Pace
from scheduler.pump import WIDTH
from tests.conftest import NOW
from tests.fakes.far_side import FarSide
from tests.scheduler.conftest import HandEngine, Office
from tests.scheduler.test_broadcasts_sent import audience, send
from tests.scheduler.test_running import now, remind


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_many_messages_to_a_fast_platform_are_claimed_and_marked_in_few_transactions(office: Office) -> None:
    audience(office, *(f"K{number}" for number in range(20)))
    send(office)
    commits: list[object] = []
    office.database.after_commit(commits.append)
    office.run(office.lanes.pump("console"))
    assert [row.state for row in office.rows()] == [DeliveryState.SENT] * 20
    assert len(commits) == len(("the lane is taken", "all are claimed", "all are marked"))


def test_messages_keep_their_distance_where_they_leave_however_long_they_are_composed(office: Office) -> None:
    office.console.pacing = Pacing(per_lane=1.0)
    office.lanes = office.open()
    takes, left = [0.9, 0.0, 0.4, 0.0], []
    office.console.before_room = lambda: office.clock.forward(seconds=takes.pop(0))
    office.console.moods = [lambda: left.append(office.clock.now)] * 4
    audience(office, "Ann", "Ben", "Cid", "Dot")
    send(office)
    office.run(office.lanes.pump("console"))
    gaps = [(later - one).total_seconds() for one, later in pairwise(left)]
    assert len(gaps) == 3
    assert min(gaps) >= 1.0


def test_a_message_whose_lease_ran_out_before_its_turn_is_left_to_whoever_claims_it(office: Office) -> None:
    pauses = [7.0]
    office.console.before_room = lambda: office.clock.forward(seconds=pauses.pop() if pauses else 0)
    office.remind()
    office.clock.forward(hours=1)
    office.run(office.lanes.pump("console"))
    assert len(office.said("alice")) == 1
    assert office.console.asked == 1, "the second try asks first"
    assert [(row.state, row.attempts) for row in office.rows()] == [(DeliveryState.SENT, 2)]


def test_a_slow_answer_holds_up_nobody_else_of_a_lane_with_a_pace(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.pump._RENEWED", timedelta(hours=1))  # so that nothing is looked at without a reason
    office.console.pacing = Pacing(per_lane=0.3)
    office.lanes = office.open()
    audience(office, *(f"K{number}" for number in range(WIDTH)))
    send(office)

    async def scene() -> None:
        all_under_way = asyncio.Barrier(WIDTH)
        office.console.moods = [all_under_way.wait] * WIDTH
        async with asyncio.timeout(20):
            await office.lanes.pump("console")

    office.run(scene())
    assert [row.state for row in office.rows()] == [DeliveryState.SENT] * WIDTH


def test_what_is_due_soon_is_waited_for(sqlite_database: Database) -> None:
    async def scene() -> None:
        core, console = Core(sqlite_database, threads=2), FarSide()
        courier = Courier(core, {"console": console}, config.parse({}), now)
        lanes = Lanes(HandEngine(), core, courier, names=("console",), clock=now)
        for later in (0.01, 0.2):
            await asyncio.to_thread(remind, sqlite_database, later)
        await lanes.start()
        await lanes.pump("console")
        assert len(console.posts) == 2
        await lanes.stop()
        core.close()

    asyncio.run(scene())


def test_whatever_is_claimed_next_waits_for_those_that_are_expected() -> None:
    pace = Pace(Pacing(per_lane=2.0))
    pace.expect(NOW)
    assert (pace.lane_wait(NOW), pace.next_wait(NOW)) == (0.0, 2.0)
    pace.expect(NOW)
    assert pace.next_wait(NOW) == 4.0
    pace.use("room", NOW + seconds(1))
    assert (pace.lane_wait(NOW + seconds(1)), pace.next_wait(NOW + seconds(1))) == (2.0, 4.0)
    pace.forgo()
    assert pace.next_wait(NOW + seconds(1)) == 2.0


def test_what_is_expected_after_a_rest_has_its_turn_now() -> None:
    pace = Pace(Pacing(per_lane=2.0))
    pace.expect(NOW)
    pace.use("room", NOW)
    later = NOW + seconds(60)
    pace.expect(later)
    assert (pace.lane_wait(later), pace.next_wait(later)) == (0.0, 2.0)
