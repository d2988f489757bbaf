"""What became of answers to customers, as the platform tells it afterwards."""

from bot.clock import Clock
from bot.threads import Core
from crm_core.outreach import answers


class CoreFailures:
    """`adapters.wecom.kf.sync.Failures` over the core: the author is told once."""

    def __init__(self, core: Core, platform: str, clock: Clock) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock

    async def told(self, message_id: str, reason: str) -> None:
        now = self._clock()
        await self._core.write(lambda session: answers.failed(session, self._platform, message_id, reason, now=now))
