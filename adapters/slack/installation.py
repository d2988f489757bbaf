"""As whom the bot is in a workspace. Learnt from Slack once and kept, so that no event has to wait for Slack."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Protocol

import aiohttp

from adapters.direct import open_session
from adapters.health import Health
from adapters.slack import calls
from adapters.slack.calls import Refused
from crm_core.chat import Document
from crm_core.desk import Memory

log = logging.getLogger(__name__)

_KIND = "installation"
_PART = "workspace"
#: Being told that the bot is out counts as so many failed attempts.
_DOUBT = 4


@dataclass(frozen=True)
class Installation:
    """The ids are Slack's; `app_id` is "" where Slack did not tell. `scopes`: what the token may."""

    team_id: str
    bot_user_id: str
    bot_id: str
    app_id: str
    bot_token: str = field(repr=False)
    enterprise_id: str = ""
    scopes: tuple[str, ...] = ()
    name: str = ""


class Installed(Protocol):
    """Where the bot is installed: in one workspace or in several."""

    def all(self) -> tuple[Installation, ...]: ...

    async def of(self, team_id: str) -> Installation | None:
        """The installation that sees this workspace, without asking Slack."""


def seconds_until(attempt: int) -> float:
    """How long to wait before Slack is asked again."""
    return float(min(5 * 2 ** min(attempt, 10), 300))


class Installations:
    """The one workspace of `bot_token`. `pause`: seconds before the next attempt, by the number of failed ones."""

    def __init__(
        self,
        memory: Memory,
        health: Health,
        *,
        bot_token: str,
        api_url: str,
        pause: Callable[[int], float] = seconds_until,
    ) -> None:
        self._memory = memory
        self._health = health
        self._token = bot_token
        self._api_url = api_url
        self._pause = pause
        self._doubted = asyncio.Event()
        self._known = asyncio.Event()
        self._learning: asyncio.Task[None] | None = None
        self.home: Installation | None = None

    async def of(self, team_id: str) -> Installation | None:
        """The installation that sees this workspace; "" is the home."""
        home = self.home
        return home if home is not None and team_id in {"", home.team_id, home.enterprise_id} else None

    def all(self) -> tuple[Installation, ...]:
        return () if self.home is None else (self.home,)

    async def start(self) -> None:
        """Take what is known from before; ask Slack in the background, as often as it takes."""
        known = (await self._memory.all(_KIND)).values()
        mine = [document for document in known if document.get("token") == _fingerprint(self._token)]
        if mine:
            self.home = _installation(mine[-1], self._token)
            self._known.set()
        self._health.bad(_PART, "connecting")
        self._learning = asyncio.create_task(self._learn_on(), name="slack installation")

    async def stop(self) -> None:
        if self._learning is not None:
            self._learning.cancel()
            with suppress(asyncio.CancelledError):
                await self._learning

    async def learnt(self) -> None:
        """Wait until it is known as whom the bot is here."""
        await self._known.wait()

    def mark_down(self, team_id: str, reason: str) -> None:
        """Slack says that the bot is out of this workspace; that is asked about again after a while."""
        home = self.home
        if home is None or team_id in {"", home.team_id, home.enterprise_id}:
            log.warning("Slack: the installation is down: %s", reason)
            self._health.bad(_PART, reason)
            self._doubted.set()

    async def _learn_on(self) -> None:
        """Ask until Slack tells, and again some time after it said that the bot is out."""
        async with open_session() as session:
            while True:
                self._doubted.clear()
                await self._learn_patiently(session)
                await self._doubted.wait()
                await asyncio.sleep(self._pause(_DOUBT))

    async def _learn_patiently(self, session: aiohttp.ClientSession) -> None:
        for attempt in count():
            try:
                await self._learn(session)
            except Refused as error:
                reason, pause = error.reason, error.retry_after or self._pause(attempt)
            except Exception as error:  # our own database, for one: it must not end the asking
                log.debug("learning", exc_info=True)
                reason, pause = type(error).__name__, self._pause(attempt)
            else:
                return
            log.warning("Slack: who the bot is could not be learnt: %s", reason)
            self._health.bad(_PART, reason)
            await asyncio.sleep(pause)

    async def _learn(self, session: aiohttp.ClientSession) -> None:
        answer = await calls.call(session, self._api_url, "auth.test", self._token)
        told = answer.document
        app_id = await self._app_id(session, str(told.get("bot_id", "")))
        installation = Installation(
            team_id=str(told.get("team_id", "")),
            bot_user_id=str(told.get("user_id", "")),
            bot_id=str(told.get("bot_id", "")),
            app_id=app_id,
            bot_token=self._token,
            enterprise_id=str(told.get("enterprise_id") or ""),
            scopes=answer.scopes,
            name=str(told.get("team", "")),
        )
        await self._memory.put(_KIND, installation.team_id, _document(installation))
        self.home = installation
        self._known.set()
        self._health.good(_PART)

    async def _app_id(self, session: aiohttp.ClientSession, bot_id: str) -> str:
        try:
            answer = await calls.call(session, self._api_url, "bots.info", self._token, bot=bot_id)
        except Refused:
            return ""
        bot = answer.document.get("bot")
        return str(bot.get("app_id", "")) if isinstance(bot, dict) else ""


def _document(installation: Installation) -> Document:
    """Without the token; a fingerprint tells whether it is still the same."""
    document = asdict(installation)
    document["token"] = _fingerprint(document.pop("bot_token"))
    document["scopes"] = list(installation.scopes)
    return document


def _installation(document: Document, token: str) -> Installation:
    known = {name: document[name] for name in document if name not in {"token", "scopes"}}
    return Installation(**known, bot_token=token, scopes=tuple(document["scopes"]))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(b"crmbot " + token.encode()).hexdigest()[:16]
