"""会话内容存档: fetches, opens, and says how it is. One node at a time does it; the others wait for its claim to end.

What goes wrong here stays here: the rest of the program neither waits nor fails.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from adapters.claims import Claim
from adapters.wecom.archive.census import Census
from adapters.wecom.archive.fetching import Fetching, Refusal
from adapters.wecom.archive.keys import Keys
from adapters.wecom.archive.lag import KEPT, WARN_LEFT, Reading
from adapters.wecom.archive.library import Library, LibraryError, LibraryMissing
from adapters.wecom.archive.media import Media
from adapters.wecom.archive.mends import mend_of
from adapters.wecom.archive.opening import Opening, Outcome
from adapters.wecom.archive.process import Died
from adapters.wecom.archive.rows import Unreadable
from adapters.wecom.errors import WeComError
from crm_core.archiving import Alarm, Consents, Safe
from crm_core.chat import Document, NotKept
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: The one queue there is: that of the archive's secret.
QUEUE = "chat"
#: Without these nothing is read.
_NEEDED = frozenset({"archive", "archive_opening"})


@dataclass(frozen=True)
class Pace:
    """Seconds: between two pages (WeCom allows 600 a minute), while nothing is new, after what passes, after what
    somebody has to mend, between two looks at how far behind it is, and at whether to ask who agreed."""

    page: float = 0.11
    idle: float = 30.0
    passing: float = 2.0
    mend: float = 300.0
    watch: float = 600.0
    ask: float = 60.0


@dataclass(frozen=True)
class Parts:
    """What the archive is made of. `media`: None where files are not stored; `census`: None where nobody is asked."""

    fetching: Fetching
    opening: Opening
    keys: Keys
    libraries: Sequence[Library]
    media: Media | None
    safe: Safe
    consents: Consents
    alarm: Alarm
    memory: Memory
    census: Census | None = None


class Archive:
    """Between `start` and `stop` it reads; `opened` counts the rows. `library_file`: when it changes, rows that could
    not be opened are tried again."""

    def __init__(
        self, parts: Parts, clock: Callable[[], datetime], *, library_file: str, node: str = "", pace: Pace = Pace()
    ) -> None:
        self._parts = parts
        self._clock = clock
        self._library_file = library_file
        self._pace = pace
        self._claim = Claim(parts.memory, f"archive:{QUEUE}", clock, node)
        self._rung = asyncio.Event()
        self._kept = asyncio.Event()
        self._opened_up_to: datetime | None = None
        self.opened = 0
        self._trouble: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._retry_what_was_mended()
        loops: list[Coroutine[Any, Any, None]] = [self._fetch(), self._open(), self._watch()]
        if self._parts.media is not None:
            loops.append(self._store(self._parts.media))
        if self._parts.census is not None:
            loops.append(self._ask(self._parts.census))
        self._tasks = [asyncio.create_task(loop) for loop in loops]

    async def stop(self) -> None:
        """What is under way is done again by the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for library in self._parts.libraries:
            await library.close()
        await self._parts.keys.close()
        with suppress(Exception):
            await self._claim.release()

    def ring(self) -> None:
        """The platform says that there is something new (event `msgaudit_notify`)."""
        self._rung.set()

    async def attend(self, _event: object) -> None:
        """The platform rang."""
        self.ring()

    async def state(self) -> Mapping[str, str]:
        """For `/readyz`; `status` "down" while nothing can be read."""
        now = self._clock()
        reading = await self._reading()
        left, behind = reading.left(now), reading.behind(now)
        waiting = {problem: count for problem, count in (await self._parts.safe.counts(QUEUE)).items() if problem}
        agreed = await self._parts.consents.counts()
        return {
            "status": "down" if self._trouble.keys() & _NEEDED else "ok",
            **self._trouble,
            "behind": "unknown" if behind is None else f"{behind.total_seconds():.0f} s",
            "days_left": "unknown" if left is None else f"{left / timedelta(days=1):.1f}",
            "set_aside": ", ".join(f"{problem} {count}" for problem, count in sorted(waiting.items())) or "none",
            "consent": ", ".join(f"{state} {count}" for state, count in sorted(agreed.items())) or "none",
        }

    async def figures(self) -> Mapping[str, float]:
        """For `/metrics`: seconds behind, days left, rows that wait and that are set aside."""
        now, reading, counts = self._clock(), await self._reading(), await self._parts.safe.counts(QUEUE)
        behind, left = reading.behind(now), reading.left(now)
        return {
            "behind_seconds": behind.total_seconds() if behind is not None else 0.0,
            "days_left": (KEPT if left is None else left) / timedelta(days=1),
            "waiting": float(counts.get("", 0)),
            "set_aside": float(sum(count for problem, count in counts.items() if problem)),
        }

    async def _reading(self) -> Reading:
        reading = await self._parts.fetching.reading()
        if self._opened_up_to is None or reading.complete_at is None:
            return reading
        return reading.complete(self._opened_up_to)

    async def _retry_what_was_mended(self) -> None:
        """Rows that could not be opened are tried again with other keys, or with another library."""
        known = await self._parts.memory.get("archive_keys", QUEUE)
        mended = {"keys": self._parts.keys.fingerprint, "library": _fingerprint(self._library_file)}
        if known == mended:
            return
        again = await self._parts.safe.retry(QUEUE)
        await self._parts.memory.put("archive_keys", QUEUE, mended)
        if again:
            log.info("WeCom: %d rows of the archive are opened once more", again)

    async def _fetch(self) -> None:
        await self._tell_of_a_gap()
        while True:
            self._rung.clear()
            pause = await self._guarded("archive", self._fetch_one)
            if pause is None:
                await self._claim.rest(self._pace.idle, self._rung)
            else:
                await asyncio.sleep(pause)

    async def _fetch_one(self) -> float | None:
        """Seconds until the next page; None: there is nothing new."""
        if not await self._claim.hold() or not await self._parts.fetching.page():
            return None
        self._kept.set()
        return self._pace.page

    async def _open(self) -> None:
        while True:
            self._kept.clear()
            pause = await self._guarded("archive_opening", self._open_all)
            if pause is None:
                await self._claim.rest(self._pace.idle, self._kept)
            else:
                await asyncio.sleep(pause)

    async def _open_all(self) -> None:
        """Everything that is kept."""
        if not await self._claim.hold():
            return
        async with aclosing(self._parts.opening.batches()) as batches:
            async for batch in batches:
                await self._parts.opening.finish(batch, self._note)

    async def _note(self, outcome: Outcome) -> None:
        self.opened += len(outcome.said)
        if outcome.newest is not None:
            self._opened_up_to = max(outcome.newest, self._opened_up_to or outcome.newest)
        if self._parts.media is not None:
            await self._parts.media.want(outcome.said)
        for problem in sorted(set(outcome.problems.values())):
            if problem.startswith("key_") and problem.endswith("_unknown"):
                version = problem.removeprefix("key_").removesuffix("_unknown")
                await self._parts.alarm.raise_("archive_key", version, {"version": version})

    async def _store(self, media: Media) -> None:
        async def fetch() -> None:
            if await self._claim.hold():
                await media.fetch_due()

        while True:
            await self._guarded("archive_media", fetch)
            await self._claim.rest(self._pace.idle, media.wanted)

    async def _ask(self, census: Census) -> None:
        while True:
            pause = await self._guarded("archive_consent", partial(census.go_on, self._claim.hold))
            await asyncio.sleep(self._pace.ask if pause is None else pause)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._pace.watch)
            await self._guarded("archive_watch", self.look)

    async def look(self) -> None:
        """Tell administrators while there is time to do something."""
        now, reading = self._clock(), await self._reading()
        left = reading.left(now)
        if left is not None and left <= WARN_LEFT and reading.complete_at is not None:
            key = f"{left // timedelta(days=1)}:{reading.complete_at:%Y-%m-%d}"
            await self._parts.alarm.raise_("archive_behind", key, _told(reading, now))

    async def _tell_of_a_gap(self) -> None:
        """Nobody read for longer than the platform keeps it: say so, once, before the reading goes on."""
        with suppress(Exception):
            reading = await self._parts.fetching.reading()
            now = self._clock()
            if reading.complete_at is not None and not reading.left(now):
                await self._parts.alarm.raise_("archive_lost", f"{reading.complete_at:%Y-%m-%d}", _told(reading, now))

    async def _guarded(self, part: str, work: Callable[[], Awaitable[float | None]]) -> float | None:
        """What `work` says; after trouble the seconds to wait, and the trouble stands in the state until it works."""
        pause = self._pace.mend
        try:
            found = await work()
        except (Died, NotKept, Unreadable) as error:
            told, pause = f"{type(error).__name__}: {error}", self._pace.passing
        except LibraryError as error:
            told, pause = mend_of(error.code), self._pace.passing if error.passing else self._pace.mend
        except (LibraryMissing, WeComError) as error:
            told = str(error)
        except Refusal as error:
            told = mend_of(error.errcode)
        except Exception as error:
            log.debug("the archive, %s", part, exc_info=True)
            told, pause = type(error).__name__, self._pace.passing
        else:
            self._trouble.pop(part, None)
            return found
        if self._trouble.get(part) != told:
            log.warning("WeCom: %s: %s", part, told)
        self._trouble[part] = told
        return pause


def _told(reading: Reading, now: datetime) -> Document:
    behind, left = reading.behind(now) or timedelta(), reading.left(now) or timedelta()
    since = reading.complete_at.isoformat() if reading.complete_at else ""
    return {"since": since, "hours_behind": round(behind / timedelta(hours=1)), "days_left": left // timedelta(days=1)}


def _fingerprint(path: str) -> str:
    try:
        info = os.stat(path)  # noqa: PTH116
    except OSError:
        return "missing"
    return f"{info.st_size}:{info.st_mtime_ns}"
