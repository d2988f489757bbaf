"""What the members are called whom messages name by their userid."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from adapters.bounded import Bounded
from adapters.wecom.directory import KIND
from adapters.wecom.errors import WeComError
from adapters.wecom.transport import Transport
from crm_core.desk import Memory

log = logging.getLogger(__name__)

_MOST = 20_000
_AT_ONCE = 20
_AGAIN = timedelta(hours=6)


class Members:
    """As the directory was read, else asked with the app's secret; known for hours."""

    def __init__(self, transport: Transport | None, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._transport = transport
        self._memory = memory
        self._clock = clock
        self._known = Bounded[str, tuple[str, datetime]](_MOST)

    async def learn(self, userids: Sequence[str]) -> None:
        """Look up who is not known, some at a time. Never raises."""
        for userid in [userid for userid in userids if not self._is_known(userid)][:_AT_ONCE]:
            noted = await self._memory.get(KIND, userid.lower())
            name = str(noted["name"]) if noted is not None else await self._ask(userid)
            self._known[userid.lower()] = (name or self.name(userid), self._clock() + _AGAIN)

    def name(self, userid: str) -> str:
        return self._known.get(userid.lower(), ("", None))[0]

    def _is_known(self, userid: str) -> bool:
        known = self._known.get(userid.lower())
        return known is not None and self._clock() < known[1]

    async def _ask(self, userid: str) -> str:
        if self._transport is None:
            return ""
        try:
            return str((await self._transport.get("user/get", userid=userid)).get("name", ""))
        except WeComError as error:
            log.debug("WeCom: a member has no name: %s", error)
            return ""
