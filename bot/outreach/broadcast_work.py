"""Large broadcasts counted and frozen in the background: read at length, written briefly, others let in between."""

import asyncio
import logging
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.clock import Clock
from bot.config import Config
from bot.threads import Core
from crm_core.errors import CrmError
from crm_core.outreach import freezing, slices
from crm_core.outreach.slices import Job, Meant
from crm_core.outreach.tables import BroadcastWork

log = logging.getLogger(__name__)


class LargeBroadcasts:
    """`scheduler.lanes.Duty`: whatever is left to do for large broadcasts, the oldest first."""

    name = freezing.WORK

    def __init__(self, core: Core, config: Config, clock: Clock) -> None:
        self._core = core
        self._config = config
        self._clock = clock

    def due(self, session: Session) -> datetime | None:
        return None if slices.next_job(session) is None else self._clock()

    async def run(self, stopping: asyncio.Event) -> None:
        """Everything there is to do."""
        while not stopping.is_set():
            job = await self._core.read(slices.next_job)
            if job is None:
                return
            await self._do(job, stopping)
            await self._core.put_away()

    async def _do(self, job: Job, stopping: asyncio.Event) -> None:
        if job.unsettled:
            await self._core.write(partial(slices.settle, job=job))
        elif job.work is BroadcastWork.TASKS:
            await self._core.write(partial(slices.divide, job=job, now=self._clock()))
        else:
            await self._go_on(job, stopping)

    async def _go_on(self, job: Job, stopping: asyncio.Event) -> None:
        """Stretch after stretch; left where somebody else goes on, or something else comes first, or the program stops.
        One thing at a time: a core is left to those who wait for an answer."""
        try:
            meant = await self._core.read(
                partial(slices.meant, job=job, now=self._clock(), manners=self._config.manners)
            )
            while await self._next(job, meant, stopping):
                pass
        except CrmError as error:
            log.info("broadcast %s is given up: %s", job.broadcast_id, error.problem)
            await self._core.write(partial(slices.give_up, job=job, error=error, now=self._clock()))

    async def _next(self, job: Job, meant: Meant, stopping: asyncio.Event) -> bool:
        """Read the next stretch and write it down; False: it is not to be gone on."""
        await self._core.courtesy.give_way()
        read = partial(slices.stretch, job=job, meant=meant, manners=self._config.manners)
        parts = await self._core.read(read)
        for part in parts:
            await self._core.courtesy.give_way()
            if stopping.is_set() or not await self._core.write(partial(slices.keep, part=part, now=self._clock())):
                return False
            await self._core.put_away()
        return bool(parts) and not parts[-1].last and await self._core.read(slices.next_job) == job
