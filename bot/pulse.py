"""Each running program tells in the database that it runs, how its platforms are and what went wrong lately."""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from uuid import uuid4

from bot.clock import Clock
from bot.threads import Core
from bot.troubles import Troubles
from crm_core.chat import ChatPlatform, Document
from crm_core.platforms import pulses

log = logging.getLogger(__name__)

_MOST_TROUBLES = 10
_PATIENCE = 5.0


class Pulse:
    """Tells every quarter of a minute, from `start` to `stop`, and has SQLite's log put away."""

    def __init__(self, core: Core, platforms: Mapping[str, ChatPlatform], troubles: Troubles, clock: Clock) -> None:
        self._core = core
        self._platforms = platforms
        self._troubles = troubles
        self._clock = clock
        self._node = uuid4().hex
        self._started_at = clock()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to the log from now on, and tell for the first time."""
        logging.getLogger().addHandler(self._troubles)
        self._started_at = self._clock()
        await self._tell()
        self._task = asyncio.create_task(self._run(), name="pulse")

    async def stop(self) -> None:
        logging.getLogger().removeHandler(self._troubles)
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        with suppress(Exception):  # the others find out
            await self._core.write(partial(pulses.leave, node=self._node))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(pulses.EVERY.total_seconds())
            await self._tell()
            await self._put_away()

    async def _tell(self) -> None:
        try:
            document = await self._document()
            await self._core.write(partial(pulses.tell, node=self._node, document=document, now=self._clock()))
        except Exception as error:  # noqa: BLE001 - the database is away, and comes back
            log.warning("that this program runs could not be told: %s", type(error).__name__)

    async def _put_away(self) -> None:
        try:
            await self._core.put_away()
        except Exception as error:  # noqa: BLE001 - as above; until then who commits does it
            log.warning("the log of the database could not be put away: %s", type(error).__name__)

    async def _document(self) -> Document:
        return {
            "name": f"{socket.gethostname()}:{os.getpid()}",
            "version": version("crmbot"),
            "started_at": self._started_at.isoformat(),
            "platforms": {name: await _state(platform) for name, platform in self._platforms.items()},
            "troubles": self._troubles.lately(_MOST_TROUBLES),
        }


async def _state(platform: ChatPlatform) -> dict[str, str]:
    try:
        async with asyncio.timeout(_PATIENCE):
            return {part: str(told) for part, told in (await platform.state()).items()}
    except TimeoutError:
        return {"status": "down", "state": "no answer"}
