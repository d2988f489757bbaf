"""Who is answered when: each room one message at a time and in order, the rooms side by side."""

from collections import deque
from collections.abc import Awaitable, Callable

from adapters.under_way import UnderWay
from bot.capture.recorder import Owed

_Room = tuple[str, str]


class Turns:
    """`answer` must not raise."""

    def __init__(self, answer: Callable[[Owed], Awaitable[None]]) -> None:
        self._answer = answer
        self._lines: dict[_Room, deque[Owed]] = {}
        self._rooms = UnderWay()

    def line_up(self, owed: Owed) -> None:
        """Answer this message after those that are waiting in its room."""
        room = owed.inbound.platform, owed.inbound.room.platform_id
        line = self._lines.get(room)
        if line is not None:
            line.append(owed)
            return
        self._lines[room] = deque([owed])
        self._rooms.run(self._answer_room(room))

    async def finish(self, seconds: float) -> None:
        """Wait until everybody is answered; after these seconds give up on the rest."""
        await self._rooms.finish(seconds)

    async def _answer_room(self, room: _Room) -> None:
        line = self._lines[room]
        try:
            while line:
                await self._answer(line.popleft())
        finally:
            del self._lines[room]
