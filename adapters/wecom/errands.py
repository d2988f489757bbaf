"""What is done about events that are no messages, each by who asked for it, and in spite of crashes.

An event is noted down together with its envelope, and struck out when it has been attended to; what was noted and never
struck out is attended to again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from adapters.under_way import UnderWay
from adapters.wecom.events import Event
from crm_core.chat import Cursor, Document, NotKept
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Looks after one event. It may come twice, and late. What it raises lets the event come again.
Attend = Callable[[Event], Awaitable[None]]

#: An event that was noted this long ago is attended to again, for a day.
AGAIN = timedelta(minutes=2)
GIVEN_UP = timedelta(days=1)

_KIND = "errand"
_AT_ONCE = 16


class Errands:
    """`on` before anything comes in; then `note_of`, and `attend` without waiting for it."""

    def __init__(self, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._clock = clock
        self._attending: dict[str, list[Attend]] = {}
        self._first: dict[str, list[Attend]] = {}
        self._running = UnderWay()
        self._busy: dict[str, Event | None] = {}
        self._striking = asyncio.Lock()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def on(self, names: Iterable[str], attend: Attend) -> None:
        """Have `attend` look after the events of these names."""
        for name in names:
            self._attending.setdefault(name, []).append(attend)

    def at_once(self, names: Iterable[str], attend: Attend) -> None:
        """Have `attend` look at events of these names that bring something secret as soon as they come, beside
        everything else and without a second try."""
        for name in names:
            self._first.setdefault(name, []).append(attend)
            self._attending.setdefault(name, [])

    def concerns(self, event: Event) -> bool:
        """Whether anybody looks after it."""
        return event.name in self._attending

    def note_of(self, event: Event) -> Cursor | None:
        """What is to be kept with it: that it is to be looked after. None where nobody does."""
        return Cursor("wecom", _KIND, event.key, _noted(event)) if self.concerns(event) else None

    async def note(self, event: Event) -> None:
        """Write down that it is to be looked after, once more. Raises `NotKept`.

        With `attend` right after it, nothing that is done about an earlier one strikes it out in between.
        """
        try:
            async with self._striking:
                await self._memory.put(_KIND, event.key, _noted(event))
        except Exception as error:
            log.debug("noting an event", exc_info=True)
            raise NotKept from error

    def attend(self, event: Event) -> None:
        """Look after it from now on; while that is done already, once more afterwards: what is read may be older."""
        if event.key in self._busy:
            self._busy[event.key] = event
            return
        self._busy[event.key] = None
        self._running.run(self._attend(event))
        for attend in self._first.get(event.name, ()):
            if event.secrets:
                self._running.run(self._try(attend, event))

    async def sweep(self) -> None:
        """Look again after what was noted a while ago and is not done. Never raises."""
        try:
            await self._look_again()
        except Exception as error:
            log.warning("WeCom: what was left was not looked after: %s", _told(error))
            log.debug("sweeping", exc_info=True)

    async def _look_again(self) -> None:
        for key, noted in (await self._memory.all(_KIND)).items():
            event = _event(key, noted)
            age = self._clock() - event.received_at
            if age > GIVEN_UP or not self.concerns(event):
                await self._memory.take(_KIND, key)
            elif age >= AGAIN and key not in self._busy:
                self.attend(event)

    async def close(self, seconds: float = 5) -> None:
        """Let what is being looked after finish; after these seconds leave the rest for the next start."""
        await self._running.finish(seconds)

    async def _try(self, attend: Attend, event: Event) -> None:
        try:
            await attend(event)
        except Exception as error:
            log.warning("WeCom: %s %s was not attended to: %s", event.name, event.change, _told(error))
            log.debug("attending to an event at once", exc_info=True)

    async def _attend(self, event: Event) -> None:
        """As often as it comes meanwhile."""
        try:
            async with self._places:
                newest: Event | None = self._newest(event.key) or event
                while newest is not None:
                    await self._attend_once(newest)
                    newest = self._newest(event.key)
        finally:
            del self._busy[event.key]

    def _newest(self, key: str) -> Event | None:
        """The last that came since this was asked for."""
        newest, self._busy[key] = self._busy[key], None
        return newest

    async def _attend_once(self, event: Event) -> None:
        try:
            for attend in self._attending.get(event.name, ()):
                await attend(event)
            await self._strike(event)
        except Exception as error:
            log.warning("WeCom: %s %s is looked after later: %s", event.name, event.change, _told(error))
            log.debug("looking after an event", exc_info=True)

    async def _strike(self, event: Event) -> None:
        """Unless it came again, here or at another node."""
        async with self._striking:
            if self._busy[event.key] is not None:
                return
            noted = await self._memory.take(_KIND, event.key)
            if noted is not None and datetime.fromisoformat(noted["received_at"]) > event.received_at:
                await self._memory.put(_KIND, event.key, noted)


def _told(error: Exception) -> str:
    return type(error).__name__


def _noted(event: Event) -> Document:
    return {"fields": event.fields, "received_at": event.received_at.isoformat()}


def _event(key: str, noted: Document) -> Event:
    fields = noted["fields"]
    received_at = datetime.fromisoformat(noted["received_at"])
    return Event(key, str(fields.get("Event", "")), str(fields.get("ChangeType", "")), fields, received_at)
