"""The clock that wakes the process up. It holds nothing: what is due stands in rows.

APScheduler drops a job that is a second late unless told otherwise; it is told otherwise. Its job stores must not be
shared between processes, so each process has its own, in memory.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Ticker:
    """Calls `tick` again and again, never twice at once."""

    def __init__(self, tick: Callable[[], Awaitable[None]], every: timedelta) -> None:
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_job(tick, IntervalTrigger(seconds=every.total_seconds(), timezone=UTC), id="tick")

    def start(self) -> None:
        """Begin in the running loop; the first call comes after one interval."""
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
