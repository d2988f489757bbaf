"""Who is answered when: each room one message at a time and in order, the rooms side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.capture.recorder import Owed

_Room = tuple[str, str]


class Turns:
    """`answer` must not raise."""

    def __init__(self, answer: Callable[[Owed], Awaitable[None]]) -> None:
        self._answer = answer
        self._lines: dict[_Room, deque[Owed]] = {}
        self._rooms: set[asyncio.Task[None]] = set()

    def line_up(self, owed: Owed) -> None:
        """Answer this message after those that are waiting in its room."""
        room = owed.inbound.platform, owed.inbound.room.platform_id
        line = self._lines.get(room)
        if line is not None:
            line.append(owed)
            return
        self._lines[room] = deque([owed])
        task = asyncio.create_task(self._answer_room(room))
        self._rooms.add(task)
        task.add_done_callback(self._rooms.discard)

    async def finish(self, seconds: float) -> None:
        """Wait until everybody is answered; after these seconds give up on the rest."""
        if self._rooms:
            _, late = await asyncio.wait(self._rooms, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _answer_room(self, room: _Room) -> None:
        line = self._lines[room]
        try:
            while line:
                await self._answer(line.popleft())
        finally:
            del self._lines[room]
