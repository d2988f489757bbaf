"""Faults to order: the next calls of an endpoint go wrong. What a fault can be, each platform says itself."""

import random
from dataclasses import dataclass, field
from typing import Generic, TypeVar

F = TypeVar("F")


@dataclass
class _Rule(Generic[F]):
    endpoint: str
    fault: F
    times: int | None
    chance: float


@dataclass
class Faults(Generic[F]):
    """Rules in the order they were given; the first that fits a call is taken."""

    seed: int = 1
    rules: list[_Rule[F]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, endpoint: str, fault: F, *, times: int | None = 1, chance: float = 1.0) -> None:
        """Order a fault for an endpoint by the name its platform gives it, "*" for all.

        `times`: how often, None for ever; `chance`: per call, 0 to 1.
        """
        self.rules.append(_Rule(endpoint, fault, times, chance))

    def clear(self) -> None:
        self.rules.clear()

    def take(self, endpoint: str) -> F | None:
        """The fault this call meets, if any."""
        for rule in self.rules:
            if rule.endpoint in {"*", endpoint} and (rule.chance >= 1 or self._random.random() < rule.chance):
                self._count_down(rule)
                return rule.fault
        return None

    def _count_down(self, rule: _Rule[F]) -> None:
        if rule.times is not None:
            rule.times -= 1
            if rule.times <= 0:
                self.rules.remove(rule)
