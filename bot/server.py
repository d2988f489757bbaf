"""uvicorn around the application: says when it is ready, ends the endless connections first when it stops."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from bot.program import Program

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """A graceful stop is the ordinary end: SIGTERM and SIGINT are not raised again afterwards."""

    def __init__(self, app: FastAPI, program: Program, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=10,
            )
        )
        self._program = program
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._program.hang_up()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        try:
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, self.handle_exit, number, None)
        except (RuntimeError, ValueError, NotImplementedError):
            # Not in the main thread, as in tests: whoever runs it sets `should_exit`.
            yield
            return
        yield
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
