"""The capture path: an event is acknowledged when it is committed, then recorded, then answered.

The writer commits together whatever arrived while its last commit was running; the recorder turns what is committed
into messages, many in one transaction and in the order of arrival; then each room is answered one message at a time,
the rooms side by side. What a stop interrupts is in the ledger and taken up by the next `start`; what a node that died
left there, by the others.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.capture.fetching import UNDISTURBED, Fetching
from bot.capture.line import Line
from bot.capture.meeting import MEETING_PATIENCE, Meetings
from bot.capture.orphans import LOOK, PATIENCE, Orphans
from bot.capture.recorder import Captured, Owed, Recorder, code_of
from bot.capture.turns import Turns
from bot.capture.writer import Writer
from bot.clock import Clock
from bot.threads import Core
from crm_core import trace
from crm_core.chat import Cursor, Envelope, InboundMessage, NotKept, Source
from crm_core.conversations import ledger
from crm_core.conversations.tables import EnvelopeRow

__all__ = ["ANSWER_WITHIN", "Intake", "NotKept"]

log = logging.getLogger(__name__)

#: After a stop, what was said to the bot longer ago than this gets no answer any more: the asker has moved on, and an
#: effect out of the blue surprises. It is recorded all the same.
ANSWER_WITHIN = timedelta(minutes=5)

LARGEST_RECORDING = 250
#: While events come in: the recorder and those who wait for an acknowledgement share one interpreter.
SMALL_RECORDING = 100

_PAUSE = 0.2
_COURTESY = 0.3
#: Seconds without an envelope after which the writer is taken to be idle: in a burst the next follows at once.
_CALM = 0.003
#: How many times as many have a place of what is fetched: it comes in masses. Half of it is for one page more.
_BULK = 5
#: And of what people say: a burst is acknowledged first, and recorded when half the places are taken or it is over.
_BURST = 3
_LAST_TRIES = 10.0
_NOWHERE = ""

_Event = tuple[str, str]
_Queue = tuple[str, bool]


class Intake:
    """`sources`: what reads the envelopes of each platform, at most one message in an envelope is for the bot.
    `handle` answers one such message; `marks`: and marks its envelope in the transaction of its effect.
    `patience`: seconds after which `accept` gives up; Slack waits three. `capacity`: how many arrivals (envelopes, or
    fetched pages) may wait to be committed, and three times as many envelopes of each platform to be recorded, before
    the next has to wait; of what is fetched five times as many have a place, and a page waits while half are taken.
    `meeting_patience`: seconds a batch waits for what its source learns.
    `orphans`: seconds between two looks at what other nodes left behind, and how long it stands still until then.
    `undisturbed`: seconds for which recording waits for who fetches and says that there is more.
    """

    def __init__(
        self,
        core: Core,
        sources: Mapping[str, Source],
        handle: Callable[[InboundMessage, int], Awaitable[None]],
        clock: Clock,
        country: str,
        *,
        patience: float = 2.5,
        capacity: int = 4000,
        meeting_patience: float = MEETING_PATIENCE,
        orphans: tuple[float, float] = (LOOK, PATIENCE),
        undisturbed: float = UNDISTURBED,
        marks: bool = False,
    ) -> None:
        self._core = core
        self._handle = handle
        self._marks = marks
        self._capacity = capacity
        self._clock = clock
        self._writer = Writer(core.database, self._line_up, clock, patience=patience, capacity=capacity)
        self._recorder = Recorder(core.database, sources, clock, country)
        self._meetings = Meetings(sources, meeting_patience)
        self._turns = Turns(self._answer)
        self._lines: dict[_Queue, Line[Captured]] = {
            (platform, bulk): Line(capacity * (_BULK if bulk else _BURST))
            for platform in (*sources, _NOWHERE)
            for bulk in (False, True)
        }
        self._fetching = Fetching(undisturbed)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="record")
        self._recording: list[asyncio.Task[None]] = []
        self._give_up_at = math.inf
        self._open: dict[_Event, asyncio.Future[None] | None] = {}
        self._said: set[_Event] = set()
        self._orphans = Orphans(core, self._is_ours, self._take_over, look=orphans[0], patience=orphans[1])
        self._looking: asyncio.Task[None] | None = None

    async def accept(self, envelope: Envelope, note: Cursor | None = None) -> bool:
        """Wait until the envelope is committed, a new one with its note: acknowledge it then. False: it was known.

        Raises `NotKept`: do not acknowledge.
        """
        return await self._writer.accept(envelope, note)

    async def accept_all(
        self, envelopes: Sequence[Envelope], cursor: Cursor | None = None, *, more: bool = False
    ) -> list[bool]:
        """Wait until what was fetched together from one platform is committed, in one transaction with how far was
        read; for each whether it is new. It is recorded beside what people say just now, which does not wait for it;
        this waits while half the places are taken. `more`: the next is brought at once, so recording may wait.

        Raises `NotKept`: read again from the cursor that is there.
        """
        for platform in {envelope.platform for envelope in envelopes}:
            line = self._line_of(platform, bulk=True)
            more = more and not line.half_full
            if not more:
                self._fetching.end()
            await line.roomy()
        if more:
            self._fetching.go_on()
        else:
            self._fetching.end()
        try:
            return await self._writer.accept_all(envelopes, cursor)
        except BaseException:
            self._fetching.end()
            raise

    async def start(self) -> None:
        """Take up what a stop left behind, in order and before anything new; then record what comes."""
        newest = await self._core.read(ledger.newest)
        self._writer.start()
        await self._take_up(newest)
        self._recording = [
            asyncio.create_task(self._record_all(line, bulk), name=f"recorder {platform}{' in bulk' if bulk else ''}")
            for (platform, bulk), line in self._lines.items()
        ]
        self._looking = asyncio.create_task(self._orphans.keep_looking(), name="orphans")

    async def stop(self) -> None:
        """Refuse new envelopes; commit, record and answer what was accepted."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._writer.stop()
        self._fetching.end()
        self._give_up_at = asyncio.get_running_loop().time() + _LAST_TRIES
        for line in self._lines.values():
            line.close()
        await asyncio.gather(*self._recording)
        self._meetings.close()
        await self._turns.finish(_LAST_TRIES)
        self._settle(set(self._open))
        self._thread.shutdown(wait=True)

    async def settled(self, platform: str, event_id: str) -> None:
        """Wait until an accepted envelope is answered; recorded, if nobody waits for an answer."""
        event = (platform, event_id)
        if event not in self._open:
            return
        waiting = self._open[event]
        if waiting is None:
            waiting = self._open[event] = asyncio.get_running_loop().create_future()
        await asyncio.shield(waiting)

    def backlog(self) -> dict[str, int]:
        """How many wait at each step."""
        return {
            "to_commit": self._writer.waiting,
            "to_record": sum(map(len, self._lines.values())),
            "unsettled": len(self._open),
        }

    @property
    def commits(self) -> int:
        """How many commits there were since the start."""
        return self._writer.commits

    async def _line_up(self, captured: list[Captured], bulk: bool) -> None:
        for one in captured:
            self._open[_event(one)] = None
        if not bulk:
            self._said.update(map(_event, captured))
            self._core.courtesy.note(waiting=True)
        for one in captured:
            await self._line_of(one.envelope.platform, bulk=bulk).put(one)

    def _line_of(self, platform: str, *, bulk: bool) -> Line[Captured]:
        return self._lines.get((platform, bulk), self._lines[_NOWHERE, bulk])

    async def _record_all(self, line: Line[Captured], bulk: bool) -> None:
        """The platforms beside each other, so that none waits for what another has to look up."""
        while await line.any():
            if bulk:
                await self._fetching.go_first()
            batch = line.take_now(self._most(line, bulk))
            for owed in await self._record(batch, urgent=not bulk):
                self._turns.line_up(owed)
            if not self._is_much(line, bulk):
                await self._let_the_writer_go_first()

    def _most(self, line: Line[Captured], bulk: bool) -> int:
        calm = self._writer.is_idle or self._is_much(line, bulk)
        return LARGEST_RECORDING if calm else SMALL_RECORDING

    def _is_much(self, line: Line[Captured], bulk: bool) -> bool:
        return 2 * len(line) >= self._capacity if bulk else line.half_full

    async def _let_the_writer_go_first(self) -> None:
        """Platforms wait for the writer, nobody for the recorder; but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_COURTESY):
                await self._writer.calm(_CALM)

    async def _record(self, batch: list[Captured], *, urgent: bool = False) -> list[Owed]:
        """Record until it is done; while stopping not for long, since the ledger holds it for the next start."""
        await self._meetings.hold(batch)
        while batch:
            try:
                record = partial(self._recorder.record, batch, urgent=urgent)
                owed = await asyncio.get_running_loop().run_in_executor(self._thread, record)
            except Exception as error:
                log.debug("recording %d envelopes", len(batch), exc_info=True)
                log.warning("%d envelopes wait to be recorded: %s", len(batch), code_of(error))
            else:
                self._settle(set(map(_event, batch)) - {_event(one.captured) for one in owed})
                return owed
            if asyncio.get_running_loop().time() > self._give_up_at:
                return []
            await asyncio.sleep(_PAUSE)
        return []

    async def _take_up(self, newest: int) -> None:
        after = 0
        while rows := await self._core.read(partial(_left_behind, after=after, up_to=newest)):
            await self._record_late(rows)
            after = rows[-1].id

    def _is_ours(self, known: ledger.Known) -> bool:
        return (known.platform, known.event_id) in self._open

    async def _take_over(self, envelope_ids: list[int]) -> None:
        rows = await self._core.read(lambda session: ledger.of(session, envelope_ids))
        await self._record_late([row for row in rows if (row.platform, row.event_id) not in self._open])

    async def _record_late(self, rows: list[EnvelopeRow]) -> None:
        captured = [_captured(row) for row in rows]
        self._open.update(dict.fromkeys(map(_event, captured)))
        for owed in await self._record(captured):
            await self._answer_late(owed)

    async def _answer_late(self, owed: Owed) -> None:
        if self._clock() - owed.captured.envelope.received_at <= ANSWER_WITHIN:
            self._turns.line_up(owed)
        else:
            await self._close(owed, "too_late")

    async def _answer(self, owed: Owed) -> None:
        problem = ""
        try:
            with trace.following(f"e{owed.captured.envelope_id}"):
                await self._handle(owed.inbound, owed.captured.envelope_id)
        except Exception as error:
            problem = code_of(error)
            log.warning("envelope %d was not answered: %s", owed.captured.envelope_id, problem)
            log.debug("answering envelope %d", owed.captured.envelope_id, exc_info=True)
        if problem or not self._marks:
            await self._close(owed, problem)
        else:
            self._settle({_event(owed.captured)})

    async def _close(self, owed: Owed, problem: str) -> None:
        number = owed.captured.envelope_id
        try:
            await self._core.write(lambda session: ledger.finish(session, [number], problem=problem))
        except SQLAlchemyError as error:
            log.warning("envelope %d stays open: %s", number, code_of(error))
        self._settle({_event(owed.captured)})

    def _settle(self, events: set[_Event]) -> None:
        for event in events:
            waiting = self._open.pop(event, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(None)
        self._said -= events
        self._core.courtesy.note(waiting=bool(self._said))


def _left_behind(session: Session, *, after: int, up_to: int) -> list[EnvelopeRow]:
    return ledger.waiting(session, LARGEST_RECORDING, after=after, up_to=up_to)


def _event(captured: Captured) -> _Event:
    return captured.envelope.platform, captured.envelope.event_id


def _captured(row: EnvelopeRow) -> Captured:
    return Captured(row.id, Envelope(row.platform, row.event_id, row.body, row.received_at))
