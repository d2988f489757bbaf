"""How one app hears of things: its settings on the console page, and the doors that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.chaos import Chaos
from tests.fakes.journal import Entry, Journal
from tests.fakes.slack.apps import App
from tests.fakes.slack.delivery import Delivery, Limits
from tests.fakes.slack.errors import Json
from tests.fakes.slack.events import EventContext
from tests.fakes.slack.forgeries import forgeries, replay
from tests.fakes.slack.oddities import oddities
from tests.fakes.slack.parcel import Attempt, Door, Kind, Parcel
from tests.fakes.slack.post import Post
from tests.fakes.slack.sockets import Gateway
from tests.fakes.slack.world import World


@dataclass(frozen=True)
class Features:
    """`commands`: by name, whether Slack escapes what is typed after it (`should_escape`). `shortcuts`: by callback_id,
    message or global.
    """

    commands: Mapping[str, bool] = field(default_factory=lambda: {"/crm": True})
    shortcuts: Mapping[str, str] = field(default_factory=lambda: {"log_to_crm": "message", "new_task": "global"})


class Hearing:
    """One app with its request URL, or with Socket Mode. To be used in the loop of the fake."""

    def __init__(
        self, app: App, world: World, *, url: str = "", patience: float = 3.0, features: Features | None = None
    ):
        self.app = app
        self._world = world
        self._envelope: Json = {}
        self.features = features or Features()
        self.post = Post(url, app.signing_secret, world.clock, world.journal, patience=patience) if url else None
        self.gateway = None if url else Gateway(app.id, world, patience=patience)
        self.delivery = Delivery(self.door, world.clock, world.journal)

    @property
    def door(self) -> Door:
        door = self.post or self.gateway
        assert door is not None
        return door

    @property
    def journal(self) -> Journal:
        return self._world.journal

    async def start(self) -> None:
        if self.gateway:
            await self.gateway.start()

    async def stop(self) -> None:
        await self.delivery.stop()
        if self.gateway:
            await self.gateway.stop()

    def unsettle(self, chaos: Chaos) -> None:
        """From now on the network does this to deliveries."""
        self.delivery.unsettle(chaos)
        if self.post:
            self.post.vary(chaos.seed if chaos.varied else None)

    def limit(self, limits: Limits) -> None:
        self.delivery.limits = limits

    async def forge(self) -> dict[str, int]:
        """Hand in every forgery; the status each got, by name."""
        assert self.post, "there is nothing to forge on a socket"
        genuine, _ = self.post.captured[-1]
        made = forgeries(self.app.signing_secret, self._world.clock.now(), genuine)
        return {one.name: await self.post.hand_in(one) for one in made}

    async def replay(self, back: int = 1) -> int:
        """Hand in a captured request once more, the last one or one so far back; its status."""
        assert self.post, "there is nothing to capture on a socket"
        return await self.post.hand_in(replay(*self.post.captured[-back], self._world.clock.now()))

    async def estrange(self) -> dict[str, int]:
        """Deliver strange relatives of the last message, genuine all of them; the status each got, by name."""
        *_, last = self._world.journal.of("event", app=self.app.id)
        return {name: await self._estranged(name, last, event) for name, event in oddities(last["event"])}

    async def _estranged(self, name: str, last: Entry, event: Json) -> int:
        ts = self._world.channels[last["event"]["channel"]].stamps.next(self._world.clock.now())
        if event.get("ts") == last["event"]["ts"]:
            event |= {"ts": ts, "event_ts": ts}
        self._world.journal.write("oddity", name=name, ts=event.get("ts"))
        payload = {**self._envelope, "event": event, "event_id": self._world.ids.new("Ev")}
        return (await self.door.hand_over(Parcel(Kind.EVENT, payload), Attempt())).status

    def take(self, event: Json, context: EventContext) -> None:
        self._envelope = context.envelope(event)
        self.delivery.send(Parcel(Kind.EVENT, self._envelope))
