"""Many in one transaction: what is asked for while a transaction runs is done in the next one, together.

A commit costs the same for one message and for fifty. Each part succeeds or fails as if it had been alone: when a
transaction of several fails, each of them is tried in one of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from crm_core.database import is_unavailable

#: So many parts share a transaction at most: others wait for the lock meanwhile.
MOST = 200

T = TypeVar("T")


class Store(Protocol):
    """Runs functions of the core against the database."""

    async def read(self, look: Callable[[Session], T]) -> T: ...

    async def write(self, change: Callable[[Session], T]) -> T: ...


@dataclass(frozen=True)
class _Part:
    work: Callable[[Session], Any]
    done: "asyncio.Future[Any]"


class Together:
    """A `Store` over another one, whose readings share sessions and whose writings share transactions."""

    def __init__(self, store: Store) -> None:
        self._reading = _Shared(store.read)
        self._writing = _Shared(store.write)

    async def read(self, look: Callable[[Session], T]) -> T:
        result: T = await self._reading.ask(look)
        return result

    async def write(self, change: Callable[[Session], T]) -> T:
        result: T = await self._writing.ask(change)
        return result


class _Shared:
    def __init__(self, run: Callable[[Callable[[Session], list[Any]]], Awaitable[list[Any]]]) -> None:
        self._run = run
        self._waiting: list[_Part] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, work: Callable[[Session], Any]) -> Any:
        part = _Part(work, asyncio.get_running_loop().create_future())
        self._waiting.append(part)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work_off())
        return await part.done

    async def _work_off(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # who comes in the same moment comes along
            parts, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._do([part for part in parts if not part.done.done()])

    async def _do(self, parts: list[_Part]) -> None:
        try:
            results = await self._run(lambda session: [part.work(session) for part in parts])
        except Exception as error:  # noqa: BLE001
            if len(parts) > 1 and not is_unavailable(error):
                for part in parts:
                    await self._do([part])
                return
            for part in parts:
                _fail(part, error)
        else:
            for part, result in zip(parts, results, strict=True):
                if not part.done.done():
                    part.done.set_result(result)


def _fail(part: _Part, error: Exception) -> None:
    if not part.done.done():
        part.done.set_exception(error)
