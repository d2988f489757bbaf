"""Faults to order: the next calls of a method go wrong the way a far side goes wrong."""

import random
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["html", "hang", "drop", "garbage", "ratelimited", "error"]


@dataclass(frozen=True)
class Fault:
    """`kind`: html (an outage page with `status`), hang (no answer until the caller leaves), drop (connection cut),
    garbage (200 with broken JSON), ratelimited (429 with `retry_after`), error (ok: false with `error`).

    `after`: the call takes effect first, only its answer is lost. ratelimited and error never take effect.
    """

    kind: Kind
    after: bool = False
    status: int = 503
    retry_after: int = 30
    error: str = "internal_error"


@dataclass
class _Rule:
    method: str
    fault: Fault
    times: int | None
    chance: float


@dataclass
class Faults:
    """Rules in the order they were given; the first that fits a call is taken."""

    seed: int = 1
    rules: list[_Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, method: str, fault: Fault, *, times: int | None = 1, chance: float = 1.0) -> None:
        """Order a fault for a method, "*" for all, "files" for downloads, "hooks" for response URLs.

        `times`: how often, None for ever; `chance`: per call, 0 to 1.
        """
        self.rules.append(_Rule(method, fault, times, chance))

    def clear(self) -> None:
        self.rules.clear()

    def take(self, method: str) -> Fault | None:
        """The fault this call meets, if any."""
        for rule in self.rules:
            if rule.method in {"*", method} and (rule.chance >= 1 or self._random.random() < rule.chance):
                self._count_down(rule)
                return rule.fault
        return None

    def _count_down(self, rule: _Rule) -> None:
        if rule.times is not None:
            rule.times -= 1
            if rule.times <= 0:
                self.rules.remove(rule)
