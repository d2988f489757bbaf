"""The long connection of a robot (智能机器人长连接): real WebSockets on loopback, one connection at a time."""

import asyncio
import json
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.fakes.faults import Faults
from tests.fakes.wecom.api.call import Args
from tests.fakes.wecom.errors import Json, WeComError
from tests.fakes.wecom.robot.answers import COMMANDS, RESPONDING, unknown
from tests.fakes.wecom.robot.chats import Question
from tests.fakes.wecom.robot.robot import Robot

WRONG_SECRET = 853000
NOT_SUBSCRIBED = 846609
CALLBACKS = {"message": "aibot_msg_callback"}


@dataclass(frozen=True)
class AckFault:
    """late: it is done, the acknowledgement comes `seconds` later by the fake's clock. lost: it is done and never
    acknowledged. refused: it is not done, the acknowledgement says `code`. twice: acknowledged again. strange: as a
    frame whose headers are null.
    """

    kind: Literal["late", "lost", "refused", "twice", "strange"]
    seconds: float = 10
    code: int = -1


@dataclass(eq=False)
class Line:
    """One open connection. `mute`: what the robot is told does not get out. `stalled`: nothing does, nothing is read.

    `unacknowledged`: the req_ids that were answered and are not acknowledged yet.
    """

    socket: ServerConnection
    subscribed: bool = False
    mute: bool = False
    stalled: bool = False
    pings: int = 0
    unacknowledged: set[str] = field(default_factory=set)

    async def say(self, frame: Any) -> None:
        if not self.stalled:
            with suppress(ConnectionClosed):
                await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False))


