"""Calls over the stand-in, with a clock and a memory the test can look into."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from adapters.wecom.errors import WeComError
from adapters.wecom.transport import Transport
from crm_core.chat import Document
from tests.adapters.wecom.far import CORP, SECRET, Far
from tests.conftest import NOW


@dataclass
class Clock:
    """`slept`: every pause, which passes at once."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0.001)


@dataclass
class Notes:
    """A memory that several nodes share."""

    kept: dict[tuple[str, str], Document] = field(default_factory=dict)

    async def get(self, kind: str, key: str) -> Document | None:
        return self.kept.get((kind, key))

    async def all(self, kind: str) -> dict[str, Document]:
        return {key: document for (of, key), document in self.kept.items() if of == kind}

    async def put(self, kind: str, key: str, document: Document) -> None:
        self.kept[kind, key] = document

    async def replace(self, kind: str, key: str, before: Document | None, after: Document) -> bool:
        if self.kept.get((kind, key)) != before:
            return False
        self.kept[kind, key] = after
        return True

    async def take(self, kind: str, key: str) -> Document | None:
        return self.kept.pop((kind, key), None)


@dataclass
class Calling:
    far: Far
    clock: Clock
    notes: Notes
    opened: list[Transport] = field(default_factory=list)

    def transport(self, secret: str = SECRET, corp: str = CORP) -> Transport:
        """Another node, or another secret."""
        made = Transport(
            self.far.url,
            corp,
            SecretStr(secret),
            memory=self.notes,
            clock=self.clock,
            sleep=self.clock.sleep,
            chance=lambda: 0.5,
        )
        self.opened.append(made)
        return made


@asynccontextmanager
async def open_calling() -> AsyncIterator[Calling]:
    far = Far()
    await far.start()
    calling = Calling(far, Clock(), Notes())
    try:
        yield calling
    finally:
        for transport in calling.opened:
            await transport.close()
        await far.stop()


def calling(work: Callable[[Calling], Awaitable[None]]) -> None:
    """Run the work of a test."""

    async def run() -> None:
        async with open_calling() as opened:
            await work(opened)

    asyncio.run(run())


async def failed(call: Coroutine[Any, Any, object]) -> WeComError:
    """What the call fails with."""
    try:
        await call
    except WeComError as error:
        return error
    raise AssertionError("it did not fail")
