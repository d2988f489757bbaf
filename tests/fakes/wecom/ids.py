"""Ids in WeCom's shapes, the same for the same seed."""

import random
import string

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


class Ids:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._number = 7_000_000_000_000_000_000
        self._given: set[str] = set()

    def new(self, prefix: str, length: int = 30) -> str:
        """wm customer on WeChat, wo on WeCom, wr group, et tag, wk kf account …"""
        return self._unique(prefix, LETTERS, length)

    def secret(self, length: int = 43) -> str:
        """A secret, a token, a code."""
        return self._unique("", LETTERS, length)

    def token(self) -> str:
        """An access token: longer than the 64 characters that somebody may have reserved for it."""
        return self._unique("", LETTERS + "-_", 214)

    def number(self) -> int:
        """A message id of 64 bits, greater than the ones before."""
        self._number += self._random.randint(1, 99)
        return self._number

    def hint(self) -> str:
        """The digits of an error's sentence."""
        return "".join(self._random.choices("0123456789", k=19))

    def hex(self, length: int = 32) -> str:
        return "".join(self._random.choices(HEX, k=length))

    def chance(self, share: float) -> bool:
        """True for this share of the calls."""
        return self._random.random() < share

    def _unique(self, prefix: str, alphabet: str, length: int) -> str:
        while (value := prefix + "".join(self._random.choices(alphabet, k=length))) in self._given:
            pass
        self._given.add(value)
        return value