class Gateway:
    """The connections to one robot. To be used in the loop of the fake.

    `keeps`: what people say while nobody is connected waits for the next connection, else it is lost. `pongs`: whether
    a ping is answered. `faults`: by cmd. `opened`: subscriptions so far. `farewell_code`: with which a connection is
    closed that another one takes the place of.
    """

    def __init__(self, robot: Robot) -> None:
        self.robot = robot
        self.keeps = True
        self.pongs = True
        self.farewell_code = 1000
        self.faults: Faults[AckFault] = Faults()
        self.url = ""
        self.opened = 0
        self.lines: list[Line] = []
        self._journal = robot.state.journal
        self._waiting: deque[Question] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self._changed = asyncio.Condition()

    @property
    def line(self) -> Line | None:
        """The connection that is subscribed."""
        return next((line for line in self.lines if line.subscribed), None)

    async def start(self, port: int = 0) -> None:
        self._server = await serve(self._serve, "127.0.0.1", port, ping_interval=None, compression=None)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.url = f"ws://{host}:{port}"

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        if self._server is not None:
            self._server.close()
            for line in tuple(self.lines):
                line.socket.transport.abort()
            await self._server.wait_closed()

    async def subscribed(self, *, since: int = 0) -> None:
        """Until a connection is subscribed, and more than `since` were `opened` in all."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.line is not None and self.opened > since)

    async def unsubscribed(self) -> None:
        """Until there is none."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.line is None)

    async def answered(self) -> None:
        """Until every message of a person has its whole answer."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.robot.unanswered())

    def wake(self) -> None:
        """Something was written; whoever waits for it looks again."""
        self._spawn(self._wake())

    def push(self, question: Question) -> None:
        """Tell the robot, or keep it for later; what goes to a mute line is kept too."""
        line = self.line
        if line is not None and not line.mute and not line.stalled:
            self._spawn(line.say(self._frame(question)))
        elif self.keeps:
            self._waiting.append(question)
        else:
            self._journal.write("robot missed", robot=self.robot.name, msgid=question.body["msgid"])

    async def close(self, code: int = 1000) -> None:
        """End the connection: 1006 without a word, any other code as a close frame."""
        for line in tuple(self.lines):
            if code == 1006:
                self._reset(line)
            else:
                await line.socket.close(code)

    async def say(self, frame: Any) -> None:
        """Any frame to who is connected: text as it is, everything else as JSON."""
        for line in tuple(self.lines):
            await line.say(frame)

    def mute(self) -> None:
        """The connection seems to live, pings are answered, and nothing of what people say gets there."""
        for line in self.lines:
            line.mute = True

    def stall(self) -> None:
        """Neither read nor write any more, without a word."""
        for line in self.lines:
            line.stalled = True
            line.socket.transport.pause_reading()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _reset(self, line: Line) -> None:
        plug = line.socket.transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.socket.transport.abort()

    async def _serve(self, connection: ServerConnection) -> None:
        line = Line(connection)
        self.lines.append(line)
        try:
            async for raw in connection:
                await self._hear(line, raw)
        except ConnectionClosed:
            pass
        finally:
            await self._part(line)

    async def _part(self, line: Line) -> None:
        self._journal.write("robot disconnected", robot=self.robot.name, code=line.socket.close_code)
        async with self._changed:
            self.lines.remove(line)
            self._changed.notify_all()

    async def _hear(self, line: Line, raw: str | bytes) -> None:
        try:
            frame = json.loads(raw)
            cmd, req_id = frame["cmd"], frame["headers"]["req_id"]
            body = frame.get("body") or {}
        except (ValueError, KeyError, TypeError, RecursionError):
            self._violation("robot_frame", "a frame without cmd and headers.req_id")
            return
        if not isinstance(cmd, str) or not isinstance(req_id, str) or not isinstance(body, dict):
            self._violation("robot_frame", "cmd and req_id are texts, body is an object")
        elif cmd == "ping":
            await self._pong(line, req_id)
        elif cmd == "aibot_subscribe":
            await self._subscribe(line, req_id, body)
        elif not line.subscribed:
            await line.say(_ack(req_id, NOT_SUBSCRIBED, "aibot websocket not subscribed"))
        else:
            self._obey(line, cmd, req_id, body)

    async def _pong(self, line: Line, req_id: str) -> None:
        line.pings += 1
        if self.pongs:
            await line.say(_ack(req_id))

    async def _subscribe(self, line: Line, req_id: str, body: Json) -> None:
        if (body.get("bot_id"), body.get("secret")) != (self.robot.bot_id, self.robot.secret):
            self._journal.write("robot refused", robot=self.robot.name)
            await line.say(_ack(req_id, WRONG_SECRET, "invalid bot_id or secret"))
            return
        former = self.line
        line.subscribed = True
        if former is not None and former is not line:
            former.subscribed = False
            self._spawn(self._dismiss(former))
        await line.say(_ack(req_id))
        async with self._changed:
            self.opened += 1
            self._changed.notify_all()
        self._journal.write("robot subscribed", robot=self.robot.name, pushed_out=former is not None)
        waiting, self._waiting = self._waiting, deque()
        for question in waiting:
            self.push(question)

    async def _dismiss(self, line: Line) -> None:
        await line.say(self._frame(self.robot.farewell()))
        await line.socket.close(self.farewell_code)

    def _obey(self, line: Line, cmd: str, req_id: str, body: Json) -> None:
        """Do it at once, in the order of the frames; acknowledge when the next frames had their chance to be wrong."""
        if cmd in RESPONDING and req_id in line.unacknowledged:
            self._violation("robot_pace", "an answer before the former one under its req_id was acknowledged")
        line.unacknowledged.add(req_id)
        fault = self.faults.take(cmd)
        ack = _ack(req_id, fault.code, "refused") if fault and fault.kind == "refused" else self._do(cmd, req_id, body)
        self._spawn(self._acknowledge(line, req_id, ack, fault))

    def _do(self, cmd: str, req_id: str, body: Json) -> Json:
        state = self.robot.state
        try:
            with state.lock:
                done = COMMANDS.get(cmd, unknown)(self.robot, req_id, Args(body))
        except WeComError as error:
            refusal = error.answer(state.ids.hint())
            self._journal.write("robot refusal", robot=self.robot.name, cmd=cmd, errcode=error.code)
            return _ack(req_id, refusal["errcode"], refusal["errmsg"])
        return _ack(req_id) | ({"body": done} if done else {})

    async def _acknowledge(self, line: Line, req_id: str, ack: Json, fault: AckFault | None) -> None:
        await asyncio.sleep(0)
        await self._wake()
        kind = fault.kind if fault else ""
        if fault and kind == "late":
            await self.robot.state.clock.sleep(fault.seconds)
        if kind == "lost":
            return
        line.unacknowledged.discard(req_id)
        await line.say({**ack, "headers": None} if kind == "strange" else ack)
        if kind == "twice":
            await line.say(ack)

    def _frame(self, question: Question) -> Json:
        cmd = CALLBACKS.get(question.kind, "aibot_event_callback")
        return {"cmd": cmd, "headers": {"req_id": question.req_id}, "body": question.body}

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _violation(self, name: str, text: str) -> None:
        self._journal.write("violation", what=name, text=text, app=self.robot.name)


def _ack(req_id: str, errcode: int = 0, errmsg: str = "ok") -> Json:
    """An acknowledgement has no cmd."""
    return {"headers": {"req_id": req_id}, "errcode": errcode, "errmsg": errmsg}
