"""How fast a lane and each of its rooms may be used: buckets of one message, kept in memory."""

from datetime import datetime, timedelta

from crm_core.chat import Pacing

_MOST_ROOMS = 10_000


class Pace:
    """When the next message of a lane may go out, and the next one into a room. One pump uses it at a time.

    A message is expected from its claim on, until it goes out (`use`) or it is known that it does not (`forgo`).
    """

    def __init__(self, pacing: Pacing) -> None:
        self._lane = timedelta(seconds=pacing.per_lane)
        self._room = timedelta(seconds=pacing.per_room)
        self._longest = max(self._lane, 2 * self._room)
        self._gathers = pacing.gathers
        self._expected = 0
        self._lane_free: datetime | None = None
        self._room_free: dict[str, datetime] = {}

    @property
    def gathers(self) -> bool:
        """Whether what is due at once for one person goes out as one."""
        return self._gathers

    @property
    def is_kept(self) -> bool:
        """Whether there is any distance to keep."""
        return bool(self._lane or self._room)

    @property
    def is_lane_paced(self) -> bool:
        return bool(self._lane)

    @property
    def distance(self) -> float:
        """Seconds between two messages of the lane."""
        return self._lane.total_seconds()

    def next_wait(self, now: datetime) -> float:
        """Seconds until the turn of whatever is claimed next, after everything expected."""
        return self.lane_wait(now) + (self._expected * self._lane).total_seconds()

    def lane_wait(self, now: datetime) -> float:
        """Seconds until the lane may be used."""
        if self._lane_free is not None:
            self._lane_free = min(self._lane_free, now + self._longest)
        return _until(self._lane_free, now)

    def room_wait(self, room: str, now: datetime) -> float:
        """Seconds until something may go into this room."""
        free = self._room_free.get(room)
        return 0.0 if free is None else min(_until(free, now), self._room.total_seconds())

    def expect(self, now: datetime) -> None:
        """A message was claimed."""
        if not self._expected:
            self._lane_free = max(now, self._lane_free or now)
        self._expected += 1

    def forgo(self) -> None:
        """A message that was expected does not go out."""
        self._expected -= 1

    def use(self, room: str, now: datetime) -> None:
        """A message that was expected goes out into this room."""
        self._expected -= 1
        self._lane_free = now + self._lane
        if self._room:
            self._room_free[room] = now + self._room
            if len(self._room_free) > _MOST_ROOMS:
                self._room_free = {name: free for name, free in self._room_free.items() if free > now}

    def taken_over(self, used_at: datetime | None, now: datetime) -> None:
        """Another node used the lane before, last at `used_at`. It may have sent into a room a turn later, and this one
        cannot know into which: nobody is written to until every room is free again."""
        if used_at is not None:
            free = min(used_at, now) + self._longest
            self._lane_free = max(free, self._lane_free or free)


def _until(free: datetime | None, now: datetime) -> float:
    return 0.0 if free is None else max(timedelta(), free - now).total_seconds()
