"""The program on a loopback port, in a thread of its own, for tests that talk to it over real HTTP."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from bot import wiring
from bot.app import create_app
from bot.clock import Clock, utc_now
from bot.config import Config
from bot.program import Program
from bot.server import Server

T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """`url`: where it answers, without a slash at the end."""

    url: str
    program: Program
    loop: asyncio.AbstractEventLoop

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop of the program."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)


@contextmanager
def running(config: Config, *, clock: Clock = utc_now) -> Iterator[Running]:
    """Run the program of this configuration until the block ends, then stop it gracefully."""
    program = wiring.build(config, clock=clock)
    ready = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    def serve() -> None:
        try:
            asyncio.run(_serve())
        finally:
            ready.set()

    async def _serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = Server(create_app(program), program, ready.set)
        thread = threading.Thread(target=serve, name="running")
        thread.start()
        try:
            ready.wait(timeout=60)
            assert server.started, "the program did not start"
            yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", program, loops[0])
        finally:
            server.should_exit = True
            thread.join(timeout=60)
            assert not thread.is_alive(), "the program did not stop"
