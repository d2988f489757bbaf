"""What the robot says: long answers grow and go on, slow ones are announced, nothing is shown twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from adapters.wecom.allowance import Allowance
from adapters.wecom.robot.answers import LOOKING, NO_ANSWER, NOT_KEPT, Answers
from adapters.wecom.robot.chats import Chats
from adapters.wecom.robot.door import RobotDoor
from adapters.wecom.robot.outlet import NearestOutlet
from adapters.wecom.robot.questions import Questions
from adapters.wecom.robot.relay import Relay
from adapters.wecom.robot.way import Robot
from crm_core.chat import Button, Card, Cursor, DeliveryError, Envelope, NotKept, OutboundMessage, Receipt, Urgency
from tests.adapters.wecom.calling import Notes
from tests.adapters.wecom.robot.conftest import Scene, text
from tests.adapters.wecom.robot.test_line import Node, conduct
from tests.fakes.wecom.robot.chats import Question
from tests.fakes.wecom.robot.gateway import AckFault

HELLO = Card(text="hello")
NUDGE = Card(title="Call Acme", buttons=(Button("Done", "done 1"), Button("Later", "snooze 1")))


class Desk:
    """The robot without the rest of the program. `answer`: what comes of a question; `failing`: how often nothing is
    kept."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.notes = Notes()
        self.node = Node(scene, self.notes)
        self.kept: list[str] = []
        self.failing = 0
        self.answer: Callable[[str], Awaitable[None]] = self._nothing
        outlet = NearestOutlet(Relay(self.notes, self.now, look=0.01))
        outlet.line = self.node.line
        questions, chats = Questions(self.now), Chats(self.notes)
        allowance = Allowance(self.notes, self.now, self._sleep, kind="robot_allowance")
        answers = Answers(outlet, allowance, self._sleep)
        self.way = Robot(outlet, answers, questions, chats, allowance, alone=True)
        self.door = RobotDoor(
            self._accept,
            outlet,
            answers,
            questions,
            chats,
            clock=self.now,
            settled=self._settled,
            looking_after=0,
            sleep=self._sleep,
        )
        self.node.line._hear = self.door.hear

    def now(self) -> datetime:
        return self.scene.company.world.clock.utc_now()

    async def says(self, words: str) -> Question:
        """Alice says it, and it is answered whole."""
        question = self.scene.robot.say(self.scene.company.alice, words)
        assert question
        await asyncio.to_thread(self.scene.answered, question)
        return question

    async def sends(self, card: Card, key: str = "", token: str = "") -> Receipt:
        return await self.way.send(OutboundMessage("direct:alice", card, key=key, reply_token=token))

    def shown(self) -> list[str]:
        return [text(post) for post in self.scene.robot.direct(self.scene.company.alice).posts if not post.author]

    async def _accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        assert note is None
        if self.failing:
            self.failing -= 1
            raise NotKept
        self.kept.append(envelope.event_id)
        return self.kept.count(envelope.event_id) == 1

    async def _settled(self, key: str) -> None:
        await self.answer(key)

    async def _nothing(self, key: str) -> None:
        """Nobody answers."""

    async def _sleep(self, seconds: float) -> None:
        await asyncio.to_thread(self.scene.fake.advance, seconds)


@asynccontextmanager
async def seated(scene: Scene) -> AsyncIterator[Desk]:
    desk = Desk(scene)
    await desk.node.line.start()
    await desk.node.told("connected")
    try:
        yield desk
    finally:
        await desk.door.close()
        await desk.node.line.stop()


def test_a_long_answer_grows_and_goes_on_in_another_message(scene: Scene) -> None:
    lines = "\n".join(f"line {number} of a long list of customers" for number in range(800))

    async def work() -> None:
        async with seated(scene) as desk:
            desk.answer = lambda key: _answered(desk.sends(Card(text=lines), "answer", key))
            await desk.says("list")
            await desk.node.outside(_until(scene, lambda: len(desk.shown()) == 2))
            assert [shown.endswith(f"({number}/2)") for number, shown in enumerate(desk.shown(), 1)] == [True, True]
            assert all(len(shown.encode()) <= 20_480 for shown in desk.shown())

    conduct(work)
    assert scene.faults() == []


