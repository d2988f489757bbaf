"""How much one member of staff may be written to: 30 messages a minute and 1,000 an hour ("访问频率限制").

WeCom takes what is above and shows it to nobody, so it must never come to that. The count stands where all nodes see
it. What nobody waits for leaves room for answers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.bounded import Bounded
from crm_core.chat import DeliveryError, Document, Urgency
from crm_core.desk import Memory

PER_MINUTE = 30
PER_HOUR = 1000
#: What deliveries leave to answers.
KEPT_FREE = 10
KEPT_FREE_HOURLY = 100

#: Seconds that the platform's count may be apart from ours.
_MARGIN = 1.0
_MINUTE = 60 + _MARGIN
_HOUR = 3600 + 60 + _MARGIN
#: An answer waits so long at most.
_PATIENCE = 65.0
_MOST_TRIES = 50
_MOST_NOTED = 10_000
_KIND = "allowance"


class Allowance:
    """By the userid of who is written to, or another name of where. `kind`: what is counted apart from the app."""

    def __init__(
        self,
        memory: Memory,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        kind: str = _KIND,
    ) -> None:
        self._kind = kind
        self._memory = memory
        self._clock = clock
        self._sleep = sleep
        self._noted = Bounded[str, Document](_MOST_NOTED)

    async def take(self, userid: str, urgency: Urgency) -> None:
        """Count one message. An answer waits until there is room, if that is not long.

        Raises `DeliveryError` with the seconds to wait.
        """
        patience = _PATIENCE if urgency is Urgency.WAITED_FOR else 0.0
        while (wait := await self._wait(userid, urgency)) > 0:
            if wait > patience:
                raise DeliveryError("as much as this person may be sent", retry_after=wait)
            patience -= wait
            await self._sleep(wait)

    async def _wait(self, userid: str, urgency: Urgency) -> float:
        """0: it is counted. Else the seconds until there is room.

        What this node noted last is mostly what stands there. When another node noted more since, the count is refused,
        and read.
        """
        key = userid.lower()
        for _ in range(_MOST_TRIES):
            before = self._noted.get(key) or await self._memory.get(self._kind, key)
            counted = _Counted(before, self._clock().timestamp())
            wait, after = counted.wait(urgency), counted.with_one_more()
            if wait > 0:
                return wait
            if await self._memory.replace(self._kind, key, before, after):
                self._noted[key] = after
                return 0.0
            self._noted.pop(key, None)
        return 1.0


class _Counted:
    """`moments` of the last minute, how many in each `minutes` of the last hour."""

    def __init__(self, document: Document | None, now: float) -> None:
        self._now = now
        noted = document or {}
        self._moments = [float(at) for at in noted.get("moments", ()) if now - _MINUTE < float(at) <= now + _MINUTE]
        since = (now - _HOUR) // 60
        minutes = noted.get("minutes", {})
        self._minutes = {int(minute): int(count) for minute, count in minutes.items() if int(minute) > since}

    def wait(self, urgency: Urgency) -> float:
        free, free_hourly = (0, 0) if urgency is Urgency.WAITED_FOR else (KEPT_FREE, KEPT_FREE_HOURLY)
        return max(self._until_fewer(PER_MINUTE - free), self._until_fewer_hourly(PER_HOUR - free_hourly))

    def with_one_more(self) -> Document:
        minute = int(self._now // 60)
        minutes = {**self._minutes, minute: self._minutes.get(minute, 0) + 1}
        return {"moments": [*self._moments, self._now], "minutes": {str(at): count for at, count in minutes.items()}}

    def _until_fewer(self, most: int) -> float:
        if len(self._moments) < most:
            return 0.0
        return max(0.1, sorted(self._moments)[-most] + _MINUTE - self._now)

    def _until_fewer_hourly(self, most: int) -> float:
        over = sum(self._minutes.values()) - most + 1
        for minute in sorted(self._minutes):
            if over <= 0:
                break
            over -= self._minutes[minute]
            if over <= 0:
                return max(0.1, minute * 60 + _HOUR - self._now)
        return 0.0
