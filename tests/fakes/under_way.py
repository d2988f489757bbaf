"""Deliveries under way: side by side, held back, overtaken, waited for. What each is, its platform says itself."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tests.fakes.chaos import Chaos, Dice, Fate
from tests.fakes.clock import Clock

P = TypeVar("P")
_CALM = Fate()


@dataclass
class _Overtaken(Generic[P]):
    parcel: P
    fate: Fate
    by: int


class UnderWay(ABC, Generic[P]):
    """To be used in the loop of the fake. `holding`: the events for which it is true stay here until `release`.

    `overtaken`: how many were, so far. `slots`: to be held while something is handed over, so that no more than the
    chaos says go side by side.
    """

    def __init__(self, clock: Clock, chaos: Chaos | None = None) -> None:
        self.holding: Callable[[dict[str, Any]], bool] = _nothing
        self._clock = clock
        self._held: list[P] = []
        self._overtaken: list[_Overtaken[P]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        self.overtaken = 0
        self._idle = asyncio.Condition()
        self.unsettle(chaos or Chaos())

    @abstractmethod
    def event(self, parcel: P) -> dict[str, Any]:
        """What `holding` is asked about."""

    @abstractmethod
    async def carry(self, parcel: P, fate: Fate) -> None:
        """Bring it there, or give it up."""

    def unsettle(self, chaos: Chaos) -> None:
        """From now on, deliver through this chaos."""
        self._dice = Dice(chaos)
        self.slots = asyncio.Semaphore(chaos.at_once)

    def set_off(self, parcel: P) -> None:
        """Set it on its way; returns at once."""
        fate = self._dice.draw()
        if self.holding(self.event(parcel)):
            self._held.append(parcel)
        elif fate.overtakers:
            self.overtaken += 1
            self._overtaken.append(_Overtaken(parcel, fate, fate.overtakers))
        else:
            self.start(parcel, fate)
            self._pass()

    def start(self, parcel: P, fate: Fate = _CALM) -> None:
        """Past everything that is held or overtaken."""
        self._busy += 1
        task = asyncio.get_running_loop().create_task(self._go(parcel, fate))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def release(self, *, backwards: bool = False) -> None:
        """Hold nothing any longer, and send what was held: in order, or the latest first."""
        self.holding = _nothing
        held, self._held = self._held, []
        for parcel in reversed(held) if backwards else held:
            self.start(parcel)

    def forget(self) -> None:
        """Hold nothing any longer; what was held is lost."""
        self.holding = _nothing
        self._held.clear()

    async def settle(self) -> None:
        """Until every attempt that is due has ended; what waits for the clock still waits."""
        for late in self._overtaken:
            self.start(late.parcel, late.fate)
        self._overtaken.clear()
        async with self._idle:
            await self._idle.wait_for(lambda: self._busy == 0)

    async def stop(self) -> None:
        """Give up whatever is still on its way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """How many events are not delivered yet and not given up."""
        return len(self._tasks) + len(self._held) + len(self._overtaken)

    async def wait_until(self, moment: float) -> None:
        """Of the fake's clock; `settle` does not wait for this."""
        seconds = moment - self._clock.now()
        if seconds <= 0:
            return
        await self._rest()
        try:
            await self._clock.sleep(seconds)
        finally:
            self._busy += 1

    async def _go(self, parcel: P, fate: Fate) -> None:
        try:
            await self.carry(parcel, fate)
        finally:
            await self._rest()

    async def _rest(self) -> None:
        async with self._idle:
            self._busy -= 1
            self._idle.notify_all()

    def _pass(self) -> None:
        """One more delivery went ahead of those that are being overtaken."""
        for late in self._overtaken:
            late.by -= 1
        due = [late for late in self._overtaken if late.by <= 0]
        self._overtaken = [late for late in self._overtaken if late.by > 0]
        for late in due:
            self.start(late.parcel, late.fate)


def _nothing(event: dict[str, Any]) -> bool:
    """Hold nothing."""
    return False