def test_who_waits_sees_that_somebody_looks_and_then_the_answer_in_its_place(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:
            seen: list[str] = []

            async def answer(key: str) -> None:
                await desk.node.outside(_until(scene, lambda: desk.shown() == [LOOKING]))
                seen.extend(desk.shown())
                await desk.sends(NUDGE, "answer", key)

            desk.answer = answer
            await desk.says("who owns Acme?")
            assert seen == [LOOKING]
            assert desk.shown()[0].startswith("**Call Acme**")
            assert scene.latest().body["task_id"].startswith("crm-")

    conduct(work)
    assert scene.faults() == []


def test_where_no_answer_comes_that_is_said(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:

            async def answer(key: str) -> None:
                await desk.node.outside(_until(scene, lambda: desk.shown() == [LOOKING]))

            desk.answer = answer
            await desk.says("who owns Acme?")
            assert desk.shown() == [NO_ANSWER]

    conduct(work)


def test_an_answer_that_comes_after_six_minutes_is_a_message_of_its_own(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:

            async def answer(key: str) -> None:
                await desk.node.outside(_until(scene, lambda: desk.shown() == [LOOKING]))
                await desk._sleep(400)
                await desk.sends(HELLO, "answer", key)

            desk.answer = answer
            scene.robot.say(scene.company.alice, "who owns Acme?")
            await desk.node.outside(_until(scene, lambda: "hello" in desk.shown()))

    conduct(work)


def test_what_cannot_be_kept_is_tried_again_and_then_said_so(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:
            desk.failing = 2
            desk.answer = lambda key: _answered(desk.sends(HELLO, "answer", key))
            await desk.says("one")
            assert desk.shown() == ["hello"]
            desk.failing = 1_000
            await desk.says("two")
            assert desk.shown() == ["hello", NOT_KEPT]

    conduct(work)


def test_an_answer_whose_acknowledgement_is_lost_is_shown_once(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:
            await desk.node.told("connected")
            assert desk.node.line._connection
            desk.node.line._connection._within = 0.1
            scene.gateway.faults.add("aibot_respond_msg", AckFault("lost"))
            desk.answer = lambda key: _answered(desk.sends(HELLO, "answer", key))
            await desk.says("one")
            await desk.node.outside(_until(scene, lambda: desk.shown() == ["hello"]))

    conduct(work)


def test_a_card_whose_acknowledgement_is_lost_is_sent_again_and_shown_once(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:
            desk.answer = lambda key: _answered(desk.sends(HELLO, "answer", key))
            await desk.says("one")
            assert desk.node.line._connection
            desk.node.line._connection._within = 0.1
            scene.gateway.faults.add("aibot_send_msg", AckFault("lost"))
            with pytest.raises(DeliveryError) as refused:
                await desk.sends(NUDGE, "nudge")
            assert refused.value.unknown
            await desk.sends(NUDGE, "nudge")
            assert len(desk.shown()) == 2

    conduct(work)


def test_deliveries_leave_room_for_answers_and_nothing_is_refused(scene: Scene) -> None:
    async def work() -> None:
        async with seated(scene) as desk:
            desk.answer = lambda key: _answered(desk.sends(HELLO, "answer", key))
            await desk.says("one")
            for number in range(19):
                await desk.way.send(OutboundMessage("direct:alice", HELLO, key=str(number), urgency=Urgency.DUE))
            with pytest.raises(DeliveryError) as refused:
                await desk.way.send(OutboundMessage("direct:alice", HELLO, key="late", urgency=Urgency.DUE))
            assert refused.value.retry_after
            await desk.says("two")

    conduct(work)
    assert not list(scene.fake.journal.of("robot refusal"))


async def _answered(sending: Awaitable[Receipt]) -> None:
    await sending


async def _until(scene: Scene, seen: Callable[[], bool]) -> None:
    async with scene.gateway._changed:
        await scene.gateway._changed.wait_for(seen)
