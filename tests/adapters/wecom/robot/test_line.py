"""The robot's connection: made again whatever ends it, owned by one node, and given up when somebody else takes it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.wecom.errors import WeComError
from adapters.wecom.robot import line as lines
from adapters.wecom.robot.claim import Claim
from adapters.wecom.robot.frames import Frame
from adapters.wecom.robot.line import Line
from adapters.wecom.robot.outlet import NearestOutlet
from adapters.wecom.robot.relay import Relay
from tests.adapters.watched import Watched
from tests.adapters.wecom.calling import Clock, Notes
from tests.adapters.wecom.robot.conftest import Scene
from tests.fakes.wecom.robot.gateway import AckFault
from tests.fakes.wecom.robot.hand import connected


class Node:
    """One process's end of the connection, and what it heard."""

    def __init__(self, scene: Scene, notes: Notes, **settings: Any) -> None:
        self.scene = scene
        self.health = Watched()
        self.heard: asyncio.Queue[Frame] = asyncio.Queue()
        self.alarmed = asyncio.Event()
        secret = settings.pop("secret", scene.robot.secret)
        self.claim = Claim(notes, scene.robot.bot_id, patience=settings.pop("patience", 0.3))
        options = {"pause": lambda attempt: 0.01 * attempt, "beat": 0.05, **settings}
        self.line = Line(
            self.heard.put_nowait,
            self.health,
            self.claim,
            bot_id=scene.robot.bot_id,
            secret=SecretStr(secret),
            ws_url=scene.gateway.url,
            alarm=self._alarm,
            **options,
        )

    async def _alarm(self) -> None:
        self.alarmed.set()

    async def hears(self, words: str) -> None:
        """Alice says it, and it comes here."""
        self.scene.robot.say(self.scene.company.alice, words)
        frame = await self.heard.get()
        assert frame.body["text"] == {"content": words}

    async def told(self, words: str) -> None:
        """Until the health says so."""
        while words not in self.health.state().get(lines.PART, ""):
            self.health.changed.clear()
            await self.health.changed.wait()

    async def subscribed(self, since: int = 0) -> None:
        await self.outside(self.scene.gateway.subscribed(since=since))

    async def outside(self, work: Awaitable[Any]) -> Any:
        async def run() -> Any:
            return await work

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self.scene.fake.loop))


@asynccontextmanager
async def standing(scene: Scene, notes: Notes | None = None, **settings: Any) -> AsyncIterator[Node]:
    node = Node(scene, notes or Notes(), **settings)
    await node.line.start()
    try:
        yield node
    finally:
        await node.line.stop()


def conduct(scene: Callable[[], Awaitable[None]]) -> None:
    """Run a scene; one that hangs fails."""

    async def bounded() -> None:
        async with asyncio.timeout(30):
            await scene()

    asyncio.run(bounded())


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011])
def test_it_connects_again_whatever_the_connection_ended_with(scene: Scene, code: int) -> None:
    async def work() -> None:
        async with standing(scene) as node:
            await node.subscribed()
            await node.outside(scene.gateway.close(code))
            await node.subscribed(since=1)
            await node.hears("hello")

    conduct(work)


def test_frames_that_are_none_change_nothing(scene: Scene) -> None:
    async def work() -> None:
        async with standing(scene) as node:
            await node.subscribed()
            frames = ("no JSON", [1], None, {"cmd": "aibot_msg_callback", "headers": None}, {"headers": {"req_id": 1}})
            for frame in frames:
                await node.outside(scene.gateway.say(frame))
            await node.hears("hello")
            assert scene.gateway.opened == 1

    conduct(work)


def test_a_connection_whose_pings_are_not_answered_is_replaced(scene: Scene) -> None:
    async def work() -> None:
        scene.gateway.pongs = False
        async with standing(scene, heartbeat=0.02) as node:
            await node.subscribed(since=1)
            scene.gateway.pongs = True
            await node.hears("hello")

    conduct(work)


def test_a_connection_that_stalls_is_replaced(scene: Scene) -> None:
    async def work() -> None:
        async with standing(scene, heartbeat=0.05) as node:
            await node.subscribed()
            scene.fake.do(scene.gateway.stall)
            await node.subscribed(since=1)
            await node.hears("hello")

    conduct(work)


def test_a_connection_that_is_deaf_is_replaced_before_it_is_given_up(scene: Scene) -> None:
    async def work() -> None:
        async with standing(scene, silence=0.3) as node:
            await node.subscribed()
            scene.fake.do(scene.gateway.mute)
            await node.hears("hello")
            assert not node.alarmed.is_set()
            assert not node.claim.stopped

    conduct(work)
    assert [entry["pushed_out"] for entry in scene.fake.journal.of("robot subscribed")][:2] == [False, True]


