"""Before envelopes are recorded their platform may look up whom they name; nobody waits for that for long."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from bot.capture.recorder import Captured, code_of
from crm_core.chat import Source

log = logging.getLogger(__name__)

_MOST_MISSED = 2000

#: Seconds a batch waits for what its platform looks up; then it is recorded with what is known.
MEETING_PATIENCE = 2.0


class Meetings:
    """A look-up that takes longer goes on by itself, for later batches; while it does, they do not wait for another,
    which comes after it."""

    def __init__(self, sources: Mapping[str, Source], patience: float = MEETING_PATIENCE) -> None:
        self._sources = sources
        self._patience = patience
        self._slow: dict[str, asyncio.Task[None]] = {}
        self._missed: dict[str, list[str]] = {}

    async def hold(self, batch: Sequence[Captured]) -> None:
        """Let each platform of the batch learn about its envelopes. Never raises."""
        bodies = self._bodies(batch)
        if len(bodies) == 1:
            ((platform, said),) = bodies.items()
            await self._hold(platform, said)
        elif bodies:
            await asyncio.gather(*(self._hold(platform, said) for platform, said in bodies.items()))

    def close(self) -> None:
        """Give up on what is still looked up."""
        for task in self._slow.values():
            task.cancel()

    def _bodies(self, batch: Sequence[Captured]) -> dict[str, list[str]]:
        """What there is to learn about now. Nobody waits for a slow platform; it learns of these the next time."""
        bodies: dict[str, list[str]] = {}
        for one in batch:
            platform = one.envelope.platform
            if platform in self._slow:
                missed = self._missed.setdefault(platform, [])
                missed.append(one.envelope.body)
                del missed[:-_MOST_MISSED]
            elif platform in self._sources:
                bodies.setdefault(platform, self._missed.pop(platform, [])).append(one.envelope.body)
        return bodies

    async def _hold(self, platform: str, bodies: list[str]) -> None:
        task = asyncio.create_task(_quietly(platform, self._sources[platform].acquaint(bodies)))
        try:
            async with asyncio.timeout(self._patience):
                await asyncio.shield(task)
        except TimeoutError:
            log.warning("%s is slow to say whom %d envelopes name", platform, len(bodies))
            self._slow[platform] = task
            task.add_done_callback(lambda _: self._slow.pop(platform, None))


async def _quietly(platform: str, learning: Coroutine[Any, Any, None]) -> None:
    try:
        await learning
    except Exception as error:
        log.debug("learning about %s", platform, exc_info=True)
        log.warning("%s could not say whom envelopes name: %s", platform, code_of(error))
