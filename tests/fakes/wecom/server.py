"""The fake WeCom on a loopback port."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tests.fakes.serving import answering, listen
from tests.fakes.wecom.api.door import api_routes
from tests.fakes.wecom.state import State


def create_app(state: State, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """All of the fake that speaks HTTP; `routes`: what else it shall answer (the robot's socket …)."""
    return Starlette(routes=[*api_routes(state), *routes])


@contextmanager
def serving(state: State, routes: Sequence[BaseRoute] = (), *, port: int = 0) -> Iterator[str]:
    """The fake in a thread until the block ends; yields its address, which `state.address` then is as well."""
    with listen(port=port) as listener:
        state.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with answering(create_app(state, routes), listener, name="fake-wecom"):
            yield state.address
