"""How fast a lane and each of its rooms may be used: buckets of one message, kept in memory."""

from datetime import datetime, timedelta

from crm_core.chat import Pacing

_MOST_ROOMS = 10_000


class Pace:
    """When the next message of a lane may go out, and the next one into a room. One pump uses it at a time."""

    def __init__(self, pacing: Pacing) -> None:
        self._lane = timedelta(seconds=pacing.per_lane)
        self._room = timedelta(seconds=pacing.per_room)
        self._longest = max(self._lane, 2 * self._room)
        self._gathers = pacing.gathers
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

    def lane_wait(self, now: datetime) -> float:
        """Seconds until the lane may be used."""
        return _wait(self._lane_free, now, self._longest)

    def lane_used(self, now: datetime) -> None:
        self._lane_free = now + self._lane

    def taken_over(self, used_at: datetime | None, now: datetime) -> None:
        """Another node used the lane before, last at `used_at`. It may have sent into a room a turn later, and this one
        cannot know into which: nobody is written to until every room is free again."""
        if used_at is not None:
            free = min(used_at, now) + self._longest
            self._lane_free = max(free, self._lane_free or free)

    def room_turn(self, room: str, now: datetime) -> float:
        """Take the next turn in a room: seconds until it comes."""
        if not self._room:
            return 0.0
        wait = _wait(self._room_free.get(room), now, self._room)
        self._room_free[room] = now + timedelta(seconds=wait) + self._room
        if len(self._room_free) > _MOST_ROOMS:
            self._room_free = {name: free for name, free in self._room_free.items() if free > now}
        return wait


def _wait(free: datetime | None, now: datetime, longest: timedelta) -> float:
    """Never longer than it can be: a clock that was set back must not stop everything."""
    return 0.0 if free is None else min(max(timedelta(), free - now), longest).total_seconds()
