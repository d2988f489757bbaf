"""The workspaces that let the bot in, one row each in our own database, with their tokens locked."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

from adapters.slack.grants import Grant
from adapters.slack.installation import Installation
from adapters.slack.vault import Unreadable, Vault
from crm_core.chat import Document
from crm_core.desk import Memory

_KIND = "workspace"
_SECRET = ("token", "refresh")
_RUNNING = ("token", "refresh", "expires", "renewing")

#: A renewal that was begun is left alone for so long. Shorter than Slack's grace for a refresh token used twice.
CLAIMED_FOR = timedelta(seconds=30)


class Register:
    """Rows by workspace. Reading them raises `Unreadable` when the key is another."""

    def __init__(self, memory: Memory, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._vault = vault
        self._clock = clock

    async def get(self, team_id: str) -> Document | None:
        return await self._memory.get(_KIND, team_id)

    async def all(self) -> dict[str, Document]:
        return await self._memory.all(_KIND)

    async def keep(self, grant: Grant) -> None:
        """Keep a new installation, in place of an earlier one there."""
        await self._memory.put(_KIND, grant.installation.team_id, self._document(grant))

    async def remove(self, team_id: str) -> bool:
        """Forget it; whether there was one."""
        return await self._memory.take(_KIND, team_id) is not None

    async def claim(self, row: Document) -> Document | None:
        """Be the one who renews this row: the row as it is then, or None when somebody else is or it changed."""
        until = str(row.get("renewing", ""))
        if until and datetime.fromisoformat(until) > self._clock():
            return None
        claimed = {**row, "renewing": (self._clock() + CLAIMED_FOR).isoformat()}
        return claimed if await self._replace(row, claimed) else None

    async def release(self, claimed: Document) -> None:
        """Leave the row as it was before the claim."""
        await self._replace(claimed, {**claimed, "renewing": ""})

    async def renew(self, claimed: Document, grant: Grant) -> bool:
        """Put the new pair into a claimed row; False when the row is another by now, so that the pair is of no use."""
        return await self._replace(claimed, self._document(grant))

    async def lock_anew(self) -> None:
        """Lock everything that opens by the first key, after a change of keys."""
        for row in (await self.all()).values():
            with suppress(Unreadable):
                await self._replace(row, {**row, **{name: self._vault.relock(row[name]) for name in _SECRET}})

    def grant_of(self, row: Document) -> Grant:
        """What a row says."""
        about = {name: value for name, value in row.items() if name not in _RUNNING}
        token = self._vault.open(row["token"])
        installation = Installation(**{**about, "scopes": tuple(row["scopes"])}, bot_token=token)
        expires = datetime.fromisoformat(row["expires"]) if row["expires"] else None
        return Grant(installation, self._vault.open(row["refresh"]), expires)

    def _document(self, grant: Grant) -> Document:
        about = asdict(grant.installation)
        token = about.pop("bot_token")
        return {
            **about,
            "scopes": list(grant.installation.scopes),
            "token": self._vault.lock(token),
            "refresh": self._vault.lock(grant.refresh),
            "expires": grant.expires.isoformat() if grant.expires else "",
            "renewing": "",
        }

    async def _replace(self, before: Document, after: Document) -> bool:
        return await self._memory.replace(_KIND, str(before["team_id"]), before, after)