def test_a_wrong_secret_is_told_and_tried_again_slowly(scene: Scene) -> None:
    async def work() -> None:
        pauses: asyncio.Queue[int] = asyncio.Queue()

        def pause(attempt: int) -> float:
            pauses.put_nowait(attempt)
            return 0.01

        async with standing(scene, secret="wrong", pause=pause) as node:
            await node.told("853000")
            assert await pauses.get() == 0
            assert lines.seconds_until(await pauses.get()) > 100
            assert lines.seconds_until(await pauses.get()) > 100
            assert node.health.state()["status"] == "down"

    conduct(work)


def test_who_is_pushed_out_by_a_stranger_stops_and_says_so(scene: Scene) -> None:
    notes = Notes()

    async def work() -> None:
        async with standing(scene, notes, patience=60) as node, standing(scene, notes, patience=60) as other:
            await node.subscribed()
            with connected(scene.gateway):
                await asyncio.wait(
                    [asyncio.ensure_future(each.alarmed.wait()) for each in (node, other)],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                await node.told("pushed out")
                await other.told("pushed out")
            assert scene.gateway.opened == 2
        async with standing(scene, notes) as node:
            await node.told("connected")
            await node.hears("hello")

    conduct(work)


def test_one_of_two_nodes_has_it_and_the_other_takes_over_when_it_dies(scene: Scene) -> None:
    notes = Notes()

    async def work() -> None:
        async with standing(scene, notes, patience=2) as first:
            await first.told("connected")
            async with standing(scene, notes, patience=2) as second:
                await second.told("another node")
                await first.hears("hello")
                for task in first.line._tasks:
                    task.cancel()
                await second.told("connected")
                await second.hears("again")
                assert not second.alarmed.is_set()

    conduct(work)
    assert scene.gateway.opened == 2


def test_a_node_that_stops_hands_over_at_once(scene: Scene) -> None:
    notes = Notes()

    async def work() -> None:
        first, second = (Node(scene, notes, patience=60) for _ in range(2))
        await first.line.start()
        await first.told("connected")
        await second.line.start()
        await second.told("another node")
        await first.line.stop()
        await second.told("connected")
        await second.line.stop()

    conduct(work)


def test_what_a_node_without_the_connection_has_to_say_is_said_by_the_other(scene: Scene) -> None:
    async def work() -> None:
        relay = Relay(notes := Notes(), Clock(), look=0.01)
        async with standing(scene, notes) as node:
            await node.hears("hello")
            serving = asyncio.ensure_future(relay.serve(lambda: node.line.here, node.line.ask))
            elsewhere = NearestOutlet(Relay(notes, Clock(), look=0.01))
            body = {"chatid": "alice", "msgtype": "markdown", "markdown": {"content": "from elsewhere"}}
            await elsewhere.ask("aibot_send_msg", body)
            with pytest.raises(WeComError) as refused:
                await elsewhere.ask("aibot_send_msg", {**body, "chatid": "bob"})
            assert refused.value.errcode == 846607
            serving.cancel()
            with pytest.raises(WeComError) as unsaid:
                await elsewhere.ask("aibot_send_msg", body)
            assert not unsaid.value.unknown
            assert not [key for key in notes.kept if key[0] == "robot_to_say"]

    conduct(work)
    assert [post.body for post in scene.robot.direct(scene.company.alice).posts if not post.author] == [
        {"content": "from elsewhere"}
    ]


def test_an_acknowledgement_that_does_not_come_leaves_it_open_whether_it_was_heard(scene: Scene) -> None:
    async def work() -> None:
        async with standing(scene) as node:
            await node.hears("hello")
            await node.told("connected")
            connection = node.line._connection
            assert connection is not None
            connection._within = 0.05
            scene.gateway.faults.add("aibot_send_msg", AckFault("lost"))
            body = {"chatid": "alice", "msgtype": "markdown", "markdown": {"content": "one"}}
            with pytest.raises(WeComError) as lost:
                await node.line.ask("aibot_send_msg", body)
            assert lost.value.unknown

    conduct(work)


def test_pauses_grow_and_are_never_quite_the_same() -> None:
    assert lines.seconds_until(0) == 0
    assert len({lines.seconds_until(5) for _ in range(20)}) > 1
    assert max(lines.seconds_until(9) for _ in range(50)) <= 60
