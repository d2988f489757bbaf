"""When gaps are looked for and read: on start, when both sockets were away, when Slack held events back.

One node does it at a time, by a claim that runs out. While all is well a pulse in the database says so: it is where the
next gap begins, should the program be killed now.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.claims import Claim
from adapters.health import Health
from adapters.slack.ears import Ears
from adapters.slack.envelopes import team_of
from adapters.slack.errors import Remedy, SlackError
from adapters.slack.history.gaps import Behind, Gaps, moment, stamp
from adapters.slack.history.reading import Reading
from adapters.slack.installation import Installation
from adapters.slack.told import objects_of, word
from adapters.slack.web import Web
from crm_core.chat import Document, NotKept, Urgency
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Seconds between two looks at how things are.
BEAT = 5.0
#: A claim that is not renewed runs out after so long.
CLAIMED_FOR = timedelta(seconds=15)
#: What came this shortly before a gap may still have been on its way.
MARGIN = timedelta(minutes=2)

_PULSE = "history pulse"
_PART = "history"
_KINDS = "public_channel,private_channel,mpim,im"
_AGAIN = 60.0
_NOBODY_YET = 0.5
#: A pulse older than this was nobody's: the program stood still, or its database did.
_STOOD_STILL = timedelta(minutes=2)


@dataclass(frozen=True)
class Progress:
    """`channels`: how many are not complete up to now; `complete_up_to`: how far the least complete of them is."""

    channels: int
    complete_up_to: datetime | None = None


class History:
    """`all_installations`: where the bot is. `ears`: closed while nothing can come in.

    Over HTTP that cannot be told: `again` is how often everything since the last time is looked at, None for never.
    """

    def __init__(
        self,
        reading: Reading,
        gaps: Gaps,
        web: Web,
        memory: Memory,
        *,
        all_installations: Callable[[], tuple[Installation, ...]],
        health: Health,
        clock: Callable[[], datetime],
        ears: Ears,
        again: timedelta | None = None,
    ) -> None:
        self._reading = reading
        self._gaps = gaps
        self._web = web
        self._memory = memory
        self._installations = all_installations
        self._health = health
        self._clock = clock
        self._ears = ears
        self._again = again
        self._claim = Claim(memory, _PART, clock, lasts=CLAIMED_FOR, renewed=timedelta(seconds=BEAT))
        self._claiming = asyncio.Lock()
        self._ours = False
        self._denied = False
        self._wanted: dict[str, str] = {}
        self._noted: set[str] = set()
        self._woken = asyncio.Event()
        self._to_read = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; what is missing since the last pulse is looked for first."""
        self._tell()
        self._tasks = [
            asyncio.create_task(self._run(self.beat, self._woken, BEAT), name="slack history pulse"),
            asyncio.create_task(self._run(self.keep_hold, asyncio.Event(), BEAT), name="slack history claim"),
            asyncio.create_task(self._run(self.read, self._to_read, _AGAIN), name="slack history"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._release()

    def wake(self) -> None:
        """Nothing was heard for a while: look for what is missing since the last pulse."""
        self._noted.clear()
        self._tell()
        self._woken.set()

    async def attend(self, payload: Document) -> None:
        """Look after `app_rate_limited`: for a minute Slack held the events of a workspace back."""
        if payload.get("type") != "app_rate_limited":
            return
        minute = payload.get("minute_rate_limited")
        team = team_of(payload)
        if isinstance(minute, int) and 0 < minute < 10**10 and team:
            since = f"{minute:010d}.000000"
            self._wanted[team] = min(since, self._wanted.get(team, since))
            self._woken.set()

    def progress(self) -> Progress:
        """How far everything is complete, as far as this node knows."""
        behind = list(self._gaps.behind())
        return Progress(len(behind), min((one.complete_up_to for one in behind), default=None))

    async def beat(self) -> None:
        """Be the one who looks after it, if nobody else is; note the gaps; say that all is well up to now."""
        hears = self._ears.open
        self._denied = hears and not await self._hold()
        if hears and not self._denied:
            for installation in self._installations():
                await self._note_patiently(installation)
            self._to_read.set()
        else:
            await self._release()
            await self._gaps.load()
        self._tell()

    async def read(self) -> None:
        """Read what is noted, the channel that is furthest behind first."""
        for behind in sorted(self._gaps.behind(), key=lambda one: one.complete_up_to):
            installation = self._installation(behind.team)
            if installation is not None:
                await self._read_channel(installation, behind)
            self._tell()

    async def _read_channel(self, installation: Installation, behind: Behind) -> None:
        """One channel that cannot be read holds no other up."""
        try:
            for gap in reversed(behind.gaps):
                if self._ours:
                    await self._reading.read(installation, behind, gap)
        except SlackError as error:
            if error.remedy is Remedy.RECONNECT:
                raise
            log.warning("Slack: the history of a channel waits: %s", error)

    async def _note_patiently(self, installation: Installation) -> None:
        """One workspace that does not answer holds no other up."""
        try:
            await self._note(installation)
        except SlackError as error:
            log.warning("Slack: the channels of a workspace wait: %s", error)

    async def _note(self, installation: Installation) -> None:
        """Note gaps in every channel of this workspace if there may be any; then the pulse goes on."""
        team, now = installation.team_id, self._clock()
        pulse = await self._memory.get(_PULSE, team) or {}
        since, read = self._since(team, pulse, now), str(pulse.get("read", stamp(now)))
        if since:
            channels = await self._channels(team)
            if not self._ours:
                return
            for channel in channels:
                await self._gaps.add(team, channel, since, stamp(now))
            log.info("Slack: what was said since %s is looked for", moment(since).isoformat(timespec="seconds"))
            self._wanted.pop(team, None)
            read = stamp(now)
        self._noted.add(team)
        await self._memory.put(_PULSE, team, {"at": stamp(now), "read": read})

    def _since(self, team: str, pulse: Document, now: datetime) -> str:
        """Where a gap begins, "" for none. Where the bot has just come, there is none; a pulse that is too old for the
        beat was nobody's."""
        if not pulse:
            return ""
        begins = [self._wanted[team]] if team in self._wanted else []
        if team not in self._noted or now - moment(pulse["at"]) > _STOOD_STILL:
            begins.append(stamp(moment(pulse["at"]) - MARGIN))
        if self._again is not None and now - moment(pulse["read"]) >= self._again:
            begins.append(stamp(moment(pulse["read"]) - MARGIN))
        return min(begins, default="")

    async def _channels(self, team: str) -> list[str]:
        """Where the bot is in."""
        asked = {"types": _KINDS, "exclude_archived": True, "limit": 200}
        pages = self._web.pages("users.conversations", team=team, urgency=Urgency.BULK, **asked)
        return [word(one, "id") async for page in pages for one in objects_of(page.get("channels")) if word(one, "id")]

    async def keep_hold(self) -> None:
        """Stay the one who looks after it, also while Slack takes its time to answer."""
        async with self._claiming:
            if self._ours:
                await self._claim_it()

    async def _hold(self) -> bool:
        """Whether this node is the one, and knows what another one left."""
        async with self._claiming:
            return await self._claim_it()

    async def _claim_it(self) -> bool:
        held = await self._claim.hold()
        if held and not self._ours:
            await self._gaps.load()
        self._ours = held
        return held

    async def _release(self) -> None:
        async with self._claiming:
            self._ours = False
            await self._claim.release()

    def _installation(self, team: str) -> Installation | None:
        return next((one for one in self._installations() if one.team_id == team), None)

    def _tell(self) -> None:
        self._health.good(_PART, self._told())

    def _told(self) -> str:
        """ "complete" is said by the node that looked for gaps itself, and by no other."""
        if not self._ears.open:
            return "waits until events come in"
        if self._denied:
            return "another node looks after it"
        homes = self._installations()
        if not homes or any(home.team_id not in self._noted for home in homes):
            return "not known yet"
        progress = self.progress()
        if progress.complete_up_to is None:
            return "complete"
        return f"{progress.channels} behind, complete up to {progress.complete_up_to.isoformat(timespec='seconds')}"

    async def _run(self, do: Callable[[], Coroutine[Any, Any, None]], woken: asyncio.Event, every: float) -> None:
        while True:
            woken.clear()
            try:
                await do()
            except (SlackError, NotKept) as error:
                log.warning("Slack: the history waits: %s", error)
            except Exception as error:
                log.warning("Slack: the history waits: %s", type(error).__name__)
                log.debug("history", exc_info=True)
            await self._wait(woken, every if self._installations() else _NOBODY_YET)

    async def _wait(self, woken: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await woken.wait()
