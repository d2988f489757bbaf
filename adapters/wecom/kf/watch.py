"""Looks into the accounts of 微信客服 though nobody rang: WeCom rings three times for a message and never again.

All of them are looked at after a start, then each whose doorbell was silent every few minutes, by one node. Without the
token of a doorbell WeCom is to be asked seldom: this stays below 50 looks an hour and five a minute.
"""

import asyncio
import logging
from collections.abc import Collection

from adapters.claims import Claim
from adapters.wecom.errors import WeComError
from adapters.wecom.kf.sync import CURSORS, Sync
from adapters.wecom.transport import Transport
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: Seconds of silence after which an account is looked at, and between two of them beyond the first few.
EVERY = 300.0
APART = 75.0
_AT_ONCE = 4

_LISTED = 100
_MOST_PAGES = 50


class Watch:
    """`sync` reads. `every`, `apart`: see `EVERY`."""

    def __init__(
        self,
        sync: Sync,
        transport: Transport,
        memory: Memory,
        claim: Claim,
        *,
        every: float = EVERY,
        apart: float = APART,
    ) -> None:
        self.sync = sync
        self._transport = transport
        self._memory = memory
        self._claim = claim
        self._every = every
        self._apart = apart
        self._never = asyncio.Event()
        self._troubled: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look, behind what else starts."""
        self._task = asyncio.create_task(self._run(), name="wecom kf")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._claim.release()

    async def _run(self) -> None:
        silence = 0.0
        while True:
            try:
                await self._look_around(silence)
            except Exception as error:
                log.warning("WeCom: accounts of kf wait for their doorbell: %s", type(error).__name__)
                log.debug("looking around in kf", exc_info=True)
            await self._claim.rest(self._every, self._never)
            silence = self._every

    async def _look_around(self, silence: float) -> None:
        """Look into every account that was not read for so many seconds, as long as this node has the work."""
        if not await self._claim.hold():
            return
        silent = [one for one in await self._accounts() if not self.sync.was_read(one, silence)]
        for number, account in enumerate(silent):
            if number >= _AT_ONCE:
                await self._claim.rest(self._apart, self._never)
            if not await self._claim.hold():
                return
            await self._look(account)

    async def _look(self, account: str) -> None:
        try:
            await self.sync.read(account)
        except Exception as error:
            log.debug("looking into an account of kf", exc_info=True)
            if self._troubled.get(account) != str(error):
                log.warning("WeCom: an account of kf waits for its doorbell: %s", _told(error))
            self._troubled[account] = str(error)
        else:
            self._troubled.pop(account, None)

    async def _accounts(self) -> Collection[str]:
        """Those there are, also one that never rang; without an answer those that rang before."""
        try:
            return await self._listed()
        except WeComError as error:
            log.debug("WeCom: accounts of kf are not listed: %s", error)
            return await self._memory.all(CURSORS)

    async def _listed(self) -> list[str]:
        """The accounts whose messages are ours to read. Raises `WeComError`."""
        found: list[str] = []
        for page in range(_MOST_PAGES):
            asked = {"offset": page * _LISTED, "limit": _LISTED}
            answer = await self._transport.post("kf/account/list", asked, background=True)
            listed = answer.get("account_list")
            accounts = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            found += [str(one.get("open_kfid")) for one in accounts if one.get("manage_privilege") is not False]
            if len(accounts) < _LISTED:
                break
        return found


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, WeComError) else type(error).__name__
