"""Socket Mode: real WebSockets on loopback, each opened with a ticket that is good for one use."""

import asyncio
import json
import random
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.fakes.slack.parcel import Attempt, Kind, Parcel, Reply
from tests.fakes.slack.state import State

MOST_CONNECTIONS = 10
#: Seconds between the warning and the refresh.
WARNING = 10.0


@dataclass(eq=False)
class Line:
    """One open connection. `stalled`: nothing is read from it nor written to it, and it is not closed either. `broken`:
    by the fake, so that what is lost on it is not the app's fault.
    """

    socket: ServerConnection
    stalled: bool = False
    leaving: bool = False
    broken: bool = False

    async def say(self, **frame: Any) -> None:
        if not self.stalled:
            with suppress(ConnectionClosed):
                await self.socket.send(json.dumps(frame, ensure_ascii=False))


@dataclass
class _Sent:
    """An envelope that went out. `answer` is None once it was acknowledged or given up."""

    parcel: Parcel
    answer: asyncio.Future[Any] | None


class Gateway:
    """The sockets of one app. To be used in the loop of the fake.

    `patience`: wall seconds for an acknowledgement. `lossy`: what comes while nobody is connected is lost, instead of
    being tried again on the schedule of HTTP. `opened`: connections so far.
    """

    def __init__(self, app_id: str, state: State, *, patience: float = 3.0, lossy: bool = False, seed: int = 1) -> None:
        self.app_id = app_id
        self.patience = patience
        self.lossy = lossy
        self.disabled = False
        self.lines: list[Line] = []
        self.opened = 0
        self._state = state
        self._journal = state.journal
        self._random = random.Random(seed)
        self._sent: dict[str, _Sent] = {}
        self._server: Server | None = None
        self._changed = asyncio.Condition()

    async def start(self) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", 0, process_request=self._admit, ping_interval=None, compression=None
        )
        host, port = self._server.sockets[0].getsockname()[:2]
        self._state.links[self.app_id] = f"ws://{host}:{port}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for line in tuple(self.lines):
                line.socket.transport.abort()
            await self._server.wait_closed()

    async def connected(self, count: int = 1, *, since: int = 0) -> None:
        """Until so many connections stand, and more than `since` were `opened` in all."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.lines) >= count and self.opened > since)

    async def disconnected(self) -> None:
        """Until no connection stands any more."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.lines)

    async def hand_over(self, parcel: Parcel, attempt: Attempt) -> Reply:
        """Through any of the connections; `lossy` decides what happens when there is none."""
        open_lines = [line for line in self.lines if not line.leaving]
        if not open_lines:
            reply = Reply("connection_failed", stop=self.lossy)
            self._note(parcel, attempt, reply, disturbed=False)
            return reply
        line = self._random.choice(open_lines)
        reply = await self._push(line, parcel, attempt)
        self._note(parcel, attempt, reply, disturbed=line.broken)
        return reply

    async def refresh(self, line: Line | None = None) -> None:
        """Warn, ask to reconnect ten seconds later by the fake's clock, and close: one connection or all."""
        lines = [line] if line else list(self.lines)
        for each in lines:
            await each.say(type="disconnect", reason="warning", debug_info={"host": "fake"})
        await self._state.clock.sleep(WARNING)
        for each in lines:
            await self._dismiss(each, "refresh_requested")

    async def disable(self) -> None:
        """Socket Mode is switched off in the app's settings."""
        self.disabled = True
        for line in tuple(self.lines):
            await self._dismiss(line, "link_disabled")

    def stall(self, line: Line | None = None) -> None:
        """Neither read nor write any more, without a word: one connection or all."""
        for each in [line] if line else list(self.lines):
            each.stalled = each.broken = True
            each.socket.transport.pause_reading()

    def reset(self, line: Line | None = None) -> None:
        """Cut with a TCP reset: one connection or all."""
        for each in [line] if line else list(self.lines):
            each.broken = True
            plug = each.socket.transport.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.socket.transport.abort()

    async def ping(self) -> list[float]:
        """Wall seconds until each connection answered a ping with its pong."""
        pongs = [await line.socket.ping() for line in self.lines if not line.stalled]
        return [await pong for pong in pongs]

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """One ticket, one connection."""
        given = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if self._state.tickets.pop(given, "") != self.app_id or self.disabled:
            self._violation("socket_ticket", "a connection without a fresh ticket of apps.connections.open")
            return connection.respond(HTTPStatus.FORBIDDEN, "invalid ticket\n")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        line = Line(connection)
        if len(self.lines) >= MOST_CONNECTIONS:
            await line.say(type="disconnect", reason="too_many_websockets", debug_info={"host": "fake"})
            return
        await self._join(line)
        try:
            await self._hello(line)
            async for frame in connection:
                self._hear(frame)
        except ConnectionClosed:
            pass
        finally:
            await self._part(line)

    async def _join(self, line: Line) -> None:
        async with self._changed:
            self.lines.append(line)
            self.opened += 1
            self._changed.notify_all()
        self._journal.write("socket_opened", app=self.app_id, connections=len(self.lines))

    async def _part(self, line: Line) -> None:
        async with self._changed:
            self.lines.remove(line)
            self._changed.notify_all()
        self._journal.write("socket_closed", app=self.app_id, connections=len(self.lines))

    async def _hello(self, line: Line) -> None:
        await line.say(
            type="hello",
            num_connections=len(self.lines),
            connection_info={"app_id": self.app_id},
            debug_info={"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
        )
        await line.socket.ping("Ping from applink-fake")

    async def _dismiss(self, line: Line, reason: str) -> None:
        line.leaving = line.broken = True
        await line.say(type="disconnect", reason=reason, debug_info={"host": "fake"})
        await line.socket.close()

    async def _push(self, line: Line, parcel: Parcel, attempt: Attempt) -> Reply:
        envelope_id = str(UUID(int=self._random.getrandbits(128), version=4))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        sent = self._sent[envelope_id] = _Sent(parcel, answer)
        started = time.monotonic()
        await line.say(**_envelope(envelope_id, parcel, attempt))
        try:
            content = await asyncio.wait_for(answer, self.patience)
        except TimeoutError:
            return Reply("http_timeout", seconds=time.monotonic() - started)
        finally:
            sent.answer = None
        return Reply(status=200, content=content, seconds=time.monotonic() - started)

    def _hear(self, frame: str | bytes) -> None:
        try:
            said = json.loads(frame)
            envelope_id = said["envelope_id"]
            sent = self._sent[envelope_id]
        except (ValueError, TypeError):
            self._violation("socket_frame", "a frame that acknowledges nothing")
        except KeyError:
            self._violation("socket_ack_unknown", "an acknowledgement of an envelope that was never sent")
        else:
            self._take(sent, said)

    def _take(self, sent: _Sent, said: dict[str, Any]) -> None:
        if sent.answer is None or sent.answer.done():
            self._violation("socket_ack_again", f"{sent.parcel.name} was acknowledged twice, or too late")
            return
        content = said.get("payload")
        if content and not sent.parcel.answerable:
            self._violation("socket_payload", f"an acknowledgement of {sent.parcel.name} takes no payload")
        if content is not None and not isinstance(content, dict):
            self._violation("socket_payload", "the payload of an acknowledgement is a JSON object")
        sent.answer.set_result(content or None)

    def _note(self, parcel: Parcel, attempt: Attempt, reply: Reply, *, disturbed: bool) -> None:
        self._journal.write(
            "delivery",
            via="socket",
            what=parcel.kind.value,
            name=parcel.name,
            key=parcel.key,
            attempt=attempt.number,
            retry_reason=attempt.reason,
            disturbed=disturbed,
            status=reply.status,
            reason=reply.reason,
            milliseconds=round(reply.seconds * 1000, 1),
        )

    def _violation(self, name: str, text: str) -> None:
        self._journal.write("violation", what=name, text=text, app=self.app_id)


def _envelope(envelope_id: str, parcel: Parcel, attempt: Attempt) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": envelope_id,
        "type": parcel.kind.value,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.answerable,
    }
    if parcel.kind is Kind.EVENT:
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope
