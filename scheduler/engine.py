"""Who works on which key, and when: at most one worker for each key, in the whole cluster.

The engine decides nothing else. Rows hold the truth, so a wake that is lost does no harm: the next tick wakes again.
PgQueuer does the work: in memory for one process on SQLite, over PostgreSQL for any number of nodes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from pgqueuer import AsyncpgDriver, InMemoryDriver, InMemoryQueries, Job, Queries, QueueManager
from sqlalchemy import make_url

#: Works on one key until nothing is left to do there.
Worker = Callable[[str], Awaitable[None]]

#: A node that was silent for so long is taken for dead, and its work goes to another one.
HEARTBEAT = timedelta(seconds=10)

_ENTRYPOINT = "pump"
_POLL = timedelta(seconds=2)
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
#: A wake is refused while the worker of its key is just ending: seconds until it is tried again.
_RETRIES = (0.0, 0.05, 0.25)

log = logging.getLogger(__name__)


class Engine(Protocol):
    """What the rest of the program knows of it. `shared`: other nodes may work over the same database."""

    shared: bool

    async def start(self, worker: Worker) -> None:
        """Begin to hand woken keys to this worker; returns at once."""

    def wake(self, key: str) -> None:
        """See that a worker looks at this key soon. Call it in the loop's thread, after the commit."""

    async def tidy(self) -> None:
        """Forget the log of finished work; to be called now and then."""

    async def stop(self) -> None:
        """Hand out nothing more, and return when the workers have ended."""


@dataclass(frozen=True)
class Queue:
    """An open PgQueuer queue: its dispatcher and its storage."""

    manager: QueueManager
    queries: Queries | InMemoryQueries


class PgQueuerEngine:
    """Keeps a queue running: whenever it ends, for instance because PostgreSQL went away, it is opened again."""

    def __init__(
        self, open_queue: Callable[[], AbstractAsyncContextManager[Queue]], *, shared: bool = False, width: int = 64
    ) -> None:
        self.shared = shared
        self._open = open_queue
        self._width = width
        self._queue: Queue | None = None
        self._stopping = asyncio.Event()
        self._supervisor: asyncio.Task[None] | None = None
        self._wakes: set[asyncio.Task[None]] = set()

    async def start(self, worker: Worker) -> None:
        self._supervisor = asyncio.create_task(self._supervise(worker))

    def wake(self, key: str) -> None:
        task = asyncio.create_task(self._enqueue(key))
        self._wakes.add(task)
        task.add_done_callback(self._wakes.discard)

    async def tidy(self) -> None:
        if self._queue is not None:
            await self._queue.queries.clear_queue_log()
            await self._queue.queries.clear_statistics_log()

    async def stop(self) -> None:
        self._stopping.set()
        if self._queue is not None:
            self._queue.manager.shutdown.set()
        if self._supervisor is not None:
            await self._supervisor
        for task in self._wakes:
            task.cancel()
        await asyncio.gather(*self._wakes, return_exceptions=True)

    async def _supervise(self, worker: Worker) -> None:
        pause = _SHORTEST_PAUSE
        while not self._stopping.is_set():
            try:
                async with self._open() as queue:
                    pause = _SHORTEST_PAUSE
                    await self._run(queue, worker)
            except Exception as error:  # noqa: BLE001
                log.warning("the queue ended, opening it again in %s s: %s", pause, type(error).__name__)
            self._queue = None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _run(self, queue: Queue, worker: Worker) -> None:
        async def work(job: Job) -> None:
            await worker((job.payload or b"").decode())

        queue.manager.entrypoint(_ENTRYPOINT)(work)
        self._queue = queue
        if self._stopping.is_set():
            return
        await queue.manager.run(
            dequeue_timeout=_POLL,
            batch_size=1,
            max_concurrent_tasks=self._width,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=HEARTBEAT,
            log_aggregation_interval=timedelta(0),
        )

    async def _enqueue(self, key: str) -> None:
        try:
            for pause in _RETRIES:
                await asyncio.sleep(pause)
                if self._queue is not None and await _taken(self._queue, key):
                    return
        except Exception as error:  # noqa: BLE001
            log.warning("a wake was lost, the next tick repeats it: %s", type(error).__name__)


def engine_for(url: str) -> Engine:
    """The engine that goes with this database: in memory beside SQLite, else over PostgreSQL itself."""
    if make_url(url).get_backend_name() == "sqlite":
        return PgQueuerEngine(in_memory)
    return PgQueuerEngine(lambda: over_postgresql(url), shared=True)


@asynccontextmanager
async def in_memory() -> AsyncIterator[Queue]:
    """A queue for one process: no service, nothing on disk."""
    queries = InMemoryQueries(InMemoryDriver())
    yield Queue(QueueManager(queries), queries)


@asynccontextmanager
async def over_postgresql(url: str) -> AsyncIterator[Queue]:
    """A queue in the database itself, shared by every node; its tables are made when they are missing."""
    import asyncpg

    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        queries = Queries(AsyncpgDriver(connection))
        await _install(queries)
        yield Queue(QueueManager(queries), queries)
    finally:
        await connection.close(timeout=5)


async def _install(queries: Queries) -> None:
    async with queries.schema_lock():
        if not await queries.schema_is_installed():
            await queries.install()
    await queries.upgrade()


async def _taken(queue: Queue, key: str) -> bool:
    [job_id] = await queue.queries.enqueue(
        _ENTRYPOINT, key.encode(), dedupe_key=f"{_ENTRYPOINT}:{key}", on_conflict="skip"
    )
    return job_id is not None
