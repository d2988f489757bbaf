"""The ways a message can take to its readers in Slack, the best first."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from adapters.slack.errors import Remedy, SlackError
from adapters.slack.format import to_message
from adapters.slack.sent import metadata_of
from adapters.slack.tickets import Tickets
from adapters.slack.web import Web
from crm_core.chat import Document, OutboundMessage, Receipt

#: Seconds a message waits for its turn before it is given back.
PATIENCE = 20.0

#: There is no writing in this room to this reader: they, or the bot, are not in it.
_NOT_THERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


T = TypeVar("T")
#: From one id to another.
Rename = Callable[[str], Awaitable[str]]


class Ways:
    """`direct_room`: where a person is written to alone. `team_of`: the workspace through which a room is reached.
    `current`: the id that a room has now."""

    def __init__(
        self,
        web: Web,
        tickets: Tickets,
        *,
        direct_room: Rename,
        team_of: Rename,
        current: Rename,
    ) -> None:
        self._web = web
        self._tickets = tickets
        self._direct_room = direct_room
        self._team_of = team_of
        self._current = current

    async def take(self, message: OutboundMessage) -> Receipt:
        """Send it. Raises `SlackError` when no way is open.

        What is for one reader never takes the place of a message in a room: everybody there may see that one.
        """
        whispered = bool(message.only_for) and not _is_direct(message.room_id)
        if message.replaces and not whispered:
            return await self._replace(message)
        if whispered:
            return await self._whisper(message)
        if _is_command(message) and _is_direct(message.room_id):
            return await self._respond(message) or await self._say(message)
        return await self._say_openly(message)

    async def _say_openly(self, message: OutboundMessage) -> Receipt:
        """For everybody in the room; also where the bot is not in it, if the request came from there."""
        if _is_command(message):
            await self._take_back_looking(message)
        try:
            return await self._say(message)
        except SlackError as error:
            if error.error not in _NOT_THERE or not message.reply_token:
                raise
            failure = error
        receipt = await self._respond(message, openly=not _is_direct(message.room_id))
        if receipt is None:
            raise failure
        return receipt

    async def _say(self, message: OutboundMessage) -> Receipt:
        answer = await self._call(
            "chat.postMessage",
            message,
            thread_ts=message.thread_id or None,
            metadata=metadata_of(message.key),
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
        )
        return Receipt(str(answer.get("ts", "")))

    async def _whisper(self, message: OutboundMessage) -> Receipt:
        """To one reader: where they asked, else in the room, else in their direct chat."""
        if _is_command(message) or not message.thread_id:
            receipt = await self._respond(message)
            if receipt is not None:
                return receipt
        try:
            answer = await self._call(
                "chat.postEphemeral",
                message,
                user=message.only_for,
                thread_ts=message.thread_id or None,
                link_names=False,
            )
        except SlackError as error:
            if error.error not in _NOT_THERE:
                raise
        else:
            return Receipt(str(answer.get("message_ts", "")))
        return await self._say(replace(message, room_id=await self._direct_room(message.only_for), thread_id=""))

    async def _replace(self, message: OutboundMessage) -> Receipt:
        """In the place of an earlier one; beside it, where that cannot be changed any more."""
        receipt = await self._respond(message, replacing=True)
        if receipt is not None:
            return Receipt(message.replaces)
        try:
            await self._call("chat.update", message, ts=message.replaces)
        except SlackError as error:
            if error.remedy is not Remedy.GIVE_UP:
                raise
        else:
            return Receipt(message.replaces)
        return await self.take(replace(message, replaces=""))

    async def _respond(
        self, message: OutboundMessage, *, replacing: bool = False, openly: bool = False
    ) -> Receipt | None:
        """Through the address that came with the request; None when there is none, or it takes nothing more."""
        url = self._tickets.use(message.reply_token)
        if url is None:
            return None
        looking = await self._tickets.replaces(message.reply_token)
        body = to_message(message.card) | {"replace_original": replacing or looking}
        if openly:
            body |= {"response_type": "in_channel", "replace_original": False}
            body |= {"thread_ts": message.thread_id} if message.thread_id else {}
        elif not replacing:
            body["response_type"] = "ephemeral"
        return Receipt("") if await self._took(url, body) else None

    async def _take_back_looking(self, message: OutboundMessage) -> None:
        """The answer will stand elsewhere: who asked is not left looking at "Looking"."""
        url = self._tickets.use(message.reply_token)
        if url is not None and await self._tickets.replaces(message.reply_token):
            await self._took(url, {"delete_original": True})

    async def _took(self, url: str, body: Document) -> bool:
        try:
            await self._web.respond(url, body)
        except SlackError as error:
            if error.unknown:
                raise
            return False
        return True

    async def _call(self, method: str, message: OutboundMessage, **arguments: Any) -> Document:
        async def call(room: str) -> Document:
            return await self._web.call(
                method,
                team=await self._team_of(room),
                patience=PATIENCE,
                urgency=message.urgency,
                channel=room,
                **to_message(message.card),
                **arguments,
            )

        return await following(message.room_id, self._current, call)


async def following(room: str, current: Rename, work: Callable[[str], Awaitable[T]]) -> T:
    """Work on a room; when Slack does not know it, on the one it is called now. Raises `SlackError`."""
    try:
        return await work(room)
    except SlackError as error:
        if error.error != "channel_not_found":
            raise
        failure = error
    moved = await current(room)
    if moved == room:
        raise failure
    return await work(moved)


def _is_direct(room: str) -> bool:
    return room.startswith("D")


def _is_command(message: OutboundMessage) -> bool:
    """Whether it answers a slash command; the door waits for that, and shows "Looking" meanwhile."""
    return message.reply_token.startswith("command:")
