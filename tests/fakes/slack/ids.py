"""Ids in Slack's shapes, the same for the same seed. Prefixes: facts of the platform, "Id prefixes"."""

import random
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Draw = Callable[[], str]
LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
STEP = 100
"""Microseconds between two messages of one channel that fall into the same instant."""


class Ids:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._given: set[str] = set()

    def new(self, prefix: str) -> str:
        """An id such as `C0K7…`: T workspace, U user, B bot, A app, C channel, D direct, F file, V view, Ev event."""
        return self._unique(lambda: f"{prefix}0{self._draw(ALPHABET, 9)}")

    def secret(self, prefix: str, length: int = 24) -> str:
        """A token such as `xoxb-…`, a ticket, a code."""
        return self._unique(lambda: f"{prefix}{self._draw(LOWER, length)}")

    def hex(self, length: int = 32) -> str:
        return self._draw("0123456789abcdef", length)

    def _draw(self, alphabet: str, length: int) -> str:
        return "".join(self._random.choices(alphabet, k=length))

    def _unique(self, draw: Draw) -> str:
        while (value := draw()) in self._given:
            pass
        self._given.add(value)
        return value


class Stamps:
    """The `ts` of one channel: "seconds.microseconds", unique and increasing."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, now: float) -> str:
        self._last = max(self._last + STEP, int(now) * 1_000_000 + STEP)
        return stamp(self._last)


def stamp(microseconds: int) -> str:
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def instant(now: float) -> str:
    """`now` as a `ts`, for events that are no message."""
    return stamp(int(now * 1_000_000))
