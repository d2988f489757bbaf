"""Does what platforms are to be asked to do: woken by commits and by the clock, a few at a time, by any node."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from bot.clock import Clock
from bot.threads import Core
from crm_core.address_book import Doer
from crm_core.chat import DeliveryError
from crm_core.platforms import chores
from crm_core.platforms.chores import Claimed

log = logging.getLogger(__name__)

#: How long one that was claimed is left alone, and so how long a crash delays it.
LEASE = timedelta(minutes=2)
WIDTH = 4
_TICK = 2.0
_AWAY = 5.0


class ChoreRunner:
    """`doers`: by platform."""

    def __init__(self, core: Core, doers: Mapping[str, Doer], clock: Clock) -> None:
        self._core = core
        self._doers = doers
        self._clock = clock
        self._me = uuid4().hex
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        core.database.after_commit(lambda session: self._notice() if chores.noted(session) else None)

    async def start(self) -> None:
        if self._doers:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.create_task(self._run(), name="chores")

    async def stop(self) -> None:
        """What is being done is cut off, and done again when its lease ran out."""
        self._loop = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def do_due(self) -> int:
        """Do what is due now, until nothing is; how many."""
        done = 0
        while claimed := await self._claim():
            await asyncio.gather(*(self._do(one) for one in claimed))
            done += len(claimed)
        return done

    async def _claim(self) -> list[Claimed]:
        now, platforms = self._clock(), list(self._doers)
        if await self._core.read(lambda session: chores.next_due(session, platforms)) is None:
            return []
        return await self._core.write(
            lambda session: chores.claim(session, platforms, doer=self._me, now=now, limit=WIDTH, lease=LEASE)
        )

    async def _do(self, claimed: Claimed) -> None:
        try:
            again_at = await self._doers[claimed.platform].do(claimed.kind, claimed.key, claimed.body)
        except DeliveryError as error:
            failure = error
        except Exception as error:
            log.warning("%s of %s failed: %s", claimed.kind, claimed.platform, type(error).__name__)
            log.debug("chore %d", claimed.id, exc_info=True)
            failure = DeliveryError(type(error).__name__)
        else:
            await self._core.write(
                lambda session: chores.finish(session, claimed, doer=self._me, now=self._clock(), again_at=again_at)
            )
            return
        await self._core.write(lambda session: chores.fail(session, claimed, failure, doer=self._me, now=self._clock()))

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            wait = _TICK
            try:
                await self.do_due()
            except Exception as error:  # the database is away, and comes back
                log.warning("chores wait: %s", type(error).__name__)
                log.debug("chores", exc_info=True)
                wait = _AWAY
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    def _notice(self) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._woken.set)
