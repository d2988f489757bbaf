"""What is remembered in memory: so much of it, and no more."""

from collections import OrderedDict
from datetime import datetime
from typing import Protocol, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Passing(Protocol):
    """What is of no use after a while."""

    until: datetime


P = TypeVar("P", bound=Passing)


class Bounded(OrderedDict[K, V]):
    """A dictionary of at most `most` entries: what came in first gives way. Other threads may read it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        while len(self) > self._most:
            self.popitem(last=False)


class Fading(Bounded[K, P]):
    """Holds entries of one lifetime: the oldest gives way when it is over, too."""

    def forget_old(self, now: datetime) -> None:
        while self and next(iter(self.values())).until <= now:
            self.popitem(last=False)
