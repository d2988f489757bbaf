"""The commands that were acknowledged with "Looking", kept over a restart, so that something follows in any case.

The addresses are secrets: they stand in the database encrypted, and no longer than until the answer is given.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.slack.vault import Unreadable, Vault
from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

_KIND = "looking"


@dataclass(frozen=True)
class Promise:
    """An answer somebody waits for since `at`; `response_url`: where it goes."""

    key: str
    response_url: str
    at: datetime


class Looking:
    """By the key of the request, as tickets are."""

    def __init__(self, memory: Memory, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._vault = vault
        self._clock = clock

    async def keep(self, key: str, response_url: str) -> None:
        """Before "Looking" is shown. Never raises: then nothing may follow, should the program be killed now."""
        try:
            document = {"address": self._vault.lock(response_url), "at": self._clock().isoformat()}
            await self._memory.put(_KIND, key, document)
        except Exception as error:
            log.warning("Slack: that an answer is owed could not be kept: %s", type(error).__name__)
            log.debug("keeping that an answer is owed", exc_info=True)

    async def drop(self, key: str) -> bool:
        """Nobody waits any more; whether anybody did, by what is kept."""
        return await self._memory.take(_KIND, key) is not None

    async def all(self) -> tuple[Promise, ...]:
        """What was promised and not kept yet, the oldest first; what no key opens any more is dropped."""
        found = [await self._read(key, document) for key, document in (await self._memory.all(_KIND)).items()]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at))

    async def _read(self, key: str, document: Document) -> Promise | None:
        try:
            return Promise(key, self._vault.open(document["address"]), datetime.fromisoformat(document["at"]))
        except Unreadable:
            await self.drop(key)
            return None
