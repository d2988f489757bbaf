"""Messages that are wanted and were never kept: fetched from Slack and put through the ledger like everything else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from adapters.bounded import Bounded
from adapters.slack.envelopes import Envelopes
from adapters.slack.errors import SlackError
from adapters.slack.told import objects_of
from adapters.slack.web import Web
from crm_core.chat import Document, NotKept, Urgency

log = logging.getLogger(__name__)

#: Messages of one thread that are fetched.
MOST = 500

_PAGE = 200
_PATIENCE = 10.0
#: Seconds for fetching and recording; a command waits for it.
_ALTOGETHER = 20.0
_REMEMBERED = 1_000


class Seen:
    """Messages that forms were opened on, and by whom, in memory: the bot may not be where they stand."""

    def __init__(self) -> None:
        self._messages = Bounded[tuple[str, str], tuple[Document, frozenset[str]]](_REMEMBERED)

    def put(self, channel: str, message: Document, person: str) -> None:
        at = message.get("ts")
        if isinstance(at, str) and channel:
            _, before = self._messages.pop((channel, at), ({}, frozenset[str]()))
            self._messages[channel, at] = message, before | {person}

    def get(self, channel: str, at: str) -> Document | None:
        found = self._messages.get((channel, at))
        return None if found is None else found[0]

    def by(self, channel: str, at: str, person: str) -> bool:
        """Whether Slack itself told that this person has this message before them."""
        found = self._messages.get((channel, at))
        return found is not None and person in found[1]


class SlackArchive:
    """`crm_core.chat.Archive`. `settled`: waits until what was kept under a key is recorded."""

    def __init__(
        self,
        web: Web,
        envelopes: Envelopes,
        seen: Seen,
        settled: Callable[[str], Awaitable[None]],
        team_of: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._web = web
        self._envelopes = envelopes
        self._seen = seen
        self._settled = settled
        self._team_of = team_of

    async def recall(self, room_id: str, message_id: str, *, thread: bool) -> None:
        """Have this message, or the whole of its thread, in the ledger and recorded. Never raises."""
        try:
            async with asyncio.timeout(_ALTOGETHER):
                await self._recall(room_id, message_id, thread=thread)
        except NotKept:
            log.warning("Slack: what is to be logged was not kept")
        except TimeoutError:
            log.warning("Slack: what is to be logged took too long to fetch")

    async def _recall(self, room_id: str, message_id: str, *, thread: bool) -> None:
        team = self._team_of(room_id)
        found = await self._found(team, room_id, message_id, thread=thread)
        for kept in [await self._envelopes.history(team, room_id, message) for message in found]:
            await self._settled(kept.key)

    async def _found(self, team: str, room: str, at: str, *, thread: bool) -> list[Document]:
        seen = self._seen.get(room, at)
        root = str((seen or {}).get("thread_ts") or at) if thread else at
        try:
            found = await self._replies(team, room, root, thread=thread)
            first = found[0] if found else {}
            if thread and first.get("ts") == at and str(first.get("thread_ts") or at) != at:
                found = await self._replies(team, room, str(first["thread_ts"]), thread=True)
        except SlackError as error:
            log.info("Slack: what is to be logged was not fetched: %s", error.error)
            found = []
        return found or ([seen] if seen else [])

    async def _replies(self, team: str, room: str, root: str, *, thread: bool) -> list[Document]:
        """The thread of a message, or it alone; asked with a reply, Slack answers with that reply alone."""
        found: list[Document] = []
        pages = self._web.pages(
            "conversations.replies",
            team=team,
            channel=room,
            ts=root,
            limit=_PAGE if thread else 1,
            inclusive=True,
            patience=_PATIENCE,
            urgency=Urgency.WAITED_FOR,
        )
        async for page in pages:
            found += objects_of(page.get("messages"))
            if not thread or len(found) >= MOST:
                break
        return found if thread else [message for message in found if message.get("ts") == root]
