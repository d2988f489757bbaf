"""From encrypted rows to the ledger: a batch at a time, in order; one that cannot be opened waits and blocks nobody."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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

#: A row on which the library died by itself.
POISON = "library_died"

AcceptAll = Callable[[Sequence[Envelope], Cursor | None], Awaitable[Sequence[bool]]]


@dataclass(frozen=True)
class Batch:
    """Rows whose keys are had, or the problem of why not."""

    rows: Sequence[Sealed]
    pairs: Sequence[Pair | Refused]

    @property
    def last(self) -> int:
        return self.rows[-1].number


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

    async def take(self, after: int = -1) -> Batch | None:
        """The next rows above this number, with their keys; None when there are none."""
        rows = await self._safe.waiting(self._queue, BATCH, after=after)
        if not rows:
            return None
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
            await self._accept_all([one.envelope for one in opened.values()], None)
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
