"""Writers to SQLite take turns: in the order in which they came, and first those for whom somebody waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crm_core.turns import Turns


class Crowd:
    """Threads that want a turn each; `order`: of those who had it."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []

    def comes(self, name: str, *, urgent: bool = False) -> None:
        """One more, who waits behind those that are there."""
        before = self._waiting()
        thread = threading.Thread(target=self._write, args=(name, urgent))
        self._threads.append(thread)
        thread.start()
        while self._waiting() == before:
            thread.join(0.001)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Somebody has the turn meanwhile; afterwards everybody has had theirs."""
        with self.turns.take():
            yield
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()

    def _write(self, name: str, urgent: bool) -> None:
        with self.turns.take(urgent=urgent):
            self.order.append(name)

    def _waiting(self) -> int:
        return len(self.turns._urgent) + len(self.turns._others)


def test_who_came_first_is_first() -> None:
    crowd = Crowd()
    with crowd.held_up():
        for name in "abcde":
            crowd.comes(name)
    assert crowd.order == list("abcde")


def test_who_is_waited_for_goes_before_the_others() -> None:
    crowd = Crowd()
    with crowd.held_up():
        crowd.comes("a")
        crowd.comes("b")
        crowd.comes("C", urgent=True)
        crowd.comes("D", urgent=True)
    assert crowd.order == ["C", "D", "a", "b"]


def test_after_many_that_are_urgent_one_of_the_others_has_its_turn() -> None:
    crowd = Crowd()
    with crowd.held_up():
        crowd.comes("a")
        crowd.comes("b")
        for number in range(10):
            crowd.comes(str(number), urgent=True)
    assert crowd.order == [*"01234567", "a", *"89", "b"]


def test_who_has_the_turn_may_take_it_again() -> None:
    crowd = Crowd()
    with crowd.held_up():
        crowd.comes("a")
        with crowd.turns.take():
            crowd.order.append("again")
        assert crowd.order == ["again"]
    assert crowd.order == ["again", "a"]


def test_a_turn_that_fails_is_over() -> None:
    crowd = Crowd()
    with pytest.raises(OSError, match="disk"), crowd.turns.take():
        raise OSError("disk")
    with crowd.held_up():
        crowd.comes("a")
    assert crowd.order == ["a"]
