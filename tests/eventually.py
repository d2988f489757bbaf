"""Waiting for what a started program does by itself, where nothing tells when it is done."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], object], *, within: float = 60) -> None:
    """Wait until it holds; fails after so many seconds."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
