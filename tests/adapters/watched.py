"""A health that says when it changed."""

import asyncio

from adapters.health import Health


class Watched(Health):
    """`changed`: set with every word."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    def good(self, part: str, told: str = "ok") -> None:
        super().good(part, told)
        self.changed.set()

    def bad(self, part: str, reason: str) -> None:
        super().bad(part, reason)
        self.changed.set()
