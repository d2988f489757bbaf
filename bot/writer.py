"""Group commit: one writer commits together whatever arrived while its last commit was running."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.recorder import Captured, code_of
from crm_core.chat import Envelope
from crm_core.conversations import ledger
from crm_core.database import Database, is_unavailable

log = logging.getLogger(__name__)

LARGEST_COMMIT = 1000

_FIRST_PAUSE = 0.05


class NotKept(Exception):
    """The envelope is not committed: do not acknowledge it, so that the platform sends it again."""


@dataclass(frozen=True)
class _Arrival:
    envelope: Envelope
    kept: asyncio.Future[bool]


class Writer:
    """`committed` is told what is new, in order, before the next commit begins. `patience`: seconds `accept` waits.
    `capacity`: how many may wait for a commit before whoever brings more has to wait, too."""

    def __init__(
        self,
        database: Database,
        committed: Callable[[list[Captured]], Awaitable[None]],
        *,
        patience: float,
        capacity: int,
    ) -> None:
        self._database = database
        self._committed = committed
        self._patience = patience
        self._line: asyncio.Queue[_Arrival | None] = asyncio.Queue(capacity)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="capture")
        self._running: asyncio.Task[None] | None = None
        self._closed = False
        self.commits = 0

    @property
    def waiting(self) -> int:
        """How many envelopes wait for a commit."""
        return self._line.qsize()

    async def accept(self, envelope: Envelope) -> bool:
        """Wait until the envelope is committed; False: it was known. Raises `NotKept`, and `ValueError` for a moment
        without a time zone."""
        if self._closed:
            raise NotKept("stopping")
        if envelope.received_at.tzinfo is None:
            raise ValueError("received_at has no time zone")
        arrival = _Arrival(envelope, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(self._patience):
                await self._line.put(arrival)
                return await arrival.kept
        except TimeoutError:
            raise NotKept("the database does not answer") from None

    def start(self) -> None:
        self._running = asyncio.create_task(self._run(), name="capture writer")

    async def stop(self) -> None:
        """Refuse what comes from now on, commit what is waiting."""
        self._closed = True
        if self._running is not None:
            await self._line.put(None)
            await self._running
        self._thread.shutdown(wait=True)

    async def _run(self) -> None:
        closing = False
        while not closing:
            batch, closing = await self._next()
            if batch:
                await self._commit(batch)

    async def _next(self) -> tuple[list[_Arrival], bool]:
        """Whatever is waiting, at least one; and whether it was the last."""
        batch: list[_Arrival] = []
        arrival = await self._line.get()
        while arrival is not None:
            batch.append(arrival)
            if self._line.empty() or len(batch) == LARGEST_COMMIT:
                return batch, False
            arrival = self._line.get_nowait()
        return batch, True

    async def _commit(self, batch: Sequence[_Arrival]) -> None:
        try:
            ids = await self._kept_patiently([arrival.envelope for arrival in batch])
        except Exception as error:
            log.debug("a commit of %d envelopes", len(batch), exc_info=True)
            if len(batch) > 1 and not is_unavailable(error):
                await self._commit_apart(batch)
            else:
                log.warning("%d envelopes could not be committed: %s", len(batch), code_of(error))
                self._refuse(batch)
        else:
            await self._acknowledge(batch, ids)

    async def _commit_apart(self, batch: Sequence[_Arrival]) -> None:
        """Something is wrong with one of them: its neighbours must not suffer."""
        for arrival in batch:
            await self._commit([arrival])

    async def _kept_patiently(self, envelopes: list[Envelope]) -> list[int | None]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        pause = _FIRST_PAUSE
        while True:
            try:
                return await loop.run_in_executor(self._thread, self._keep, envelopes)
            except Exception as error:
                if not is_unavailable(error) or loop.time() + pause > deadline:
                    raise
            await asyncio.sleep(pause)
            pause *= 2

    def _keep(self, envelopes: list[Envelope]) -> list[int | None]:
        with self._database.writing() as session:
            ids = ledger.keep(session, envelopes)
        self.commits += 1
        return ids

    async def _acknowledge(self, batch: Sequence[_Arrival], ids: Sequence[int | None]) -> None:
        for arrival, number in zip(batch, ids, strict=True):
            if not arrival.kept.done():
                arrival.kept.set_result(number is not None)
        # Those who wait for `kept` run when this coroutine waits, so `committed` sees the new ones before they do.
        new = [Captured(number, one.envelope) for one, number in zip(batch, ids, strict=True) if number is not None]
        await self._committed(new)

    def _refuse(self, batch: Sequence[_Arrival]) -> None:
        for arrival in batch:
            if not arrival.kept.done():
                arrival.kept.set_exception(NotKept("the database does not answer"))
