"""From encrypted rows to the ledger: a batch at a time, in order; one that cannot be opened waits and blocks nobody."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from adapters.wecom.archive.agreements import agreements_in
from adapters.wecom.archive.keys import Keys
from adapters.wecom.archive.library import Library, Pair
from adapters.wecom.archive.process import Died
from adapters.wecom.archive.ring import Refused
from adapters.wecom.archive.rows import Locked, Unreadable, envelope_of, locked_of, newest_of, opened_text
from crm_core.archiving import Agreement, Consents, Safe, Sealed
from crm_core.chat import Cursor, Document, Envelope

log = logging.getLogger(__name__)

#: Rows of one batch.
BATCH = 500
#: Batches whose keys are asked for before the one that is worked on is done.
_AHEAD = 3

#: A row on which the library died by itself.
POISON = "library_died"


class AcceptAll(Protocol):
    """How what was fetched comes into the ledger, together with the cursor. `more`: the next comes at once."""

    async def __call__(
        self, envelopes: Sequence[Envelope], cursor: Cursor | None, *, more: bool = False
    ) -> Sequence[bool]: ...


@dataclass(frozen=True)
class Batch:
    """Rows whose keys are had, or the problem of why not. `more`: others come at once."""

    rows: Sequence[Sealed]
    pairs: Sequence[Pair | Refused]
    more: bool = False


@dataclass(frozen=True)
class Opened:
    """What a row says, as it goes into the ledger, and who agreed to be archived in it."""

    said: Document
    envelope: Envelope
    agreements: Sequence[Agreement]


@dataclass(frozen=True)
class Outcome:
    """`problems`: of the rows that wait. `newest`: when the newest of what was opened was said; None for nothing."""

    problems: Mapping[int, str]
    newest: datetime | None
    said: Sequence[Document]


class Opening:
    """Opens what waits in one queue."""

    def __init__(
        self,
        queue: str,
        library: Library,
        keys: Keys,
        *,
        safe: Safe,
        consents: Consents,
        accept_all: AcceptAll,
        clock: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._library = library
        self._keys = keys
        self._safe = safe
        self._consents = consents
        self._accept_all = accept_all
        self._clock = clock

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """What waits, with its keys. While one batch is worked on, the keys of the next are had."""
        after, ahead = -1, deque[asyncio.Task[Batch]]()
        try:
            while True:
                while len(ahead) < _AHEAD and (rows := await self._safe.waiting(self._queue, BATCH, after=after)):
                    ahead.append(asyncio.create_task(self._unlocked(rows)))
                    after = rows[-1].number
                if not ahead:
                    return
                batch = await ahead.popleft()
                yield replace(batch, more=bool(ahead))
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def _unlocked(self, rows: Sequence[Sealed]) -> Batch:
        locked = [_locked(row) for row in rows]
        keys = iter(await self._keys.unlock([one.lock for one in locked if isinstance(one, Locked)]))
        return Batch(rows, [one if isinstance(one, Refused) else _pair(one, next(keys)) for one in locked])

    async def finish(self, batch: Batch, note: Callable[[Outcome], Awaitable[None]]) -> None:
        """Open the rows and have them in the ledger, tell `note` what came of it, then let go of them.

        Each step may be done twice: what dies in between is done again. Raises `NotKept`, and what `Library` does when
        it is not the rows' fault.
        """
        now = self._clock()
        texts = iter(await self._decrypt([pair for pair in batch.pairs if not isinstance(pair, Refused)]))
        found = {
            row.number: pair if isinstance(pair, Refused) else _understood(row.number, next(texts), now)
            for row, pair in zip(batch.rows, batch.pairs, strict=True)
        }
        opened = {number: one for number, one in found.items() if not isinstance(one, Refused)}
        problems = {number: one.problem for number, one in found.items() if isinstance(one, Refused)}
        if opened:
            await self._accept_all([one.envelope for one in opened.values()], None, more=batch.more)
        if agreements := [told for one in opened.values() for told in one.agreements]:
            await self._consents.note(agreements)
        said = [one.said for one in opened.values()]
        await note(Outcome(problems, newest_of(said), said))
        await self._safe.settle(self._queue, opened, problems)
        if problems:
            log.warning("WeCom: %d rows of the archive wait: %s", len(problems), ", ".join(set(problems.values())))

    async def _decrypt(self, pairs: Sequence[Pair]) -> list[bytes | int | Refused]:
        """When the library dies of these, they are halved until the one is found that it dies of."""
        if not pairs:
            return []
        try:
            return list(await self._library.decrypt(pairs))
        except Died as error:
            if error.starting:
                raise
        if len(pairs) == 1:
            return [await self._tried_alone(pairs[0])]
        half = len(pairs) // 2
        return [*await self._decrypt(pairs[:half]), *await self._decrypt(pairs[half:])]

    async def _tried_alone(self, pair: Pair) -> bytes | int | Refused:
        """Once more, now that nothing else was in the call."""
        try:
            return (await self._library.decrypt([pair]))[0]
        except Died as error:
            if error.starting:
                raise
            return Refused(POISON)


def _locked(row: Sealed) -> Locked | Refused:
    try:
        return locked_of(row)
    except Unreadable as error:
        return Refused(error.problem)


def _pair(locked: Locked, key: bytes | Refused) -> Pair | Refused:
    return key if isinstance(key, Refused) else (key, locked.message)


def _understood(number: int, text: bytes | int | Refused, now: datetime) -> Opened | Refused:
    if isinstance(text, Refused):
        return text
    if isinstance(text, int):
        return Refused(f"code_{text}")
    try:
        said = opened_text(text)
        return Opened(said, envelope_of(number, said, now), agreements_in(said))
    except Unreadable as error:
        return Refused(error.problem)
    except Exception as error:  # whatever a row can do to its parser
        log.debug("row %d of the archive", number, exc_info=True)
        return Refused(type(error).__name__)
