"""When gaps are looked for, and by whom."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.slack.history.history import CLAIMED_FOR
from tests.adapters.slack.history.listener import Listener
from tests.fakes.slack.scene import set_scene
from tests.fakes.slack.server import serving

HOUR = 3600.0


@pytest.fixture
def listener() -> Iterator[Listener]:
    scene = set_scene()
    with serving(scene.world):
        yield Listener(scene)


def said(listener: Listener, text: str) -> None:
    listener.scene.world.say(listener.scene.alice, listener.scene.sales, text)


def calls(listener: Listener) -> int:
    return len(list(listener.scene.world.journal.of("call")))


def test_while_all_is_well_the_pulse_goes_on_and_slack_is_not_asked(listener: Listener) -> None:
    async def go() -> None:
        node = listener.node()
        await node.history.beat()
        before = calls(listener)
        for _ in range(20):
            listener.scene.clock.advance(15)
            await node.history.beat()
            await node.history.read()
        assert calls(listener) == before
        said(listener, "heard as it was said")
        await node.history.stop()
        await node.web.close()
        listener.scene.clock.advance(HOUR)
        again = await listener.repair()
        assert _oldest(listener) > listener.scene.clock.now() - HOUR - 180
        await again.web.close()

    asyncio.run(go())


def test_while_the_sockets_are_away_the_pulse_stands_still(listener: Listener) -> None:
    async def go() -> None:
        node = listener.node()
        await node.history.beat()
        node.ears.open = False
        for _ in range(20):
            listener.scene.clock.advance(60)
            await node.history.beat()
        said(listener, "unheard")
        listener.scene.clock.advance(HOUR)
        node.ears.open = True
        node.history.wake()
        await node.history.beat()
        assert node.history.progress().channels == 1
        assert "1 behind, complete up to" in node.health.state()["history"]
        assert node.health.state()["status"] == "ok"
        await node.history.read()
        assert listener.shelf.texts() == ["unheard"]
        assert node.health.state()["history"] == "complete"
        await node.web.close()

    asyncio.run(go())


def test_what_slack_held_back_is_looked_for(listener: Listener) -> None:
    async def go() -> None:
        node = listener.node()
        await node.history.beat()
        listener.scene.clock.advance(HOUR)
        minute = int(listener.scene.clock.now())
        said(listener, "held back")
        listener.scene.clock.advance(10)
        await node.history.beat()
        listener.scene.clock.advance(60)
        await node.history.attend(
            {"type": "app_rate_limited", "team_id": listener.scene.home.id, "minute_rate_limited": minute}
        )
        await node.history.beat()
        await node.history.read()
        assert "held back" in listener.shelf.texts()
        await node.web.close()

    asyncio.run(go())


def test_over_http_it_looks_again_now_and_then_for_what_never_came(listener: Listener) -> None:
    async def go() -> None:
        node = listener.node(again=timedelta(hours=6))
        await node.history.beat()
        listener.scene.clock.advance(60)
        said(listener, "lost on the way")
        for _ in range(7 * 60 - 2):
            listener.scene.clock.advance(60)
            await node.history.beat()
            await node.history.read()
        assert listener.shelf.texts() == ["lost on the way"]
        asked = [entry["method"] for entry in listener.scene.world.journal.of("call")]
        assert asked == ["users.conversations", "conversations.history"]
        await node.web.close()

    asyncio.run(go())


@pytest.mark.parametrize(
    "notice",
    [
        {"type": "app_rate_limited"},
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": "soon"},
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 10**30},
        {"type": "event_callback", "event": {"type": "message"}},
    ],
)
def test_a_notice_that_says_nothing_changes_nothing(listener: Listener, notice: dict[str, object]) -> None:
    async def go() -> None:
        node = listener.node()
        await node.history.beat()
        await node.history.attend(notice)
        await node.history.beat()
        assert node.history.progress().channels == 0
        await node.web.close()

    asyncio.run(go())


def test_one_node_at_a_time_reads_and_the_other_knows_how_far_it_is(listener: Listener) -> None:
    async def go() -> None:
        await listener.alive()
        listener.scene.clock.advance(HOUR)
        said(listener, "one")
        listener.scene.clock.advance(HOUR)
        first, second = listener.node(), listener.node()
        await first.history.beat()
        await second.history.beat()
        await second.history.read()
        assert listener.shelf.taken == []
        assert second.history.progress() == first.history.progress()
        assert second.history.progress().channels == 1
        await first.history.read()
        assert listener.shelf.texts() == ["one"]
        await first.web.close()
        await second.web.close()

    asyncio.run(go())


def test_when_a_node_dies_another_goes_on(listener: Listener) -> None:
    async def go() -> None:
        await listener.alive()
        listener.scene.clock.advance(HOUR)
        said(listener, "one")
        listener.scene.clock.advance(HOUR)
        dead, alive = listener.node(), listener.node()
        await dead.history.beat()
        await dead.web.close()
        listener.scene.clock.advance((CLAIMED_FOR + timedelta(seconds=1)).total_seconds())
        await listener.repair(alive)
        assert listener.shelf.texts() == ["one"]
        await alive.web.close()

    asyncio.run(go())


def test_the_claim_of_a_node_that_was_killed_runs_out_soon(listener: Listener) -> None:
    async def go() -> None:
        dead, alive = listener.node(), listener.node()
        await dead.history.beat()
        await dead.web.close()
        listener.scene.clock.advance(20)
        await alive.history.beat()
        assert alive.history.progress().channels == 1
        await alive.web.close()

    asyncio.run(go())


def test_nobody_says_complete_who_does_not_know(listener: Listener) -> None:
    async def go() -> None:
        first, second = listener.node(), listener.node()
        await first.history.start()
        assert first.health.state()["history"] == "not known yet"
        await first.history.stop()
        await first.history.beat()
        assert first.health.state()["history"] == "complete"
        await second.history.beat()
        assert second.health.state()["history"] == "another node looks after it"
        first.history.wake()
        assert first.health.state()["history"] == "not known yet"
        first.ears.open = False
        await first.history.beat()
        assert first.health.state()["history"] == "waits until events come in"
        await first.web.close()
        await second.web.close()

    asyncio.run(go())


def test_a_node_that_waits_for_slack_keeps_its_claim(listener: Listener) -> None:
    async def go() -> None:
        first, second = listener.node(), listener.node()
        await first.history.beat()
        for _ in range(4):
            listener.scene.clock.advance(10)
            await first.history.keep_hold()
            await second.history.beat()
            await second.history.keep_hold()
        assert second.health.state()["history"] == "another node looks after it"
        await first.web.close()
        await second.web.close()

    asyncio.run(go())


def test_a_stop_lets_the_next_begin_at_once(listener: Listener) -> None:
    async def go() -> None:
        first, second = listener.node(), listener.node()
        await first.history.beat()
        await first.history.stop()
        said(listener, "one")
        listener.scene.clock.advance(1)
        await listener.repair(second)
        assert listener.shelf.texts() == ["one"]
        await first.web.close()
        await second.web.close()

    asyncio.run(go())


def test_it_runs_by_itself_and_goes_on_whatever_happens(listener: Listener) -> None:
    async def go() -> None:
        await listener.alive()
        listener.scene.clock.advance(HOUR)
        said(listener, "one")
        listener.scene.clock.advance(HOUR)
        node = listener.node()
        await node.history.start()
        async with asyncio.timeout(20):
            await listener.shelf.filled.wait()
        await node.history.stop()
        await node.web.close()

    asyncio.run(go())


def _oldest(listener: Listener) -> float:
    """How far back the history was read for what may be missing."""
    asked = [
        entry["args"]["oldest"] for entry in listener.scene.world.journal.of("call", method="conversations.history")
    ]
    return min(map(float, asked)) + 7 * 24 * HOUR
