"""What the channels of Slack are: asked once, kept in memory and in our own database, asked again when told to."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from adapters.bounded import Bounded
from adapters.slack.errors import SlackError
from adapters.slack.told import object_of, word, words
from adapters.slack.web import Web
from crm_core.chat import Document, Room, RoomKind, Urgency
from crm_core.desk import Memory

log = logging.getLogger(__name__)

#: What is known is asked again after so long, in case a change was never told.
FRESH_FOR = timedelta(days=1)
#: What could not be asked about is left alone for so long.
ASK_AGAIN = timedelta(seconds=30)

_KIND = "room"
_MOST = 10_000
_AT_ONCE = 4
_PATIENCE = 2.0
_DIRECT = frozenset({"im", "app_home", "directmessage"})
_CLOSED = frozenset({"group", "mpim", "privategroup", "G"})


@dataclass(frozen=True)
class RoomFacts:
    """What Slack says. `teams`: the other companies in it. `cut`: it was shared, and the other side left."""

    id: str
    kind: RoomKind
    title: str = ""
    teams: tuple[str, ...] = ()
    archived: bool = False
    cut: bool = False

    @property
    def room(self) -> Room:
        return Room(self.id, self.kind, self.title)


class Rooms:
    """All methods are for one event loop, but `get` and `room`."""

    def __init__(self, web: Web, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._web = web
        self._memory = memory
        self._clock = clock
        self._known = Bounded[str, tuple[RoomFacts, datetime]](_MOST)
        self._later = Bounded[str, datetime](_MOST)
        self._stale: set[str] = set()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def get(self, channel_id: str) -> RoomFacts | None:
        """The channel, if known by now."""
        known = self._known.get(channel_id)
        return None if known is None else known[0]

    def room(self, channel_id: str, *, told: str = "", shared: bool = False) -> Room:
        """The channel as the product sees it. `told`: the kind a payload gives it; `shared`: what the payload says."""
        facts = self.get(channel_id)
        if facts is None:
            return Room(channel_id, RoomKind.SHARED if shared else guess(channel_id, told))
        return Room(channel_id, RoomKind.SHARED, facts.title) if shared else facts.room

    async def learn(self, ids: Sequence[str], team: str = "") -> None:
        """Ask about those that are not known. Never raises."""
        wanted = [channel for channel in dict.fromkeys(ids) if channel and self._is_due(channel)]
        if wanted:
            await asyncio.gather(*(self._learn(channel, team) for channel in wanted))

    def forget(self, channel_id: str) -> None:
        """It changed: the next time it is asked about again."""
        self._stale.add(channel_id)
        self._later.pop(channel_id, None)

    def _is_due(self, channel: str) -> bool:
        known = self._known.get(channel)
        if known is not None and channel not in self._stale and self._clock() - known[1] < FRESH_FOR:
            return False
        return channel not in self._later or self._later[channel] <= self._clock()

    async def _learn(self, channel: str, team: str) -> None:
        kept = await self._memory.get(_KIND, channel)
        if kept is not None:
            facts, asked_at = _read(kept)
            self._known[channel] = facts, asked_at
            if channel not in self._stale and self._clock() - asked_at < FRESH_FOR:
                return
        async with self._places:
            asked = await self._ask(channel, team)
        if asked is not None:
            self._stale.discard(channel)
            self._known[channel] = asked, self._clock()
            await self._memory.put(_KIND, channel, asdict(asked) | {"asked_at": self._clock().isoformat()})

    async def _ask(self, channel: str, team: str) -> RoomFacts | None:
        try:
            answer = await self._web.call(
                "conversations.info", team=team, channel=channel, patience=_PATIENCE, urgency=Urgency.WAITED_FOR
            )
        except SlackError as error:
            self._later[channel] = self._clock() + ASK_AGAIN
            log.info("Slack: a channel is not known: %s", error.error)
            return None
        told = object_of(answer.get("channel"))
        return facts_of(told, channel) if told else None


def facts_of(channel: Document, channel_id: str) -> RoomFacts:
    """A channel object of Slack."""
    direct = channel.get("is_im") is True
    ours = {*words(channel, "internal_team_ids"), word(channel, "context_team_id")}
    return RoomFacts(
        id=channel_id,
        kind=_kind(channel),
        title="" if direct or channel.get("is_mpim") is True else word(channel, "name"),
        teams=tuple(team for team in words(channel, "connected_team_ids") if team not in ours),
        archived=channel.get("is_archived") is True,
        cut=channel.get("frozen_reason") == "connection_severed",
    )


def guess(channel_id: str, told: str) -> RoomKind:
    """What a channel is, as far as its id and the kind in a payload tell."""
    if told in _DIRECT or channel_id.startswith("D"):
        return RoomKind.DIRECT
    return RoomKind.GROUP if told in _CLOSED or channel_id.startswith("G") else RoomKind.CHANNEL


def _kind(channel: Document) -> RoomKind:
    if channel.get("is_im") is True:
        return RoomKind.DIRECT
    if channel.get("is_ext_shared") is True:
        return RoomKind.SHARED
    closed = any(channel.get(name) is True for name in ("is_private", "is_mpim", "is_group"))
    return RoomKind.GROUP if closed else RoomKind.CHANNEL


def _read(document: Document) -> tuple[RoomFacts, datetime]:
    about = {name: value for name, value in document.items() if name != "asked_at"}
    facts = RoomFacts(**about | {"kind": RoomKind(about["kind"]), "teams": tuple(about["teams"])})
    return facts, datetime.fromisoformat(document["asked_at"])
