"""A chat platform whose far side has moods: it makes wait, refuses, stays silent, takes its time, forgets keys."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from crm_core.chat import Attachment, Card, DeliveryError, OutboundMessage, Pacing, Receipt, Sender

#: What may happen to the next message instead of its being taken: an error, or a function called before it is taken.
Mood = DeliveryError | Callable[[], object]


class FarSide:
    """`posts`: what stands in the rooms, in order. `can_tell`: it finds a message by its key. `moods`: for the next
    messages, one each; an `unknown` error is raised after the message was taken. `before_room`: called before it says
    where a person is written to.
    """

    def __init__(self, name: str = "console", *, can_tell: bool = True, pacing: Pacing | None = None) -> None:
        self.name = name
        self.pacing = pacing or Pacing()
        self.whispers = True
        self.discreet = False
        self.edits = True
        self.call = "@bot "
        self.can_tell = can_tell
        self.posts: list[OutboundMessage] = []
        self.moods: list[Mood] = []
        self.asked = 0
        self.before_room: Callable[[], object] = lambda: None

    async def send(self, message: OutboundMessage) -> Receipt:
        mood = self.moods.pop(0) if self.moods else None
        if isinstance(mood, DeliveryError) and not mood.unknown:
            raise mood
        if callable(mood):
            awaited = mood()
            if asyncio.iscoroutine(awaited):
                await awaited
        self.posts.append(message)
        if isinstance(mood, DeliveryError):
            raise mood
        return Receipt(str(len(self.posts)))

    async def find(self, room_id: str, key: str) -> Receipt | None:
        self.asked += 1
        for number, post in enumerate(self.posts, start=1):
            if self.can_tell and (post.room_id, post.key) == (room_id, key):
                return Receipt(str(number))
        return None

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        return (Sender(room_id.removeprefix("direct:")),)

    async def direct_room(self, platform_user_id: str) -> str:
        self.before_room()
        return f"direct:{platform_user_id}"

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        del room_id, file, most
        raise DeliveryError("no such file", permanent=True)

    async def state(self) -> Mapping[str, str]:
        return {"status": "ok"}

    def cards(self, person: str) -> list[Card]:
        """What this person received, in order."""
        return [post.card for post in self.posts if post.room_id == f"direct:{person}"]


class MovableClock:
    """A clock the test moves; sleeping moves it too."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
