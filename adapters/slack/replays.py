"""Requests that were here before: a signature holds for minutes, and whoever saw one could send it again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

#: Twice as long as a signature holds, since Slack's clock may be ahead of ours.
KEPT_FOR = timedelta(minutes=10)

_MOST = 100_000


class Replays:
    """Remembers hashes of genuine requests, in memory and for a while."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._seen: OrderedDict[bytes, datetime] = OrderedDict()

    def is_new(self, timestamp: str, signature: str) -> bool:
        """Whether this is the first time; it is remembered."""
        key = hashlib.sha256(f"{timestamp}:{signature}".encode()).digest()
        self._forget_old()
        if key in self._seen:
            return False
        self._seen[key] = self._clock() + KEPT_FOR
        return True

    def _forget_old(self) -> None:
        now = self._clock()
        while self._seen and (next(iter(self._seen.values())) <= now or len(self._seen) >= _MOST):
            self._seen.popitem(last=False)
