"""Where an answer goes first: back with the request that asks, as long as WeCom waits for it.

What is needed for it is secret or short-lived, so it is kept in memory alone. After a restart an answer goes out as a
message of its own.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.bounded import Fading
from crm_core.chat import Document

#: How long a card can be changed after a click on it; newer texts say 72 hours, older ones 24.
LIFETIME = timedelta(hours=24)

_MOST = 10_000


@dataclass
class _Ticket:
    until: datetime
    response_code: str = field(repr=False)
    card: bool
    waiting: bool = True
    reply: Document | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class Tickets:
    """By the key that the callback has as its event id, and its message as `reply_token`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tickets = Fading[str, _Ticket](_MOST)

    def keep(self, key: str, *, response_code: str = "", card: bool = False) -> None:
        """A request that waits for its answer. `card`: somebody pressed something on one."""
        if key not in self._tickets:
            self._tickets[key] = _Ticket(self._clock() + LIFETIME, response_code, card)
            self._tickets.forget_old(self._clock())

    def takes(self, key: str, *, card: bool) -> bool:
        """Whether a reply would go back with the request: text for a message, a changed card for a press."""
        ticket = self._tickets.get(key)
        return ticket is not None and ticket.waiting and ticket.card is card

    def reply(self, key: str, reply: Document) -> None:
        """Answer the request. Ask `takes` just before."""
        ticket = self._tickets[key]
        ticket.waiting, ticket.reply, ticket.response_code = False, reply, ""
        ticket.settled.set()

    def settle(self, key: str) -> None:
        """No reply goes back with the request: it need not wait any more."""
        if key in self._tickets:
            self._tickets[key].settled.set()

    def response_code(self, key: str) -> str:
        """What changes the card that was pressed, once; "" for nothing."""
        ticket = self._tickets.get(key)
        if ticket is None or ticket.until <= self._clock():
            return ""
        code, ticket.response_code = ticket.response_code, ""
        return code

    async def answer(self, key: str, within: float) -> Document | None:
        """Wait for the reply so many seconds; afterwards none is taken any more."""
        ticket = self._tickets[key]
        try:
            async with asyncio.timeout(within):
                await ticket.settled.wait()
        except TimeoutError:
            pass
        ticket.waiting = False
        return ticket.reply

    def close(self, key: str) -> None:
        """The request is over."""
        if key in self._tickets:
            self._tickets[key].waiting = False
