"""Callbacks on their way to one app: three attempts in all, then they are lost."""

from collections.abc import Callable

from tests.fakes.chaos import Chaos, Fate
from tests.fakes.under_way import UnderWay
from tests.fakes.wecom.errors import Json
from tests.fakes.wecom.parcel import Attempt, Parcel, Reply
from tests.fakes.wecom.post import Post
from tests.fakes.wecom.state import State

#: Seconds between one attempt and the next.
RETRIES = (0.0, 0.0)


class Delivery(UnderWay[Parcel]):
    """The callback URL of one app. To be used in the loop of the fake.

    `show`: what is done with the answer to the first attempt that was answered. `retries`: seconds before the second
    and third attempt.
    """

    def __init__(
        self, post: Post, state: State, show: Callable[[Parcel, Reply], object], *, chaos: Chaos | None = None
    ) -> None:
        super().__init__(state.clock, chaos)
        self.retries = RETRIES
        self._post = post
        self._state = state
        self._show = show

    def event(self, parcel: Parcel) -> Json:
        return parcel.fields

    async def carry(self, parcel: Parcel, fate: Fate) -> None:
        reply = await self._persist(parcel, fate)
        if not reply.acknowledged:
            self._state.journal.write("lost", app=self._post.app.name, name=parcel.name, reason=reply.reason)
            return
        self._show(parcel, reply)
        if fate.again:
            await self._attempt(parcel, Attempt(2))

    async def _persist(self, parcel: Parcel, fate: Fate) -> Reply:
        reply = await self._attempt(parcel, Attempt(cut=fate.cut, pause=fate.pause))
        for number, seconds in enumerate(self.retries, start=2):
            if reply.acknowledged:
                break
            await self.wait_until(self._state.clock.now() + seconds)
            reply = await self._attempt(parcel, Attempt(number))
        return reply

    async def _attempt(self, parcel: Parcel, attempt: Attempt) -> Reply:
        async with self.slots:
            return await self._post.hand_over(parcel, attempt)
