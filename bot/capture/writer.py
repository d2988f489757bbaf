"""Group commit: one writer commits together whatever arrived while its last commit was running."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session

from bot.capture.line import Line
from bot.capture.recorder import Captured, code_of
from bot.clock import Clock
from crm_core.chat import Cursor, Envelope, NotKept
from crm_core.conversations import ledger
from crm_core.database import Database, is_unavailable
from crm_core.platforms import memory

log = logging.getLogger(__name__)

LARGEST_COMMIT = 1000

_FIRST_PAUSE = 0.05
_SILENT = "the database does not answer"

_Keep = Callable[[Session, Sequence[Envelope]], list[int | None]]


@dataclass(frozen=True)
class _Arrival:
    """What is kept whole or not at all. `bulk`: it was fetched, and nobody waits for an answer to it; its `cursor` is
    kept with it in any case, that of a single envelope if it is new."""

    envelopes: Sequence[Envelope]
    kept: asyncio.Future[list[bool]]
    cursor: Cursor | None = None
    bulk: bool = False


class Writer:
    """`committed` is told what is new, in order, before the next commit begins, and whether it is bulk. `patience`:
    seconds `accept` waits. `capacity`: how many may wait for a commit before whoever brings more has to wait, too."""

    def __init__(
        self,
        database: Database,
        committed: Callable[[list[Captured], bool], Awaitable[None]],
        clock: Clock,
        *,
        patience: float,
        capacity: int,
    ) -> None:
        self._database = database
        self._committed = committed
        self._clock = clock
        self._patience = patience
        self._line: Line[_Arrival] = Line(capacity)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="capture")
        self._running: asyncio.Task[None] | None = None
        self._closed = False
        self.commits = 0

    @property
    def waiting(self) -> int:
        """How many envelopes wait for a commit."""
        return len(self._line)

    async def accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        """Wait until the envelope is committed; False: it was known. Raises `NotKept`, and `ValueError` for a moment
        without a time zone."""
        return (await self._bring(_Arrival((envelope,), asyncio.get_running_loop().create_future(), note)))[0]

    async def accept_all(self, envelopes: Sequence[Envelope], cursor: Cursor | None) -> list[bool]:
        """Like `accept` for what was fetched together, in one transaction with how far was read; for each whether it
        is new."""
        return await self._bring(
            _Arrival(tuple(envelopes), asyncio.get_running_loop().create_future(), cursor, bulk=True)
        )

    @property
    def is_idle(self) -> bool:
        """Whether every envelope that came is committed and acknowledged."""
        return self._line.is_served

    async def calm(self, seconds: float) -> None:
        """Wait until every envelope that came is committed and acknowledged, and no other came for so long."""
        await self._line.served(seconds)

    def start(self) -> None:
        self._running = asyncio.create_task(self._run(), name="capture writer")

    async def stop(self) -> None:
        """Refuse what comes from now on, commit what is waiting."""
        self._closed = True
        self._line.close()
        if self._running is not None:
            await self._running
        self._refuse(self._line.take_now(len(self._line)))
        self._thread.shutdown(wait=True)

    async def _bring(self, arrival: _Arrival) -> list[bool]:
        if self._closed:
            raise NotKept("stopping")
        if any(envelope.received_at.tzinfo is None for envelope in arrival.envelopes):
            raise ValueError("received_at has no time zone")
        if self._line.full:
            await self._squeeze_in(arrival)
        else:
            self._line.append(arrival)
        return await arrival.kept

    async def _squeeze_in(self, arrival: _Arrival) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._line.put(arrival)
        except TimeoutError:
            raise NotKept(_SILENT) from None

    async def _run(self) -> None:
        while batch := await self._line.take(LARGEST_COMMIT):
            await self._commit(batch)

    async def _commit(self, batch: Sequence[_Arrival]) -> None:
        try:
            ids = await self._kept_patiently(batch)
        except Exception as error:
            log.debug("a commit of %d envelopes", len(batch), exc_info=True)
            if len(batch) > 1 and not is_unavailable(error):
                await self._commit_apart(batch)
            else:
                count = sum(len(arrival.envelopes) for arrival in batch)
                log.warning("%d envelopes could not be committed: %s", count, code_of(error))
                self._refuse(batch)
        else:
            await self._acknowledge(batch, ids)

    async def _commit_apart(self, batch: Sequence[_Arrival]) -> None:
        """Something is wrong with one of them: its neighbours must not suffer."""
        for arrival in batch:
            await self._commit([arrival])

    async def _kept_patiently(self, batch: Sequence[_Arrival]) -> list[int | None]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        pause = _FIRST_PAUSE
        while True:
            try:
                return await self._watched(loop.run_in_executor(self._thread, self._keep, batch), batch)
            except Exception as error:
                if not is_unavailable(error) or loop.time() + pause > deadline:
                    raise
            await asyncio.sleep(pause)
            pause *= 2

    async def _watched(self, commit: asyncio.Future[list[int | None]], batch: Sequence[_Arrival]) -> list[int | None]:
        """Wait for a commit. When it takes too long nobody is kept waiting: what it holds may be kept all the same,
        and is known when the platform brings it again."""
        while not (await asyncio.wait((commit,), timeout=self._patience))[0]:
            log.warning("a commit of %d arrivals takes more than %s s", len(batch), self._patience)
            self._refuse(batch)
            self._refuse(self._line.take_now(len(self._line)))
        return commit.result()

    def _keep(self, batch: Sequence[_Arrival]) -> list[int | None]:
        """All with few statements; when one of them is refused, each alone."""
        try:
            return self._keep_by(ledger.keep, batch)
        except ledger.REFUSED as error:
            if is_unavailable(error):
                raise
            return self._keep_by(ledger.keep_each, batch)

    def _keep_by(self, keep: _Keep, batch: Sequence[_Arrival]) -> list[int | None]:
        with self._database.writing(urgent=any(not arrival.bulk for arrival in batch)) as session:
            ids = keep(session, [envelope for arrival in batch for envelope in arrival.envelopes])
            for arrival, own in _shared_out(ids, batch):
                if arrival.bulk or own != [None]:
                    self._note(session, arrival.cursor)
        self.commits += 1
        return ids

    def _note(self, session: Session, cursor: Cursor | None) -> None:
        if cursor is not None:
            memory.put(session, cursor.platform, cursor.kind, cursor.key, cursor.document, now=self._clock())

    async def _acknowledge(self, batch: Sequence[_Arrival], ids: Sequence[int | None]) -> None:
        """Those who wait for `kept` run when this coroutine waits, so `committed` sees the new ones before they do."""
        new: dict[bool, list[Captured]] = {False: [], True: []}
        for arrival, own in _shared_out(ids, batch):
            if not arrival.kept.done():
                arrival.kept.set_result([number is not None for number in own])
            new[arrival.bulk] += [
                Captured(number, envelope)
                for number, envelope in zip(own, arrival.envelopes, strict=True)
                if number is not None
            ]
        for bulk, captured in new.items():
            await self._committed(captured, bulk)

    def _refuse(self, batch: Sequence[_Arrival]) -> None:
        for arrival in batch:
            if not arrival.kept.done():
                arrival.kept.set_exception(NotKept(_SILENT))


def _shared_out(ids: Sequence[int | None], batch: Sequence[_Arrival]) -> Iterator[tuple[_Arrival, list[int | None]]]:
    """Each arrival with the ids of its envelopes."""
    numbers = iter(ids)
    for arrival in batch:
        yield arrival, list(islice(numbers, len(arrival.envelopes)))
