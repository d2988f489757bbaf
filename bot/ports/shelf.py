"""The bytes of files that go out, in our own database."""

from sqlmodel import Session

from bot.clock import Clock
from bot.threads import Core
from crm_core.chat import DeliveryError
from crm_core.errors import NotFound
from crm_core.files import shelf


class CoreShelf:
    """`crm_core.desk.Shelf` over the core."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self._core = core
        self._clock = clock

    async def content(self, digest: str) -> bytes:
        try:
            return await self._core.read(lambda session: shelf.content(session, digest))
        except NotFound:
            raise DeliveryError("a file is not kept any more", permanent=True) from None

    async def keep(self, content: bytes) -> str:
        """Part by part, so that others write in between."""
        digest, now = shelf.digest_of(content), self._clock()

        def begin(session: Session) -> tuple[int, bool]:
            file = shelf.begin(session, digest, len(content), now=now)
            return file.id, file.whole

        file_id, whole = await self._core.write(begin)
        if not whole:
            await self._put(file_id, content)
        return digest

    async def _put(self, file_id: int, content: bytes) -> None:
        for number, slab in shelf.slabs(content):
            await self._put_slab(file_id, number, slab)
        await self._core.write(lambda session: shelf.finish(session, file_id))

    async def _put_slab(self, file_id: int, number: int, slab: bytes) -> None:
        await self._core.write(lambda session: shelf.put(session, file_id, number, slab))
