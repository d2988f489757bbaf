"""Several workspaces: who let the bot in, answered from memory; their tokens are renewed ahead of time, by one node.

An installation made on another node is found when its first event comes, or within a minute.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from adapters.bounded import Bounded
from adapters.health import Health
from adapters.slack.calls import Refused
from adapters.slack.errors import Remedy, remedy_of
from adapters.slack.grants import Grant, Grants
from adapters.slack.installation import Installation
from adapters.slack.register import Register
from adapters.slack.vault import Unreadable
from crm_core.chat import Document

log = logging.getLogger(__name__)

#: A token is renewed when it lives no longer than this; Slack gives it twelve hours.
AHEAD = timedelta(hours=1)
#: Seconds between two looks at the rows.
EVERY = 60.0

_PART = "workspaces"
#: A workspace that was asked for in vain is not looked up again for so long.
_UNKNOWN_FOR = timedelta(seconds=10)
_MOST_UNKNOWN = 1000
_LOOKS = 150
_BETWEEN = 0.2


class Workspaces:
    """Takes the place of `installation.Installations` when the app is installed through OAuth."""

    def __init__(
        self,
        register: Register,
        grants: Grants,
        health: Health,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._register = register
        self._grants = grants
        self._health = health
        self._clock = clock
        self._sleep = sleep
        self._known: dict[str, Grant] = {}
        self._unknown = Bounded[str, datetime](_MOST_UNKNOWN)
        self._failing: dict[str, str] = {}
        self._doubted: set[str] = set()
        self._woken = asyncio.Event()
        self._tending: asyncio.Task[None] | None = None

    @property
    def home(self) -> Installation | None:
        """The one that was there first in the order of ids; what belongs to no workspace is asked in its name."""
        return next(iter(self.all()), None)

    def all(self) -> tuple[Installation, ...]:
        return tuple(self._known[team].installation for team in sorted(self._known))

    async def of(self, team_id: str) -> Installation | None:
        """The installation that sees this workspace, without asking Slack; "" is the home."""
        if not team_id:
            return self.home
        found = self._cached(team_id)
        if found is None and not self._is_unknown(team_id):
            await self._look_up(team_id)
            found = self._cached(team_id)
        return found

    async def add(self, grant: Grant) -> None:
        """Take a workspace in."""
        await self._register.keep(grant)
        self._learn(grant)
        self._failing.pop(grant.installation.team_id, None)
        self._tell()

    async def start(self) -> None:
        """Read what is known, and begin to renew."""
        await self._register.lock_anew()
        await self._reload()
        self._tell()
        self._tending = asyncio.create_task(self._tend(), name="slack workspaces")

    async def stop(self) -> None:
        if self._tending is not None:
            self._tending.cancel()
            with suppress(asyncio.CancelledError):
                await self._tending

    def mark_down(self, team_id: str, reason: str) -> None:
        """Slack says that the bot is out of this workspace. An old message may say so after it was let in again, so
        Slack is asked, and then the installation is forgotten."""
        log.warning("Slack: a workspace reports %s", reason)
        known = self._cached(team_id) if team_id else self.home
        if known is not None:
            self._doubted.add(known.team_id)
            self._woken.set()

    async def renew(self, team_id: str) -> bool:
        """Get another token than the one known, which is too old; whether there is one."""
        known = self._known.get(team_id or (self.home.team_id if self.home else ""))
        if known is None:
            return False
        return await self._renew(known) is not None

    async def tend(self) -> None:
        """Look at every row once: what is new, what is gone, what runs out."""
        await self._reload()
        for grant in list(self._known.values()):
            if grant.expires is not None and grant.expires - self._clock() <= AHEAD:
                await self._renew(grant)
        for team_id in list(self._doubted):
            await self._ask(team_id)
        self._tell()

    async def _tend(self) -> None:
        while True:
            try:
                await self.tend()
            except Exception as error:
                log.warning("Slack: the workspaces could not be looked after: %s", type(error).__name__)
                log.debug("looking after the workspaces", exc_info=True)
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._woken.wait()

    async def _renew(self, known: Grant) -> Grant | None:
        """Whoever claims the row asks Slack; the others wait for the row to change."""
        team_id = known.installation.team_id
        for _ in range(_LOOKS):
            row = await self._register.get(team_id)
            if row is None:
                self._forget(team_id)
                return None
            grant = self._register.grant_of(row)
            if grant.installation.bot_token != known.installation.bot_token:
                return self._learn(grant)
            if not grant.refresh:
                return None
            claimed = await self._register.claim(row)
            if claimed is not None:
                return await self._refresh(claimed, grant)
            await self._sleep(_BETWEEN)
        return None

    async def _refresh(self, claimed: Document, grant: Grant) -> Grant | None:
        """Ask for the next pair and keep it before it is used."""
        team_id = grant.installation.team_id
        try:
            new = await self._grants.for_refresh(grant.refresh, grant.installation)
        except Refused as error:
            await self._failed(claimed, team_id, error)
            return None
        if not await self._register.renew(claimed, new):
            await self._look_up(team_id)
            return self._known.get(team_id)
        self._failing.pop(team_id, None)
        return self._learn(new)

    async def _failed(self, claimed: Document, team_id: str, error: Refused) -> None:
        """When it is not known whether Slack turned the tokens over, the claim stays until it ends: that is within the
        grace in which the same refresh token is answered once more."""
        log.warning("Slack: a token could not be renewed: %s", error.reason)
        self._failing[team_id] = error.reason
        if error.reason == "invalid_refresh_token" or remedy_of(error.reason) in {Remedy.REFRESH, Remedy.RECONNECT}:
            self._doubted.add(team_id)
        if error.reason.islower():
            await self._register.release(claimed)

    async def _ask(self, team_id: str) -> None:
        """Whether the bot is still in; forgotten when it is not."""
        grant = self._known.get(team_id)
        try:
            if grant is not None:
                await self._grants.who(grant.installation.bot_token)
        except Refused as error:
            if remedy_of(error.reason) is not Remedy.RECONNECT:
                return
            await self._register.remove(team_id)
            self._forget(team_id)
            log.warning("Slack: a workspace let the bot go")
        self._doubted.discard(team_id)

    async def _reload(self) -> None:
        rows = await self._register.all()
        for team_id in set(self._known) - set(rows):
            self._forget(team_id)
        for team_id, row in rows.items():
            self._read(team_id, row)

    async def _look_up(self, team_id: str) -> None:
        row = await self._register.get(team_id)
        if row is not None:
            self._read(team_id, row)
            return
        self._unknown[team_id] = self._clock() + _UNKNOWN_FOR

    def _read(self, team_id: str, row: Document) -> None:
        try:
            self._learn(self._register.grant_of(row))
        except Unreadable:
            self._failing[team_id] = "unreadable"

    def _learn(self, grant: Grant) -> Grant:
        self._known[grant.installation.team_id] = grant
        self._unknown.pop(grant.installation.team_id, None)
        return grant

    def _forget(self, team_id: str) -> None:
        self._known.pop(team_id, None)
        self._failing.pop(team_id, None)

    def _cached(self, team_id: str) -> Installation | None:
        if team_id in self._known:
            return self._known[team_id].installation
        return next((one for one in self.all() if one.enterprise_id == team_id), None)

    def _is_unknown(self, team_id: str) -> bool:
        until = self._unknown.get(team_id)
        return until is not None and until > self._clock()

    def _tell(self) -> None:
        """Down only when nothing works: one workspace in trouble is no reason to take the program away from others."""
        told = f"{len(self._known)} installed"
        if self._failing:
            told += f", {len(self._failing)} failing"
        if self._failing and not set(self._known) - set(self._failing):
            self._health.bad(_PART, told)
        else:
            self._health.good(_PART, told)
