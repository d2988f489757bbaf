"""Where an answer goes first: the address Slack gives with a command or a press, good for a while and a few posts.

The addresses are secrets, so they are kept in memory alone, but for those where "Looking" stands (`looking.py`). After
a restart any other answer takes the ordinary way.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.bounded import Fading

#: How long Slack takes posts at such an address, and how many.
LIFETIME = timedelta(minutes=30)
USES = 5
#: Seconds from our acknowledgement with "Looking" until Slack has shown it; what comes sooner would not replace it.
SHOWN_AFTER = 0.5

_MOST = 10_000


@dataclass
class _Ticket:
    response_url: str
    until: datetime
    left: int = USES
    looking: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    shown_at: float = 0.0


class Tickets:
    """By the key that the request has as its event id, and its message as `reply_token`. `shown_after`: seconds."""

    def __init__(self, clock: Callable[[], datetime], *, shown_after: float = SHOWN_AFTER) -> None:
        self._clock = clock
        self._shown_after = shown_after
        self._tickets = Fading[str, _Ticket](_MOST)

    def keep(self, key: str, response_url: str) -> None:
        """Keep the address of a request; of one that is known already, the first stays."""
        if key not in self._tickets:
            self._tickets[key] = _Ticket(response_url, self._clock() + LIFETIME)
            self._tickets.forget_old(self._clock())

    def restore(self, key: str, response_url: str, at: datetime) -> None:
        """Know again, after a restart, the address of a request of that moment where "Looking" stands."""
        ticket = self._tickets[key] = _Ticket(response_url, at + LIFETIME, looking=True)
        ticket.acknowledged.set()

    def address(self, key: str) -> str:
        """Where "Looking" is going to stand; "" for nowhere."""
        ticket = self._tickets.get(key)
        return "" if ticket is None else ticket.response_url

    def use(self, key: str) -> str | None:
        """The address for one post, None when there is none (any more). From now on the request counts as answered."""
        ticket = self._tickets.get(key)
        if ticket is None or ticket.left == 0 or ticket.until <= self._clock():
            return None
        ticket.left -= 1
        ticket.answered.set()
        return ticket.response_url

    def stands(self, key: str) -> bool:
        """Whether "Looking" stands there."""
        ticket = self._tickets.get(key)
        return ticket is not None and ticket.looking

    async def replaces(self, key: str) -> bool:
        """Whether "Looking" stands there and this answer takes its place, once it is shown; true once."""
        ticket = self._tickets.get(key)
        if ticket is None or not ticket.looking:
            return False
        ticket.looking = False
        await ticket.acknowledged.wait()
        await asyncio.sleep(ticket.shown_at - asyncio.get_running_loop().time())
        return True

    async def unanswered(self, key: str) -> str | None:
        """The address where "Looking" still stands, to take it away; None when an answer took its place."""
        return self.use(key) if await self.replaces(key) else None

    def acknowledged(self, key: str) -> None:
        """The acknowledgement goes out now."""
        ticket = self._tickets.get(key)
        if ticket is not None:
            ticket.shown_at = asyncio.get_running_loop().time() + self._shown_after
            ticket.acknowledged.set()

    async def answered(self, key: str, within: float) -> bool:
        """Wait so many seconds for the answer to be on its way. False: show "Looking", which the answer replaces."""
        ticket = self._tickets.get(key)
        if ticket is None:
            return False
        try:
            async with asyncio.timeout(within):
                await ticket.answered.wait()
        except TimeoutError:
            ticket.looking = not ticket.answered.is_set()
        return not ticket.looking
