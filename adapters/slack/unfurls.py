"""Links to our own records, shown as the one who posted them may see them; in the room only if everybody there may."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from adapters.slack import PLATFORM
from adapters.slack.envelopes import team_of
from adapters.slack.errors import SlackError
from adapters.slack.format import to_blocks
from adapters.slack.told import object_of
from adapters.slack.web import Web
from crm_core.chat import ChatPlatform, DeliveryError, Document, OutboundMessage, Sender, Urgency
from crm_core.desk import Desk, Preview

log = logging.getLogger(__name__)

#: Links of one message that are shown.
MOST = 5

_PATH = re.compile(r"/c/([0-9]{1,18})/?")


class Unfurls:
    """`public_url`: where our records are linked to, with a slash in the end; "": no link is ours."""

    def __init__(self, desk: Desk, web: Web, platform: ChatPlatform, public_url: str) -> None:
        self._desk = desk
        self._web = web
        self._platform = platform
        self._base = urlsplit(public_url)

    async def attend(self, payload: Document) -> None:
        """Answer a `link_shared`. What stands in a room the bot is not in, or is only being written, stays a link."""
        event = object_of(payload.get("event"))
        links = dict(self._ours(event))
        if not links or not event.get("is_bot_user_member") or event.get("channel") == "COMPOSER":
            return
        person, channel = str(event.get("user", "")), str(event.get("channel", ""))
        others = await self._others(channel, person)
        shown: dict[str, Preview] = {}
        for url, reference in links.items():
            preview = await self._desk.preview(PLATFORM, person, reference, others)
            if preview is not None:
                shown[url] = preview
        await self._show(team_of(payload), event, shown)

    def _ours(self, event: Document) -> Iterator[tuple[str, str]]:
        links = event.get("links")
        for link in links[:MOST] if isinstance(links, list) else ():
            url = str(object_of(link).get("url", ""))
            if reference := self.reference(url):
                yield url, reference

    def reference(self, url: str) -> str:
        """The record a link of ours leads to, as `#42`; "" for any other."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return ""
        base = self._base.path.rstrip("/")
        if not self._base.netloc or parts.netloc.lower() != self._base.netloc.lower():
            return ""
        found = _PATH.fullmatch(parts.path.removeprefix(base)) if parts.path.startswith(base) else None
        return f"#{found[1]}" if found is not None else ""

    async def _others(self, channel: str, person: str) -> tuple[Sender, ...] | None:
        try:
            roster = await self._platform.roster(channel)
        except DeliveryError:
            return None
        return tuple(one for one in roster if one.platform_id != person)

    async def _show(self, team: str, event: Document, shown: dict[str, Preview]) -> None:
        open_ = {url: preview for url, preview in shown.items() if not preview.apart}
        if open_:
            await self._unfurl(team, event, open_)
        for preview in shown.values():
            if preview.apart:
                await self._whisper(event, preview)

    async def _unfurl(self, team: str, event: Document, shown: dict[str, Preview]) -> None:
        """Without buttons: what stands in the room is to be read."""
        unfurls = {url: {"blocks": to_blocks(replace(one.card, buttons=()))} for url, one in shown.items()}
        try:
            await self._web.call(
                "chat.unfurl",
                team=team,
                urgency=Urgency.DUE,
                channel=str(event.get("channel", "")),
                ts=str(event.get("message_ts", "")),
                unfurls=unfurls,
            )
        except SlackError as error:
            log.info("Slack: a link was not shown: %s", error.error)

    async def _whisper(self, event: Document, preview: Preview) -> None:
        message = OutboundMessage(
            str(event.get("channel", "")),
            preview.card,
            only_for=str(event.get("user", "")),
            thread_id=str(event.get("thread_ts") or ""),
            urgency=Urgency.DUE,
        )
        try:
            await self._platform.send(message)
        except DeliveryError as error:
            log.info("Slack: a link was not shown: %s", error.reason)
