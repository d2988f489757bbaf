"""Any Starlette app on a loopback port: in a thread for tests, in a loop of its own by hand."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fakes.loopback import require_loopback

T = TypeVar("T")
TIMEOUT = 60


class Reachable(H11Protocol):
    """Lets an endpoint reach its connection (`request.state.transport`), to cut it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Server(uvicorn.Server):
    """Ends at once when it is told to, whatever hangs; a real platform does not wait for its callers either.

    `ready`: set as soon as it answers, or has failed to start.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    def stop(self) -> None:
        """From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.stop()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self.on_tick(0)
        self.ready.set()
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in sockets or ():
            listener.close()


def create_server(app: Starlette) -> Server:
    config = uvicorn.Config(
        app,
        http=Reachable,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    return Server(config)


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket on this machine; NotLoopback for any other address. Port 0: a free one."""
    require_loopback(f"http://{host}")
    listener = socket.create_server((host, port))
    # asyncio does this only for sockets it made itself; without it every answer on a kept connection waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def answering(app: Starlette, listener: socket.socket, *, name: str) -> Iterator[None]:
    """The app in a thread of this name until the block ends."""
    server = create_server(app)
    thread = threading.Thread(target=_serve, args=(server, listener), name=name)
    thread.start()
    try:
        assert server.ready.wait(timeout=30)
        assert server.started, f"{name} did not start"
        yield
    finally:
        server.stop()
        thread.join(timeout=30)
        assert not thread.is_alive(), f"{name} did not stop"


@contextmanager
def looping(name: str) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop in a thread of its own: what goes out to others is independent of what they ask."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=name)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=TIMEOUT)
        assert not thread.is_alive(), f"{name} did not stop"
        loop.close()


async def cut(request: Request) -> None:
    """Cut the connection without a byte of an answer, where the server lets us reach it."""
    transport: asyncio.Transport | None = getattr(request.state, "transport", None)
    if transport is not None:
        transport.abort()
    await gone(request)


async def gone(request: Request) -> None:
    """Wait until the caller has left."""
    while not await request.is_disconnected():
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return


def _serve(server: Server, listener: socket.socket) -> None:
    try:
        asyncio.run(server.serve([listener]))
    finally:
        server.ready.set()
