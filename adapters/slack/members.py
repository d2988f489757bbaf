"""Who reads in a channel, asked of Slack and remembered for a minute."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from adapters.bounded import Bounded
from adapters.slack.told import words
from adapters.slack.web import Web
from crm_core.chat import DeliveryError, Sender, SenderKind, Urgency

#: How long a roster holds unless somebody comes or goes.
LIFETIME = timedelta(seconds=60)
#: People of one channel that are told apart; of larger ones nothing is told.
MOST_MEMBERS = 1_000
#: Seconds for learning who the people are; who is not known by then is taken for an outsider.
LEARNING = 3.0

_PAGE = 200
_PATIENCE = 3.0
_MOST_ROOMS = 1_000


class People(Protocol):
    """Who is behind the user ids of Slack."""

    async def learn(self, ids: Sequence[str], team: str = "") -> None:
        """Ask Slack about those who are not known. `team`: the workspace through which."""

    def sender(self, user_id: str) -> Sender | None:
        """The person, if known by now."""


class Members:
    """Rosters of channels. Call `forget` when somebody comes or goes."""

    def __init__(self, web: Web, people: People, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._people = people
        self._clock = clock
        self._known = Bounded[str, tuple[datetime, tuple[Sender, ...]]](_MOST_ROOMS)
        self._changes = 0

    def forget(self, channel: str) -> None:
        self._changes += 1
        self._known.pop(channel, None)

    async def of(self, channel: str, *, team: str, bot: str) -> tuple[Sender, ...]:
        """Everybody but the bot. Raises `SlackError`, and `DeliveryError` for a channel that is too large."""
        known = self._known.get(channel)
        if known is not None and known[0] > self._clock():
            return known[1]
        changes = self._changes
        ids = [user for user in await self._ids(channel, team) if user != bot]
        roster = await self._learnt(ids, team)
        if changes == self._changes:
            self._known[channel] = self._clock() + LIFETIME, roster
        return roster

    async def _ids(self, channel: str, team: str) -> list[str]:
        ids: list[str] = []
        pages = self._web.pages(
            "conversations.members",
            team=team,
            channel=channel,
            limit=_PAGE,
            patience=_PATIENCE,
            urgency=Urgency.WAITED_FOR,
        )
        async for page in pages:
            ids += words(page, "members")
            if len(ids) > MOST_MEMBERS:
                raise DeliveryError("too many people to tell them apart")
        return ids

    async def _learnt(self, ids: Sequence[str], team: str) -> tuple[Sender, ...]:
        with suppress(TimeoutError):
            async with asyncio.timeout(LEARNING):
                await self._people.learn(ids, team)
        return tuple(self._people.sender(user) or Sender(user, kind=SenderKind.EXTERNAL) for user in ids)
