"""The whole of 客户联系, read through from time to time: tags, customers of each member, groups with their rosters.

One node does it, by a claim that runs out; how far it came is kept after every page, so a restart goes on from there,
and then reads everything once more: what happened while nobody listened was told to nobody. The pace leaves most of
what WeCom allows to others.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from adapters.claims import Claim
from adapters.health import Health
from adapters.wecom.contacts.reading import MEMBERS, Reading
from adapters.wecom.errors import Remedy, WeComError
from adapters.wecom.tokens import Clock, Sleep
from crm_core.address_book import AddressBook
from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: How often everything is read: where events tell what happens meanwhile, and where nothing does.
WITH_EVENTS = timedelta(days=1)
WITHOUT_EVENTS = timedelta(hours=1)
#: Seconds between two calls: at most 300 a minute, of 10,000 that WeCom allows for each (page 90312).
PACE = 0.2

_PART = "contacts"
_LOOK = 15.0
_AGAIN_AFTER_TROUBLE = 60.0


class Sync:
    """`every`: how often everything is read."""

    def __init__(
        self,
        reading: Reading,
        book: AddressBook,
        memory: Memory,
        *,
        health: Health,
        clock: Clock,
        every: timedelta,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._reading = reading
        self._book = book
        self._memory = memory
        self._health = health
        self._clock = clock
        self._every = every
        self._sleep = sleep
        self._claim = Claim(memory, _PART, clock)
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listens_since: datetime | None = None

    async def start(self) -> None:
        self._listens_since = self._clock()
        self._task = asyncio.create_task(self._run(), name="wecom contacts")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._claim.release()

    async def again(self) -> None:
        """Read everything now, whenever it was read last."""
        state = await self._state()
        if "done_at" in state:
            await self._keep({})
        self._woken.set()

    async def go_on(self) -> bool:
        """Read what is to be read now, if nobody else does; whether everything is read. Raises `WeComError`."""
        if not await self._claim.hold():
            return False
        state = await self._state()
        while not self._is_fresh(state):
            if not await self._claim.hold():
                return False
            state = await self._step(state)
            await self._keep(state)
            self._tell(state)
            await self._sleep(PACE)
        self._tell(state)
        return True

    async def _step(self, state: Document) -> Document:
        """One call, or a few for the tags it met, and where that leaves us."""
        if not state or "done_at" in state:
            return await self._begin()
        if state["members"]:
            return await self._customers(state)
        if state["owners"]:
            return await self._list_groups(state)
        if state["groups"]:
            chat_id, *rest = state["groups"]
            await self._reading.group(chat_id)
            return {**state, "groups": rest}
        waiting = await self._reading.waiting()
        return {"began_at": state["began_at"], "done_at": self._clock().isoformat(), "customers": state["customers"],
                "waiting": waiting}  # fmt: skip

    async def _begin(self) -> Document:
        began = self._clock().isoformat()
        await self._reading.labels()
        members = await self._reading.members()
        return {"began_at": began, "members": _in_parts(members), "owners": _in_parts(members),
                "cursor": "", "groups": [], "groups_cursor": "", "customers": 0, "left_out": []}  # fmt: skip

    async def _customers(self, state: Document) -> Document:
        """A page of the first members; at their last one those who were not seen are not their customers any more."""
        members, *rest = state["members"]
        try:
            page = await self._reading.page(members, state["cursor"])
        except WeComError as error:
            return self._after_refusal(state, error)
        await self._reading.tell(page.seen, page.read_at)
        told = {**state, "customers": state["customers"] + len(page.seen)}
        told["left_out"] = sorted({*state["left_out"], *page.left_out})
        if page.cursor:
            return {**told, "cursor": page.cursor}
        for member in members:
            if member not in told["left_out"]:
                await self._book.saw_all_of(member, datetime.fromisoformat(state["began_at"]))
        return {**told, "members": rest, "cursor": ""}

    def _after_refusal(self, state: Document, error: WeComError) -> Document:
        """A cursor that is too old: these members from the beginning. Somebody who may not be asked for: the others."""
        members, *rest = state["members"]
        if error.unknown or error.what_to_do not in {Remedy.GONE, Remedy.FIX}:
            raise error
        if state["cursor"]:
            return {**state, "cursor": ""}
        if len(members) > 1:
            half = len(members) // 2
            return {**state, "members": [members[:half], members[half:], *rest]}
        return {**state, "members": rest, "left_out": sorted({*state["left_out"], *members})}

    async def _list_groups(self, state: Document) -> Document:
        owners, *rest = state["owners"]
        try:
            found, cursor = await self._reading.groups(owners, state["groups_cursor"])
        except WeComError as error:
            if error.unknown or error.what_to_do not in {Remedy.GONE, Remedy.FIX}:
                raise
            found, cursor = [], ""
        groups = list(dict.fromkeys([*state["groups"], *found]))
        return {**state, "groups": groups, "groups_cursor": cursor, "owners": state["owners"] if cursor else rest}

    def _is_fresh(self, state: Document) -> bool:
        """Of what happened before we listened nobody told us."""
        if "done_at" not in state or self._clock() - datetime.fromisoformat(state["done_at"]) >= self._every:
            return False
        began_at = datetime.fromisoformat(state.get("began_at") or state["done_at"])
        return self._listens_since is None or began_at >= self._listens_since

    async def _state(self) -> Document:
        return await self._memory.get(_PART, "sync") or {}

    async def _keep(self, state: Document) -> None:
        await self._memory.put(_PART, "sync", state)

    def _tell(self, state: Document) -> None:
        if "done_at" in state:
            waiting = f"; {state['waiting']} wait for a colleague" if state.get("waiting") else ""
            self._health.good(_PART, f"{state['customers']} customers, read {state['done_at'][:19]}{waiting}")
        else:
            left = sum(map(len, state.get("members", ())))
            self._health.good(_PART, f"reading: {state.get('customers', 0)} customers, {left} members to go")

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.go_on()
                await self._claim.rest(_LOOK, self._woken)
            except WeComError as error:
                log.warning("WeCom: customers are read on later: %s", error)
                self._health.good(_PART, f"waits: {error.reason}")
                await self._woken_within(error.retry_after or _AGAIN_AFTER_TROUBLE)
            except Exception as error:
                log.warning("WeCom: customers are read on later: %s", type(error).__name__)
                log.debug("reading customers", exc_info=True)
                await self._woken_within(_AGAIN_AFTER_TROUBLE)

    async def _woken_within(self, seconds: float) -> None:
        """The claim runs out meanwhile: another node may have more luck."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()


def _in_parts(members: list[str]) -> list[list[str]]:
    return [members[at : at + MEMBERS] for at in range(0, len(members), MEMBERS)]
