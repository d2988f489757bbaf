"""A robot's end of the long connection, by hand: frame by frame, right or wrong as the test wants it."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.robot.gateway import Gateway

SECONDS = 10


class Hand:
    """`socket`: the connection itself. `said`: callbacks that came while an acknowledgement was awaited."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.said: list[Json] = []
        self._numbers = itertools.count(1)

    def send(self, cmd: str, body: Json | None = None, req_id: str = "") -> str:
        """A frame; its req_id."""
        req_id = req_id or f"{cmd}-{next(self._numbers)}"
        self.socket.send(json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": body or {}}))
        return req_id

    def ask(self, cmd: str, body: Json | None = None, req_id: str = "") -> Json:
        """A frame, and its acknowledgement."""
        req_id = self.send(cmd, body, req_id)
        while True:
            frame = self.read()
            if "cmd" not in frame and frame["headers"]["req_id"] == req_id:
                return dict(frame)
            self.said.append(frame)

    def code(self, cmd: str, body: Json | None = None, req_id: str = "") -> int:
        return int(self.ask(cmd, body, req_id)["errcode"])

    def stream(self, req_id: str, content: str, *, finish: bool = False, **more: Any) -> int:
        """A piece of the stream `s1`; its errcode."""
        stream = {"id": "s1", "content": content, "finish": finish, **more}
        return self.code("aibot_respond_msg", {"msgtype": "stream", "stream": stream}, req_id)

    def heard(self) -> tuple[str, Json]:
        """The next callback: its req_id and its body."""
        frame = self.said.pop(0) if self.said else self.read()
        assert frame.get("cmd", "").endswith("_callback"), frame
        return frame["headers"]["req_id"], frame["body"]

    def read(self) -> Any:
        return json.loads(self.socket.recv(timeout=SECONDS))

    def closed(self) -> int:
        """The code with which the other side ends the connection, 1006 when it just breaks."""
        try:
            while True:
                self.socket.recv(timeout=SECONDS)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


@contextmanager
def connected(gateway: Gateway, *, secret: str | None = None) -> Iterator[Hand]:
    """A connection that is subscribed, or that tried to be with another `secret`."""
    with connect(gateway.url, compression=None, ping_interval=None, close_timeout=1) as socket:
        hand = Hand(socket)
        robot = gateway.robot
        body = {"bot_id": robot.bot_id, "secret": robot.secret if secret is None else secret}
        ack = hand.ask("aibot_subscribe", body)
        assert ack["errcode"] == (0 if secret is None else 853000)
        yield hand
