"""`crm_core.roll.Roll` of one platform, over the core."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.clock import Clock
from bot.threads import Core
from crm_core.people import roll
from crm_core.people.tables import Role
from crm_core.relations import connections, leaving
from crm_core.roll import Member


class CoreRoll:
    """`role`: what new members come in with; None: they do not. Customers who waited for one get their owner."""

    def __init__(self, core: Core, platform: str, clock: Clock, role: Role | None) -> None:
        self._core = core
        self._platform = platform
        self._clock = clock
        self._role = role

    async def saw(self, members: Sequence[Member]) -> None:
        platform, role, now = self._platform, self._role, self._clock()

        def keep(session: Session) -> None:
            roll.saw(session, platform, members, role=role, now=now)
            connections.settle_owners(session, platform, now=now)

        await self._core.write(keep)

    async def renamed(self, platform_id: str, new_id: str) -> None:
        platform = self._platform
        await self._core.write(lambda session: roll.renamed(session, platform, platform_id, new_id))

    async def left(self, platform_id: str) -> None:
        platform, now = self._platform, self._clock()
        await self._core.write(lambda session: leaving.left(session, platform, platform_id, now=now))
