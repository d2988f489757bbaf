"""The fake Slack on a loopback port: in a thread for tests, in a loop of its own by hand."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fakes.slack.loopback import require_loopback
from tests.fakes.slack.state import State
from tests.fakes.slack.web_api.app import web_routes


class Reachable(H11Protocol):
    """Lets an endpoint reach its connection (`request.state.transport`), to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def create_app(state: State, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """All of the fake that speaks HTTP; `routes`: what else it shall answer (sockets, the page for people …)."""
    return Starlette(routes=[*web_routes(state), *routes])


def create_server(app: Starlette) -> uvicorn.Server:
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
    return uvicorn.Server(config)


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket on this machine; NotLoopback for any other address. Port 0: a free one."""
    require_loopback(f"http://{host}")
    return socket.create_server((host, port))


@contextmanager
def serving(state: State, routes: Sequence[BaseRoute] = ()) -> Iterator[str]:
    """The fake in a thread until the block ends; yields its address, which `state.address` then is as well."""
    with listen() as listener:
        state.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = create_server(create_app(state, routes))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), name="fake-slack")
        thread.start()
        try:
            _wait(server, thread)
            yield state.address
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive(), "the fake Slack did not stop"


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        assert thread.is_alive(), "the fake Slack did not start"
        thread.join(timeout=0.005)
