"""How often anything may be called: a block lasts as long as the window it was met in (page 90312)."""

from collections import Counter, deque
from dataclasses import dataclass, field

from tests.fakes.clock import Clock
from tests.fakes.journal import Journal
from tests.fakes.wecom.errors import WeComError

MINUTE = 60
HOUR = 3600


@dataclass
class Limits:
    """`minutely`, `hourly`: for every path, and `own` for single ones: (a minute, an hour).

    `parallel`: how many calls of one path may run at once, None for any number.
    `person_minutely`, `person_hourly`: messages to one member over all apps; what is more is dropped, without a word.
    """

    clock: Clock
    journal: Journal
    minutely: int = 10_000
    hourly: int = 150_000
    own: dict[str, tuple[int, int]] = field(default_factory=dict)
    parallel: int | None = None
    person_minutely: int = 30
    person_hourly: int = 1_000
    running: Counter[str] = field(default_factory=Counter)
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    _blocked: dict[str, float] = field(default_factory=dict)
    _received: dict[str, deque[float]] = field(default_factory=dict)

    def spend(self, path: str) -> None:
        """Count a call; 45009 while it is blocked, and when it is one too many."""
        if self.clock.now() < self._blocked.get(path, 0):
            self.journal.write("violation", what="called while blocked", path=path)
            raise WeComError(45009)
        calls = self._since(self._calls.setdefault(path, deque()))
        calls.append(self.clock.now())
        minutely, hourly = self.own.get(path, (self.minutely, self.hourly))
        if len(calls) > hourly:
            self.block(path, HOUR)
        if self._within(calls, MINUTE) > minutely:
            self.block(path, MINUTE)
        if self.clock.now() < self._blocked.get(path, 0):
            raise WeComError(45009)

    def block(self, path: str, seconds: float) -> None:
        """From now on the path answers 45009, until the window ends."""
        self._blocked[path] = self.clock.now() + seconds

    def may_receive(self, userid: str) -> bool:
        """Count a message to a member; False for one that is dropped."""
        received = self._since(self._received.setdefault(userid, deque()))
        if len(received) >= self.person_hourly or self._within(received, MINUTE) >= self.person_minutely:
            return False
        received.append(self.clock.now())
        return True

    def _since(self, times: deque[float]) -> deque[float]:
        while times and times[0] <= self.clock.now() - HOUR:
            times.popleft()
        return times

    def _within(self, times: deque[float], seconds: float) -> int:
        start = self.clock.now() - seconds
        count = 0
        for at in reversed(times):
            if at <= start:
                break
            count += 1
        return count
