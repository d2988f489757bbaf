"""What WeCom's callbacks bring: kept first, then answered with the request if the answer comes in time and fits there.

WeCom waits five seconds, and sends again what was not answered by then. A request whose answer goes out as a message of
its own is acknowledged at once.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from adapters.wecom import payload
from adapters.wecom.errands import Errands
from adapters.wecom.events import DOORBELLS, event_of, key_of
from adapters.wecom.markup import text_of
from adapters.wecom.tickets import Tickets
from crm_core.chat import Cursor, Document, Envelope
from crm_core.desk import Accept

Settled = Callable[[str], Coroutine[Any, Any, None]]

#: Seconds from the arrival of a request until it is acknowledged without its answer.
ANSWER_WITHIN = 4.0


class Door:
    """`settled`: waits until what was kept under a key is answered, or nobody will."""

    def __init__(
        self,
        accept: Accept,
        tickets: Tickets,
        errands: Errands,
        *,
        clock: Callable[[], datetime],
        settled: Settled,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._accept = accept
        self._tickets = tickets
        self._errands = errands
        self._clock = clock
        self._settled = settled
        self._answer_within = answer_within

    async def take(self, fields: Document) -> Document | None:
        """Keep what a callback says, and see to it; the reply, None for an empty one. Raises `NotKept`."""
        if payload.is_request(fields):
            return await self._ask(fields)
        await self._note(fields)
        return None

    async def close(self) -> None:
        await self._errands.close()

    async def _ask(self, fields: Document) -> Document | None:
        """What somebody said or pressed."""
        started = asyncio.get_running_loop().time()
        key = key_of(fields)
        self._tickets.keep(key, response_code=text_of(fields, "ResponseCode"), card=payload.is_press(fields))
        try:
            if not await self._keep(key, fields):
                return None
            left = self._answer_within - (asyncio.get_running_loop().time() - started)
            return await self._reply(key, max(0.0, left))
        finally:
            self._tickets.close(key)

    async def _reply(self, key: str, within: float) -> Document | None:
        settling = asyncio.create_task(self._settled(key))
        settling.add_done_callback(lambda _: self._tickets.settle(key))
        try:
            return await self._tickets.answer(key, within)
        finally:
            settling.cancel()

    async def _note(self, fields: Document) -> None:
        """What happened, or waits to be fetched."""
        event = event_of(fields, self._clock())
        note = self._errands.note_of(event)
        new = await self._keep(event.key, fields, note)
        if note is None:
            return
        if new:
            self._errands.attend(event)
        elif event.name in DOORBELLS or event.change in DOORBELLS:
            await self._errands.note(event)
            self._errands.attend(event)

    async def _keep(self, key: str, fields: Document, note: Cursor | None = None) -> bool:
        return await self._accept(Envelope("wecom", key, payload.to_body(fields), self._clock()), note)
