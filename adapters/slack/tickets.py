"""Where an answer goes first: the address Slack gives with a command or a press, good for a while and a few posts.

The addresses are secrets, so they are kept in memory alone. After a restart an answer takes the ordinary way.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: How long Slack takes posts at such an address, and how many.
LIFETIME = timedelta(minutes=30)
USES = 5

_MOST = 10_000


@dataclass
class _Ticket:
    response_url: str
    until: datetime
    left: int = USES
    looking: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Tickets:
    """By the key that the request has as its event id, and its message as `reply_token`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tickets: OrderedDict[str, _Ticket] = OrderedDict()

    def keep(self, key: str, response_url: str) -> None:
        """Keep the address of a request; of one that is known already, the first stays."""
        if key not in self._tickets:
            self._tickets[key] = _Ticket(response_url, self._clock() + LIFETIME)
            self._forget_old()

    def use(self, key: str) -> str | None:
        """The address for one post, None when there is none (any more). From now on the request counts as answered."""
        ticket = self._tickets.get(key)
        if ticket is None or ticket.left == 0 or ticket.until <= self._clock():
            return None
        ticket.left -= 1
        ticket.answered.set()
        return ticket.response_url

    def replaces(self, key: str) -> bool:
        """Whether "Looking…" stands there and this answer takes its place; true once."""
        ticket = self._tickets.get(key)
        if ticket is None or not ticket.looking:
            return False
        ticket.looking = False
        return True

    def unanswered(self, key: str) -> str | None:
        """The address where "Looking…" still stands, to take it away; None when an answer took its place."""
        return self.use(key) if self.replaces(key) else None

    async def answered(self, key: str, within: float) -> bool:
        """Wait so many seconds for the answer to be on its way. False: show "Looking…", which the answer replaces."""
        ticket = self._tickets.get(key)
        if ticket is None:
            return False
        try:
            async with asyncio.timeout(within):
                await ticket.answered.wait()
        except TimeoutError:
            ticket.looking = True
            return False
        return True

    def _forget_old(self) -> None:
        now = self._clock()
        while self._tickets:
            oldest = next(iter(self._tickets.values()))
            if oldest.until > now and len(self._tickets) <= _MOST:
                return
            self._tickets.popitem(last=False)
