"""What was recorded, for an adapter that looks for what is missing."""

from collections.abc import Mapping
from datetime import datetime

from bot.threads import Core
from crm_core.conversations import kept


class CoreKept:
    """`crm_core.desk.Kept` over the core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def messages(self, platform: str, room_id: str, after: datetime, before: datetime) -> Mapping[str, str]:
        return await self._core.read(lambda session: kept.messages(session, platform, room_id, after, before))
