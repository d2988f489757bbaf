"""One id for everything that follows from one event: its answer, what it writes, what is sent later because of it.

`e12` is the envelope 12, `b3` the broadcast 3, `d7` a delivery that nobody asked for in particular.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TRACE: ContextVar[str] = ContextVar("trace", default="")


def current() -> str:
    """The id at hand, "" outside of any."""
    return _TRACE.get()


@contextmanager
def following(trace: str) -> Iterator[None]:
    """What happens inside follows from this."""
    token = _TRACE.set(trace)
    try:
        yield
    finally:
        _TRACE.reset(token)
