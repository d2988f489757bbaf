"""Whose conversations WeCom archives, and what each customer agreed to, asked from time to time.

The pace leaves most of what WeCom allows (2,500 and 1,500 calls a minute) to others. How far it came is kept, so a
restart goes on there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from adapters.wecom.archive.agreements import PAIRS, Agreements
from adapters.wecom.archive.process import Sleep
from adapters.wecom.errors import Remedy, WeComError
from crm_core.archiving import Agreement, Askable, Consents
from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: How often everybody is asked for, and again where there was nobody to ask for yet.
EVERY = timedelta(hours=6)
SOON = timedelta(minutes=10)
#: Seconds between two calls: at most 300 a minute.
PACE = 0.2

_KIND = "archive"
_KEY = "census"
#: What concerns every call with this secret; other refusals concern who was asked for.
_EVERYBODY = frozenset({Remedy.CONFIGURE, Remedy.REFRESH, Remedy.RETRY, Remedy.WAIT, Remedy.RECONCILE})


class Census:
    """Asks; `sleep` is for tests."""

    def __init__(
        self,
        agreements: Agreements,
        consents: Consents,
        memory: Memory,
        clock: Callable[[], datetime],
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._agreements = agreements
        self._consents = consents
        self._memory = memory
        self._clock = clock
        self._sleep = sleep
        self._lists = (consents.connected, consents.heard, consents.rooms)

    async def go_on(self, hold: Callable[[], Awaitable[bool]]) -> None:
        """Ask for everybody that is due while `hold` says that this node does it. Raises `WeComError`."""
        state = await self._memory.get(_KIND, _KEY) or {}
        while not self._is_fresh(state) and await hold():
            state = await self._step(state)
            await self._memory.put(_KIND, _KEY, state)
            await self._sleep(PACE)

    async def _step(self, state: Document) -> Document:
        """One call at most, and where that leaves us."""
        if not state or "done_at" in state:
            members = await self._agreements.licensed()
            await self._consents.cover(members)
            return {"members": list(members), "list": 0, "after": -1, "asked": 0}
        if state["list"] == len(self._lists):
            return {"done_at": self._clock().isoformat(), "asked": state["asked"]}
        found = await self._lists[state["list"]](state["after"], PAIRS)
        if not found:
            return {**state, "list": state["list"] + 1, "after": -1}
        if found[0].room:
            found = found[:1]
        await self._consents.note(await self._answers(found, state["members"]))
        return {**state, "after": found[-1].number, "asked": state["asked"] + len(found)}

    async def _answers(self, asked: Sequence[Askable], members: Sequence[str]) -> list[Agreement]:
        if asked[0].room:
            return await self._or_none(self._agreements.of_room(asked[0].room))
        archived = {member.lower() for member in members}
        return await self._of_pairs([one for one in asked if one.with_whom.lower() in archived])

    async def _of_pairs(self, asked: Sequence[Askable]) -> list[Agreement]:
        """When it is refused because of one of them, they are halved until that one is alone."""
        if not asked:
            return []
        try:
            return await self._agreements.of_pairs([(one.with_whom, one.customer) for one in asked])
        except WeComError as error:
            if error.what_to_do in _EVERYBODY:
                raise
        if len(asked) == 1:
            return []
        await self._sleep(PACE)
        half = len(asked) // 2
        return [*await self._of_pairs(asked[:half]), *await self._of_pairs(asked[half:])]

    async def _or_none(self, answer: Awaitable[list[Agreement]]) -> list[Agreement]:
        try:
            return await answer
        except WeComError as error:
            if error.what_to_do in _EVERYBODY:
                raise
            log.debug("WeCom: a room is not asked for: %s", error)
            return []

    def _is_fresh(self, state: Document) -> bool:
        if "done_at" not in state:
            return False
        every = EVERY if state["asked"] else SOON
        return self._clock() - datetime.fromisoformat(state["done_at"]) < every
