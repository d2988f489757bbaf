"""What a platform's archive keeps with us: `crm_core.archiving` over the core."""

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session

from bot.clock import Clock
from bot.threads import Core
from crm_core.archiving import Agreement, Askable, Sealed
from crm_core.chat import Cursor, Document
from crm_core.conversations import consents
from crm_core.outreach import notices
from crm_core.platforms import memory, sealed
from crm_core.relations import askable


class CoreSafe:
    """`crm_core.archiving.Safe` of one platform."""

    def __init__(self, core: Core, platform: str, clock: Clock) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock

    async def keep(self, queue: str, rows: Sequence[Sealed], cursor: Cursor) -> None:
        now = self._clock()

        def keep(session: Session) -> None:
            sealed.keep(session, self._platform, queue, rows, now=now)
            memory.put(session, cursor.platform, cursor.kind, cursor.key, cursor.document, now=now)

        await self._core.write(keep)

    async def waiting(self, queue: str, limit: int, *, after: int = -1) -> Sequence[Sealed]:
        return await self._core.read(lambda session: sealed.waiting(session, self._platform, queue, limit, after=after))

    async def settle(self, queue: str, opened: Collection[int], problems: Mapping[int, str]) -> None:
        await self._core.write(lambda session: sealed.settle(session, self._platform, queue, opened, problems))

    async def retry(self, queue: str, problems: Collection[str] | None = None) -> int:
        return await self._core.write(lambda session: sealed.retry(session, self._platform, queue, problems))

    async def counts(self, queue: str) -> Mapping[str, int]:
        return await self._core.read(lambda session: sealed.counts(session, self._platform, queue))


class CoreConsents:
    """`crm_core.archiving.Consents` of one platform."""

    def __init__(self, core: Core, platform: str, clock: Clock) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock

    async def note(self, agreements: Sequence[Agreement]) -> None:
        await self._core.write(lambda session: consents.note(session, self._platform, agreements))

    async def counts(self) -> Mapping[str, int]:
        return await self._core.read(lambda session: consents.counts(session, self._platform))

    async def cover(self, members: Sequence[str]) -> None:
        now = self._clock()
        await self._core.write(lambda session: consents.cover(session, self._platform, members, now=now))

    async def connected(self, after: int, limit: int) -> Sequence[Askable]:
        return await self._core.read(lambda session: askable.connected(session, self._platform, after, limit))

    async def heard(self, after: int, limit: int) -> Sequence[Askable]:
        return await self._core.read(lambda session: askable.heard(session, self._platform, after, limit))

    async def rooms(self, after: int, limit: int) -> Sequence[Askable]:
        return await self._core.read(lambda session: askable.rooms(session, self._platform, after, limit))


class CoreAlarm:
    """`crm_core.archiving.Alarm` of one platform: a notice to every administrator."""

    def __init__(self, core: Core, platform: str, clock: Clock) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock

    async def raise_(self, notice: str, key: str, details: Document) -> None:
        now = self._clock()

        def tell(session: Session) -> None:
            told = {"key": key}
            if memory.replace(session, self._platform, "alarm", f"{notice}:{key}", before=None, after=told, now=now):
                notices.tell_administrators(session, {"notice": notice, **details}, now=now)

        await self._core.write(tell)
