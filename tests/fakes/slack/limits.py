"""How much Slack lets through: a bucket per method, workspace and app, refilled by its tier; then 429 and a penalty."""

import math
from dataclasses import dataclass

from tests.fakes.clock import Clock
from tests.fakes.journal import Journal

PROFILES = ("internal", "marketplace", "restricted")
HISTORY = frozenset(("conversations.history", "conversations.replies"))
RESTRICTED_PAGE = 15


@dataclass(frozen=True)
class Rate:
    per_minute: float
    burst: int


TIERS = {
    "1": Rate(1, 5),
    "2": Rate(20, 20),
    "3": Rate(50, 50),
    "4": Rate(100, 100),
    "special": Rate(600, 600),
    "posting": Rate(300, 300),
}
"""Calls a minute and at once. That tier 1 forgives a burst of five is assumed, never seen live."""

PER_CHANNEL = Rate(60, 5)
"""Posts into one channel: one a second, with a short burst."""

RESTRICTED = Rate(1, 1)


class RateLimited(Exception):
    """`retry_after`: whole seconds to stay away."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"ratelimited for {retry_after} s")
        self.retry_after = retry_after


@dataclass
class _Bucket:
    tokens: float
    at: float
    penalised_until: float = 0.0


class Limits:
    """`on`: off lets everything through. `strict`: a call during a penalty starts the penalty anew.

    `haste`: how many times faster than the clock the buckets fill. `violations`: calls made while penalised, as
    (when, key).
    """

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal
        self._buckets: dict[str, _Bucket] = {}
        self.on = True
        self.strict = False
        self.haste = 1.0
        self.violations: list[tuple[float, str]] = []

    def spend(self, key: str, rate: Rate) -> None:
        """Take one call out of a bucket; RateLimited when it is empty or still penalised."""
        if not self.on:
            return
        now, a_second = self._clock.now(), rate.per_minute / 60 * self.haste
        bucket = self._buckets.setdefault(key, _Bucket(rate.burst, now))
        if now < bucket.penalised_until:
            self._violated(key, bucket, now)
        bucket.tokens = min(rate.burst, bucket.tokens + (now - bucket.at) * a_second)
        bucket.at = now
        if bucket.tokens < 1:
            wait = max(1, math.ceil((1 - bucket.tokens) / a_second))
            bucket.penalised_until = now + wait
            raise RateLimited(wait)
        bucket.tokens -= 1

    def penalise(self, key: str, seconds: int) -> None:
        """Close a bucket for a while, as after an injected 429; afterwards it is as full as before."""
        bucket = self._buckets.setdefault(key, _Bucket(math.inf, self._clock.now()))
        bucket.penalised_until = self._clock.now() + seconds

    def _violated(self, key: str, bucket: _Bucket, now: float) -> None:
        self.violations.append((now, key))
        self._journal.write("violation", what="called while penalised", key=key)
        if self.strict:
            bucket.penalised_until += 1
        raise RateLimited(max(1, math.ceil(bucket.penalised_until - now)))


def rate_for(method: str, tier: str, profile: str) -> Rate:
    """The rate of a method for an app of this profile."""
    return RESTRICTED if profile == "restricted" and method in HISTORY else TIERS[tier]
