"""What an adapter keeps, in our own database."""

from bot.clock import Clock
from bot.threads import Core
from crm_core.chat import Document
from crm_core.platforms import memory


class CoreMemory:
    """`crm_core.desk.Memory` of one platform, over the core."""

    def __init__(self, core: Core, platform: str, clock: Clock) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock

    async def get(self, kind: str, key: str) -> Document | None:
        return await self._core.read(lambda session: memory.get(session, self._platform, kind, key))

    async def all(self, kind: str) -> dict[str, Document]:
        return await self._core.read(lambda session: memory.everything(session, self._platform, kind))

    async def put(self, kind: str, key: str, document: Document) -> None:
        now = self._clock()
        await self._core.write(lambda session: memory.put(session, self._platform, kind, key, document, now=now))

    async def replace(self, kind: str, key: str, before: Document | None, after: Document) -> bool:
        now = self._clock()
        return await self._core.write(
            lambda session: memory.replace(session, self._platform, kind, key, before=before, after=after, now=now)
        )

    async def take(self, kind: str, key: str) -> Document | None:
        return await self._core.write(lambda session: memory.take(session, self._platform, kind, key))
