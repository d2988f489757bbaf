"""A chat platform in memory that keeps the port's promises: rooms with rosters, one message per key."""

from collections.abc import Mapping

from crm_core.chat import Attachment, DeliveryError, OutboundMessage, Pacing, Receipt, Sender
from crm_core.desk import TooLarge


class FakePlatform:
    """`rooms`: who reads in each group. `sent`: what was shown, in order. `failures`: raised by the next sends.
    `files`: what people attached, by id."""

    def __init__(self, name: str = "fake", *, whispers: bool = True) -> None:
        self.name = name
        self.pacing = Pacing()
        self.whispers = whispers
        self.discreet = False
        self.edits = True
        self.call = "@bot "
        self.rooms: dict[str, tuple[Sender, ...]] = {}
        self.sent: list[OutboundMessage] = []
        self.failures: list[DeliveryError] = []
        self.files: dict[str, bytes] = {}

    async def send(self, message: OutboundMessage) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        known = await self.find(message.room_id, message.key) if message.key else None
        if known is not None:
            return known
        self.sent.append(message)
        return Receipt(str(len(self.sent)))

    async def find(self, room_id: str, key: str) -> Receipt | None:
        for number, message in enumerate(self.sent, start=1):
            if (message.room_id, message.key) == (room_id, key):
                return Receipt(str(number))
        return None

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        if room_id not in self.rooms:
            raise DeliveryError("no such room", permanent=True)
        return self.rooms[room_id]

    async def direct_room(self, platform_user_id: str) -> str:
        return f"direct:{platform_user_id}"

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        del room_id
        if file.platform_file_id not in self.files:
            raise DeliveryError("no such file", permanent=True)
        content = self.files[file.platform_file_id]
        if len(content) > most:
            raise TooLarge
        return content

    async def state(self) -> Mapping[str, str]:
        return {"status": "ok"}
