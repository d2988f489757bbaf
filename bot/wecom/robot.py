"""WeCom's robot, put together from its section of the configuration."""

import asyncio
from dataclasses import dataclass, field

from adapters.health import Health
from adapters.wecom.allowance import Allowance
from adapters.wecom.door import Settled
from adapters.wecom.robot.answers import Answers
from adapters.wecom.robot.chats import Chats
from adapters.wecom.robot.claim import Claim
from adapters.wecom.robot.door import RobotDoor
from adapters.wecom.robot.files import Files
from adapters.wecom.robot.line import Line
from adapters.wecom.robot.outlet import NearestOutlet
from adapters.wecom.robot.questions import Questions
from adapters.wecom.robot.relay import Relay
from adapters.wecom.robot.way import Robot
from bot.clock import Clock
from bot.threads import Core
from bot.wecom import sections
from crm_core.desk import Accept, Memory
from crm_core.outreach import notices


@dataclass(frozen=True)
class RobotFar:
    """What the robot says, and where it is connected to."""

    settings: sections.WeComRobot
    core: Core
    clock: Clock
    health: Health
    claim: Claim
    relay: Relay
    outlet: NearestOutlet
    answers: Answers
    questions: Questions
    chats: Chats
    way: Robot
    files: Files

    def doors(self, accept: Accept, settled: Settled) -> "RobotDoors":
        """What lets in what is said to the robot; nothing comes in before `open`. `settled`: see `RobotDoor`."""
        door = RobotDoor(
            accept,
            self.outlet,
            self.answers,
            self.questions,
            self.chats,
            clock=self.clock,
            settled=settled,
            files=self.files,
        )
        self.outlet.line = Line(
            door.hear,
            self.health,
            self.claim,
            bot_id=self.settings.bot_id,
            secret=self.settings.secret,
            ws_url=self.settings.ws_url,
            alarm=self._alarm,
        )
        return RobotDoors(self.outlet.line, door, self.relay)

    async def _alarm(self) -> None:
        """The administrators hear that another connection took the robot over."""
        body, now = {"notice": "robot_pushed_out"}, self.clock()
        await self.core.write(lambda session: notices.tell_administrators(session, body, now=now, but="wecom"))


@dataclass
class RobotDoors:
    """The connection, and what other nodes have to say over it."""

    line: Line
    door: RobotDoor
    relay: Relay
    serving: asyncio.Task[None] | None = field(default=None)

    async def open(self) -> None:
        await self.line.start()
        self.serving = asyncio.create_task(self.relay.serve(lambda: self.line.here, self.line.ask))

    async def close(self) -> None:
        """Nothing new comes in; answers under way still go out until the line is stopped by the last."""
        await self.door.close()
        if self.serving is not None:
            self.serving.cancel()
            await asyncio.gather(self.serving, return_exceptions=True)
        await self.line.stop()


def reach_robot(settings: sections.WeCom, core: Core, memory: Memory, health: Health, clock: Clock) -> RobotFar | None:
    """The far side of the robot, None without one; nothing is connected before its doors are open."""
    if not settings.robot.on:
        return None
    relay = Relay(memory, clock)
    outlet = NearestOutlet(relay)
    allowance = Allowance(memory, clock, kind="robot_allowance")
    questions, chats = Questions(clock), Chats(memory)
    answers = Answers(outlet, allowance)
    files = Files(clock, plain=settings.robot.ws_url.startswith("ws://"))
    way = Robot(outlet, answers, questions, chats, allowance, alone=not settings.app, files=files)
    claim = Claim(memory, settings.robot.bot_id)
    return RobotFar(settings.robot, core, clock, health, claim, relay, outlet, answers, questions, chats, way, files)
