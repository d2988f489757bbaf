"""Slack as a chat platform: where each message goes, and what is known of it afterwards."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from adapters.bounded import Bounded
from adapters.enclosed import named
from adapters.health import Health
from adapters.slack import PLATFORM
from adapters.slack.enclosing import Enclosing
from adapters.slack.errors import Remedy, SlackError, undelivered
from adapters.slack.files import fetch
from adapters.slack.installation import Installation, Installed
from adapters.slack.manifest import COMMAND
from adapters.slack.members import Members, People
from adapters.slack.pacing import Sleep
from adapters.slack.sent import Sent
from adapters.slack.teams import Teams
from adapters.slack.tickets import Tickets
from adapters.slack.ways import PATIENCE, Rename, Ways, following
from adapters.slack.web import Web
from crm_core.chat import Attachment, DeliveryError, OutboundMessage, Pacing, Receipt, Sender, Urgency
from crm_core.desk import Memory, Shelf, TooLarge

#: Seconds until a post without an answer is looked for: so long it may still be on its way.
ON_ITS_WAY = 1.0

_DIRECT = "direct_room"
_MOST_DIRECT = 10_000
_RECONNECTING = 60.0


class Slack:
    """The platform. `current`: the id that a room has now, by any it had."""

    name = PLATFORM
    pacing = Pacing(per_lane=0.2, per_room=1.0)
    whispers = True
    discreet = True
    edits = True
    call = f"{COMMAND} "

    def __init__(
        self,
        web: Web,
        installations: Installed,
        *,
        people: People,
        tickets: Tickets,
        memory: Memory,
        health: Health,
        clock: Callable[[], datetime],
        current: Rename,
        shelf: Shelf,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._web = web
        self._installations = installations
        self._memory = memory
        self._health = health
        self._sleep = sleep
        self._teams = Teams(web, installations, memory)
        self._sent = Sent(web)
        self._current = current
        self._ways = Ways(web, tickets, direct_room=self.direct_room, team_of=self._teams.of, current=current)
        self._enclosing = Enclosing(web, shelf, memory, clock, team_of=self._teams.of, current=current)
        self._members = Members(web, people, clock)
        self._direct = Bounded[str, str](_MOST_DIRECT)

    async def send(self, message: OutboundMessage) -> Receipt:
        try:
            return await self._send_once(message)
        except SlackError as error:
            raise undelivered(error) from None

    async def find(self, room_id: str, key: str) -> Receipt | None:
        async def look(room: str) -> Receipt | None:
            return await self._sent.look(room, key, team=await self._teams.of(room))

        try:
            return await self._enclosing.find(room_id, key) or await following(room_id, self._current, look)
        except SlackError as error:
            if error.remedy is Remedy.GIVE_UP:
                return None
            raise undelivered(error) from None

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        try:
            return await following(room_id, self._current, self._roster)
        except SlackError as error:
            raise undelivered(error) from None

    async def _roster(self, room: str) -> tuple[Sender, ...]:
        team = await self._teams.of(room)
        return await self._members.of(room, team=team, bot=(await self._installation(team)).bot_user_id)

    def roster_changed(self, room_id: str) -> None:
        """Somebody came into the room, or went."""
        self._members.forget(room_id)

    async def direct_room(self, platform_user_id: str) -> str:
        try:
            team = await self._teams.of(platform_user_id)
            bot = (await self._installation(team)).bot_user_id
            return await self._direct_room(platform_user_id, team, f"{bot}:{platform_user_id}")
        except SlackError as error:
            raise undelivered(error) from None

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        try:
            return await fetch(self._web, file.platform_file_id, most, team=await self._teams.of(room_id))
        except SlackError as error:
            failure = error
        raise TooLarge if failure.error == "too_large" else undelivered(failure)

    async def state(self) -> Mapping[str, str]:
        return self._health.state()

    async def _installation(self, team: str) -> Installation:
        found = await self._installations.of(team)
        if found is None:
            raise DeliveryError("not connected", retry_after=_RECONNECTING)
        return found

    async def _direct_room(self, user: str, team: str, key: str) -> str:
        """Opened once for this bot, then known by the key."""
        document = await self._memory.get(_DIRECT, key) if key not in self._direct else None
        room = self._direct.get(key) or (str(document["room"]) if document else "")
        if not room:
            room = await self._open(user, team)
            await self._memory.put(_DIRECT, key, {"room": room})
        self._direct[key] = room
        return room

    async def _open(self, user: str, team: str) -> str:
        opened = await self._web.call(
            "conversations.open", team=team, users=user, patience=PATIENCE, urgency=Urgency.WAITED_FOR
        )
        return str(opened["channel"]["id"])

    async def _send_once(self, message: OutboundMessage) -> Receipt:
        """Send, unless a message with its key is there already."""
        room, key = message.room_id, message.key
        receipt = self._sent.receipt(room, key)
        if receipt is None and message.files and not message.only_for:
            receipt = await self._enclosing.send(message)
        if receipt is None and self._sent.is_unsure(room, key):
            receipt = await self._look_for(message)
        if receipt is None:
            receipt = await self._send_and_know(named(message))
        self._sent.keep(room, key, receipt)
        return receipt

    async def _send_and_know(self, message: OutboundMessage) -> Receipt:
        """What somebody waits for is looked for when no answer came, and sent again if it is not there; the rest is
        looked for by who sends it again."""
        try:
            return await self._ways.take(message)
        except SlackError as error:
            failure = error
        if failure.unknown:
            self._sent.keep(message.room_id, message.key, None)
            if _is_looked_for(message) and failure.method == "chat.postMessage":
                await self._sleep(ON_ITS_WAY)
                return await self._look_for(message) or await self._ways.take(message)
        raise failure

    async def _look_for(self, message: OutboundMessage) -> Receipt | None:
        async def look(room: str) -> Receipt | None:
            team = await self._teams.of(room)
            return await self._sent.look(
                room, message.key, team=team, thread=message.thread_id, urgency=message.urgency
            )

        return await following(message.room_id, self._current, look)


def _is_looked_for(message: OutboundMessage) -> bool:
    """What somebody waits for and everybody in the room sees; nobody else would look for it."""
    return bool(message.key) and not message.only_for and message.urgency is Urgency.WAITED_FOR
