"""Whose turn it is to write.

SQLite takes one writer at a time: in the order in which the threads came, and first those for whom somebody waits. Left
to themselves the threads would poll the file, or the one that just wrote would write again before the others wake.
PostgreSQL takes many; those who name the same thing go one after the other.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, get_ident

from sqlalchemy import func, select
from sqlmodel import Session

#: So many that are urgent go one after the other; then one of the others has its turn.
_IN_A_ROW = 8


def take_named(session: Session, name: str) -> None:
    """Others who take a turn of this name wait until this transaction ends, on PostgreSQL; on SQLite they do anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _shut() -> Lock:
    gate = Lock()
    gate.acquire()
    return gate


@dataclass(frozen=True, eq=False)
class _Waiting:
    thread: int = field(default_factory=get_ident)
    gate: Lock = field(default_factory=_shut)


class Turns:
    """One thread at a time, which may take further turns within its own."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._whose = 0
        self._depth = 0
        self._urgent: deque[_Waiting] = deque()
        self._others: deque[_Waiting] = deque()
        self._in_a_row = 0

    @contextmanager
    def take(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for a turn; it ends with the block."""
        self._begin(urgent)
        try:
            yield
        finally:
            self._end()

    def _begin(self, urgent: bool) -> None:
        with self._guard:
            if not self._depth or self._whose == get_ident():
                self._whose = get_ident()
                self._depth += 1
                return
            waiting = _Waiting()
            (self._urgent if urgent else self._others).append(waiting)
        waiting.gate.acquire()

    def _end(self) -> None:
        """Hand the turn to the next; it is that one's before it wakes."""
        with self._guard:
            self._depth -= 1
            following = None if self._depth else self._next()
            if following is not None:
                self._whose, self._depth = following.thread, 1
                following.gate.release()

    def _next(self) -> _Waiting | None:
        if self._urgent and (self._in_a_row < _IN_A_ROW or not self._others):
            self._in_a_row += 1
            return self._urgent.popleft()
        self._in_a_row = 0
        return self._others.popleft() if self._others else None
