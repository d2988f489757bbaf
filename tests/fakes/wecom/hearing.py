"""How one app hears of things: the callback URL in its settings, and what goes wrong on the way there."""

from tests.fakes.chaos import Chaos
from tests.fakes.wecom import passive
from tests.fakes.wecom.corp import App
from tests.fakes.wecom.delivery import Delivery
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.forgeries import STALE, forgeries, questions
from tests.fakes.wecom.oddities import oddities
from tests.fakes.wecom.parcel import Attempt, Parcel
from tests.fakes.wecom.post import PATIENCE, Post
from tests.fakes.wecom.world import World


class Hearing:
    """One app with its callback URL. To be used in the loop of the fake."""

    def __init__(self, app: App, world: World, url: str, *, patience: float = PATIENCE) -> None:
        self.app = app
        self.post = Post(url, app, world, patience=patience)
        self.delivery = Delivery(
            self.post, world, lambda parcel, reply: passive.show(world, app, self.post.cipher, parcel, reply)
        )
        self._world = world

    def take(self, fields: Json) -> None:
        """Something happened that this app hears of."""
        self.delivery.set_off(Parcel(fields))

    def unsettle(self, chaos: Chaos) -> None:
        """From now on the network does this to callbacks."""
        self.delivery.unsettle(chaos)

    async def verify(self) -> bool:
        """Save the URL in the console: whether the app gives back what it is shown."""
        return await self.post.verify()

    async def forge(self, userid: str) -> dict[str, int]:
        """Hand in every forgery, made from a message of this person that they never wrote; the status each got."""
        genuine = Parcel(self._message(userid)).text()
        made = [*questions(self.post), *forgeries(self.post, genuine, self._world.clock.now())]
        return {one.name: await self.post.hand_in(one.letter, name=one.name, expected=one.expected) for one in made}

    async def replay(self, back: int = 1) -> int:
        """Hand in a captured request once more, the last one or one so far back; its status.

        While it is fresh a receiver may answer 200, as long as nothing comes of it; later it must refuse.
        """
        letter = self.post.captured[-back]
        fresh = abs(self._world.clock.now() - int(letter.query["timestamp"])) < STALE
        return await self.post.hand_in(letter, name="replay", expected="survived" if fresh else "refused")

    async def estrange(self, userid: str) -> dict[str, int]:
        """Deliver strange callbacks, genuine all of them; the status each got, by name."""
        world = self._world
        strange = oddities(world.corp_id, self.app.agent_id, userid, world.seconds, world.ids.number())
        return {name: await self._estranged(name, parcel) for name, parcel in strange}

    async def _estranged(self, name: str, parcel: Parcel) -> int:
        self._world.journal.write("oddity", name=name, msgid=str(parcel.fields.get("MsgId", "")))
        reply = await self.post.hand_over(parcel, Attempt())
        return reply.status

    def _message(self, userid: str) -> Json:
        return {
            "ToUserName": self._world.corp_id,
            "FromUserName": userid,
            "CreateTime": self._world.seconds,
            "MsgType": "text",
            "Content": "a forged message",
            "MsgId": self._world.ids.number(),
            "AgentID": self.app.agent_id,
        }
