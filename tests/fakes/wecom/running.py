"""The fake WeCom on a loopback port, in a thread of its own, for tests that run the real adapter against it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from starlette.routing import BaseRoute

from tests.fakes.clock import ManualClock
from tests.fakes.journal import Journal
from tests.fakes.serving import TIMEOUT, looping
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.hearing import Hearing
from tests.fakes.wecom.post import PATIENCE
from tests.fakes.wecom.robot.gateway import Gateway
from tests.fakes.wecom.robot.robot import Robot
from tests.fakes.wecom.robot.web import robot_routes
from tests.fakes.wecom.server import serving
from tests.fakes.wecom.world import World

T = TypeVar("T")
Settle = Callable[[], Awaitable[object]]


class Fake:
    """A running fake WeCom. `world`: its verbs may be called from any thread. `hearings`: by the name of the app.

    `url`: where it answers, without a slash at the end. Everything here is called from outside of its loop.
    `settling`: awaited in its loop until what is under way has been answered; whoever delivers something adds theirs.
    """

    def __init__(self, world: World, url: str, loop: asyncio.AbstractEventLoop, robots: list[Robot]) -> None:
        self.world = world
        self.url = url
        self.loop = loop
        self.settling: list[Settle] = []
        self.hearings: dict[str, Hearing] = {}
        self.gateways: list[Gateway] = []
        self.robots = robots
        world.on_event(self._hear)

    @property
    def journal(self) -> Journal:
        return self.world.journal

    @property
    def api_url(self) -> str:
        """What `api_url` in the configuration is set to."""
        return f"{self.url}/cgi-bin/"

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop of the fake."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=TIMEOUT)

    def do(self, work: Callable[[], T]) -> T:
        """Run a function in the loop of the fake."""

        async def run() -> T:
            return work()

        return self.call(run())

    def deliver_to(self, app: App, url: str, *, patience: float = PATIENCE) -> Hearing:
        """From now on this app hears of everything at this URL on loopback. `patience`: wall seconds."""
        former = self.hearings.get(app.name)
        if former:
            self.call(former.delivery.stop())
        hearing = self.do(lambda: Hearing(app, self.world, url, patience=patience))
        self.hearings[app.name] = hearing
        return hearing

    def open_robot(self, name: str = "crm", *, port: int = 0) -> Gateway:
        """A robot in the company, and the address of its long connection. `port`: 0 for a free one."""
        robot = Robot(self.world, name)
        gateway = self.do(lambda: Gateway(robot))
        robot.outbox = lambda question: self.soon(lambda: gateway.push(question))
        robot.wrote = lambda: self.soon(gateway.wake)
        self.call(gateway.start(port))
        self.gateways.append(gateway)
        self.robots.append(robot)
        return gateway

    def soon(self, work: Callable[[], object]) -> None:
        """Run a function in the loop of the fake, without waiting for it."""
        self.loop.call_soon_threadsafe(work)

    def settle(self) -> None:
        """Until everything that is due has been delivered and answered."""
        self.call(self._settle())

    def advance(self, seconds: float) -> None:
        """Move the clock, stopping at everything that falls due on the way until it is done. Needs a `ManualClock`."""
        clock = self.world.clock
        assert isinstance(clock, ManualClock), "only a manual clock can be moved"
        self.call(clock.run(seconds, settle=self._settle))

    def close(self) -> None:
        self.world.hooks.remove(self._hear)
        for hearing in self.hearings.values():
            self.call(hearing.delivery.stop())
        for gateway in self.gateways:
            self.call(gateway.stop())

    def _hear(self, app: App, fields: Json) -> None:
        hearing = self.hearings.get(app.name)
        if hearing:
            self.soon(lambda: hearing.take(fields))

    async def _settle(self) -> None:
        for hearing in tuple(self.hearings.values()):
            await hearing.delivery.settle()
        for settle in tuple(self.settling):
            await settle()


@contextmanager
def wecom(world: World | None = None, *, port: int = 0, routes: Sequence[BaseRoute] = ()) -> Iterator[Fake]:
    """Serve this world (a new one with a manual clock by default) until the block ends. `port`: 0 for a free one."""
    world = world or World(clock=ManualClock())
    robots: list[Robot] = []
    with (
        serving(world, [*robot_routes(world, robots), *routes], port=port) as url,
        looping("fake-wecom-delivery") as loop,
    ):
        fake = Fake(world, url, loop, robots)
        try:
            yield fake
        finally:
            fake.close()
