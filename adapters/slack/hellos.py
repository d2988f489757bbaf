"""The bot comes into a channel: the one who brought it is told what is kept, and asked which customer it is about."""

import logging

from adapters.slack import PLATFORM
from adapters.slack.envelopes import team_of
from adapters.slack.errors import SlackError
from adapters.slack.installation import Installed
from adapters.slack.told import object_of
from adapters.slack.web import Web
from crm_core.chat import ChatPlatform, DeliveryError, Document, OutboundMessage, Room, RoomKind, Urgency
from crm_core.desk import Desk

log = logging.getLogger(__name__)


class Hellos:
    """One short hello, for the one who invited the bot alone."""

    def __init__(self, desk: Desk, web: Web, platform: ChatPlatform, installations: Installed) -> None:
        self._desk = desk
        self._web = web
        self._platform = platform
        self._installations = installations

    async def attend(self, payload: Document) -> None:
        """Answer a `member_joined_channel` of the bot itself."""
        event = object_of(payload.get("event"))
        team, channel = team_of(payload), str(event.get("channel", ""))
        installation = await self._installations.of(team)
        inviter = event.get("inviter")
        if installation is None or event.get("user") != installation.bot_user_id or not isinstance(inviter, str):
            return
        card = await self._desk.hello(PLATFORM, inviter, Room(channel, await self._kind(team, channel)))
        if card is None:
            return
        key = f"hello:{payload.get('event_id', '')}"
        message = OutboundMessage(channel, card, only_for=inviter, key=key, urgency=Urgency.DUE)
        try:
            await self._platform.send(message)
        except DeliveryError as error:
            log.info("Slack: a hello was not taken: %s", error.reason)

    async def _kind(self, team: str, channel: str) -> RoomKind:
        """A channel nothing is known of is taken for a shared one."""
        try:
            answer = await self._web.call("conversations.info", team=team, channel=channel)
        except SlackError:
            return RoomKind.SHARED
        info = object_of(answer.get("channel"))
        return RoomKind.SHARED if info.get("is_ext_shared") or info.get("is_pending_ext_shared") else RoomKind.CHANNEL
