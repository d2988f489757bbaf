"""Looking after what members of staff are asked to send: created, followed, reminded of and taken back, one call to the
platform at a time for each task, and every call between two commits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from sqlmodel import Session

from bot.clock import Clock
from bot.config import Config
from bot.threads import Core
from crm_core.chat import DeliveryError
from crm_core.group_sends import GroupSends, Progress, RemindedTooOften, TaskUnknown
from crm_core.outreach.tasks import claims, planning, results
from crm_core.outreach.tasks.claims import Job, Step

log = logging.getLogger(__name__)

#: How long a task is in the hands of one worker: longer than a platform takes to create one, uploads and retries
#: included. What else is done about a task does no harm when two do it.
LEASE = timedelta(minutes=5)
#: How many tasks are looked after at once.
WIDTH = 4

#: Writes down what came of a call.
Result = Callable[[Session], None]


class TaskWork:
    """`scheduler.lanes.Duty` for the tasks of one platform."""

    def __init__(self, core: Core, platform: str, sends: GroupSends, config: Config, clock: Clock) -> None:
        self.name = planning.lane_of(platform)
        self._core = core
        self._platform = platform
        self._sends = sends
        self._config = config
        self._clock = clock
        self._steps: Mapping[Step, Callable[[Job], Awaitable[Result]]] = {
            Step.CREATE: self._create,
            Step.FIND: self._find,
            Step.LOOK: self._look,
            Step.CANCEL: self._cancel,
        }

    def due(self, session: Session) -> datetime | None:
        return claims.due(session, self._platform)

    async def run(self, stopping: asyncio.Event) -> None:
        """Everything that is due now."""
        while not stopping.is_set():
            jobs = await self._core.write(self._claim)
            if not jobs:
                return
            await asyncio.gather(*(self._do(job) for job in jobs))

    def _claim(self, session: Session) -> list[Job]:
        return claims.claim(
            session,
            self._platform,
            worker=uuid4().hex,
            now=self._clock(),
            limit=WIDTH,
            lease=LEASE,
            manners=self._config.manners,
        )

    async def _do(self, job: Job) -> None:
        """One step, and what came of it written down."""
        try:
            result = await self._steps[job.step](job)
        except DeliveryError as error:
            log.info("task %s: %s: %s", job.task_id, job.step, error.reason)
            result = partial(results.failed, job=job, error=error, now=self._clock())
        await self._core.write(result)

    async def _create(self, job: Job) -> Result:
        try:
            made = await self._sends.create(job.order)
        except DeliveryError as error:
            log.info("task %s was not created: %s", job.task_id, error.reason)
            return partial(results.not_created, job=job, error=error, now=self._clock())
        return self._with_manners(results.created, job=job, made=made)

    async def _find(self, job: Job) -> Result:
        """Whether it was created, when nobody knows; not tried at all, it is not there."""
        made = None
        if job.tried_at is not None:
            known = await self._known(job.tried_at)
            made = await self._sends.find(job.order, job.tried_at, self._clock(), known)
        return self._with_manners(results.found, job=job, made=made)

    async def _look(self, job: Job) -> Result:
        try:
            progress = await self._sends.progress(job.msgid, job.order.sender)
        except TaskUnknown:
            return await self._look_up(job)
        reminded = job.remind and progress is not None and not progress.confirmed and await self._remind(job)
        return partial(results.looked, job=job, progress=progress, now=self._clock(), reminded=reminded)

    async def _look_up(self, job: Job) -> Result:
        """The platform does not know the name it gave: right after it was created that happens."""
        since = job.tried_at or self._clock()
        found = await self._sends.find(job.order, since, self._clock(), await self._known(since) - {job.msgid})
        if found is None or found.msgid == job.msgid:
            return partial(results.looked, job=job, progress=None, now=self._clock())
        return partial(results.renamed, job=job, msgid=found.msgid, now=self._clock())

    async def _remind(self, job: Job) -> bool:
        """Whether it counts as one of the reminders: also when somebody else used them up."""
        try:
            await self._sends.remind(job.msgid)
        except RemindedTooOften:
            log.info("task %s: reminded too often already", job.task_id)
        return True

    async def _cancel(self, job: Job) -> Result:
        """First what came of it: afterwards the platform does not tell."""
        progress: Progress | None = None
        try:
            progress = await self._sends.progress(job.msgid, job.order.sender)
        except TaskUnknown:
            log.info("task %s is not known (yet) where it is cancelled", job.task_id)
        await self._sends.cancel(job.msgid)
        return partial(results.cancelled, job=job, progress=progress, now=self._clock())

    async def _known(self, since: datetime) -> frozenset[str]:
        return await self._core.read(lambda session: claims.known(session, self._platform, since))

    def _with_manners(self, write: Callable[..., None], **found: object) -> Result:
        manners, country = self._config.manners, self._config.bot.country
        return partial(write, now=self._clock(), manners=manners, country=country, **found)
