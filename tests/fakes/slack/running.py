"""The fake Slack on a loopback port, in a thread of its own, for tests that run the real adapter against it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.fakes.clock import ManualClock
from tests.fakes.journal import Journal
from tests.fakes.serving import TIMEOUT, looping
from tests.fakes.slack.apps import App
from tests.fakes.slack.errors import Json
from tests.fakes.slack.events import EventContext
from tests.fakes.slack.hearing import Features, Hearing
from tests.fakes.slack.server import serving
from tests.fakes.slack.world import World

T = TypeVar("T")


class Fake:
    """A running fake Slack. `world`: its verbs may be called from any thread. `hearings`: by app id.

    `url`: where it answers, without a slash at the end. Everything here is called from outside of its loop.
    """

    def __init__(self, world: World, url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.world = world
        self.url = url
        self.loop = loop
        self.hearings: dict[str, Hearing] = {}
        world.hooks.append(self._hear)

    @property
    def journal(self) -> Journal:
        return self.world.journal

    @property
    def api_url(self) -> str:
        """What `api_url` in the configuration of the app is set to."""
        return f"{self.url}/api/"

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop of the fake."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=TIMEOUT)

    def do(self, work: Callable[[], T]) -> T:
        """Run a function in the loop of the fake."""

        async def run() -> T:
            return work()

        return self.call(run())

    def deliver_to(self, app: App, url: str, *, patience: float = 3.0, features: Features | None = None) -> Hearing:
        """From now on this app hears of events, interactions and commands at this URL on loopback."""
        return self._open(Hearing(app, self.world, url=url, patience=patience, features=features))

    def open_sockets(self, app: App, *, patience: float = 3.0, features: Features | None = None) -> Hearing:
        """From now on this app hears of everything through Socket Mode."""
        app.socket_mode = True
        return self._open(self.do(lambda: Hearing(app, self.world, patience=patience, features=features)))

    def hearing(self, app: App) -> Hearing:
        """How this app hears; fails when it does not."""
        assert app.id in self.hearings, f"{app.name} has neither a request URL nor sockets"
        return self.hearings[app.id]

    def features(self, app: App) -> Features:
        """The commands and shortcuts of this app."""
        return self.hearing(app).features

    def settle(self) -> None:
        """Until every delivery that is due has been answered."""
        self.call(self._settle())

    def advance(self, seconds: float) -> None:
        """Move the clock, stopping at everything that falls due on the way until it is done. Needs a `ManualClock`."""
        clock = self.world.clock
        assert isinstance(clock, ManualClock), "only a manual clock can be moved"
        self.call(clock.run(seconds, settle=self._settle))

    def close(self) -> None:
        self.world.hooks.remove(self._hear)
        for hearing in self.hearings.values():
            self.call(hearing.stop())

    def _open(self, hearing: Hearing) -> Hearing:
        former = self.hearings.get(hearing.app.id)
        if former:
            self.call(former.stop())
        self.call(hearing.start())
        self.hearings[hearing.app.id] = hearing
        return hearing

    def _hear(self, event: Json, context: EventContext) -> None:
        hearing = self.hearings.get(context.app.id)
        if hearing:
            self.loop.call_soon_threadsafe(hearing.take, event, context)

    async def _settle(self) -> None:
        for hearing in tuple(self.hearings.values()):
            await hearing.delivery.settle()


@contextmanager
def slack(world: World | None = None, *, port: int = 0) -> Iterator[Fake]:
    """Serve this world (a new one with a manual clock by default) until the block ends. `port`: 0 for a free one."""
    world = world or World(clock=ManualClock())
    with serving(world, port=port) as url, looping("fake-slack-delivery") as loop:
        fake = Fake(world, url, loop)
        try:
            yield fake
        finally:
            fake.close()
