"""Where the asynchronous edges hand over to the synchronous core: one bounded pool of threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from time import perf_counter
from typing import TypeVar

from sqlmodel import Session

from bot.courtesy import Courtesy
from crm_core.database import Database

T = TypeVar("T")


class Core:
    """Runs core functions against the database from coroutines."""

    def __init__(self, database: Database, threads: int = 8) -> None:
        self.database = database
        self.courtesy = Courtesy()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="core")
        self._observe: Callable[[float], None] | None = None

    def watch_reads(self, observe: Callable[[float], None]) -> None:
        """Tell `observe` how many seconds each reading session takes."""
        self._observe = observe

    async def read(self, look: Callable[[Session], T]) -> T:
        """Run `look` in a reading session."""
        return await self._run(self._reading, look)

    async def write(self, change: Callable[[Session], T], *, urgent: bool = False) -> T:
        """Run `change` in one transaction; committed when it returns. `urgent`: see `Database.writing`."""
        return await self._run(self._writing_urgently if urgent else self._writing, change)

    async def put_away(self) -> None:
        """See `Database.put_away`: for who writes much in the background."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self.database.put_away)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    async def _run(self, run: Callable[[Callable[[Session], T]], T], function: Callable[[Session], T]) -> T:
        context = copy_context()  # what follows from what is known in the thread, too
        return await asyncio.get_running_loop().run_in_executor(self._pool, context.run, run, function)

    def _reading(self, look: Callable[[Session], T]) -> T:
        began = perf_counter()
        with self.database.reading() as session:
            found = look(session)
        if self._observe is not None:
            self._observe(perf_counter() - began)
        return found

    def _writing(self, change: Callable[[Session], T]) -> T:
        with self.database.writing() as session:
            return change(session)

    def _writing_urgently(self, change: Callable[[Session], T]) -> T:
        with self.database.writing(urgent=True) as session:
            return change(session)
