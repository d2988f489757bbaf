"""One inbound message to the bot: find its command, run it, answer where its readers may read it."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.answering.acquaintance import admit_admins
from bot.answering.answer import answer, apology
from bot.answering.files import given
from bot.answering.scene import Answer, Scene
from bot.clock import Clock
from bot.commands.log import excerpt
from bot.config import Config
from bot.language import grammar
from bot.language.phrases import router as phrases
from bot.ports.shelf import CoreShelf
from bot.threads import Core
from crm_core.chat import (
    Archive,
    Card,
    ChatPlatform,
    DeliveryError,
    InboundMessage,
    OutboundMessage,
    Receipt,
    RoomKind,
    Sender,
    SenderKind,
)
from crm_core.outreach import live
from crm_core.outreach.live import Place

log = logging.getLogger(__name__)


class Router:
    """Answers what is said to the bot, on every platform."""

    def __init__(
        self,
        core: Core,
        platforms: Mapping[str, ChatPlatform],
        config: Config,
        clock: Clock,
        archives: Mapping[str, Archive] | None = None,
    ) -> None:
        self._archives: Mapping[str, Archive] = {} if archives is None else archives
        self._core = core
        self._platforms = platforms
        self._config = config
        self._clock = clock
        self._shelf = CoreShelf(core, clock)

    async def start(self) -> None:
        """Make the administrators of the configuration staff."""
        await self._core.write(lambda session: admit_admins(session, self._config, now=self._clock()))

    async def handle(self, inbound: InboundMessage, envelope_id: int) -> None:
        """Answer one message that is meant for the bot; its effect and the mark on its envelope are one transaction.

        Never raises for what the message says or what the platform refuses.
        """
        platform = self._platforms[inbound.platform]
        await self._recall(inbound)
        scene = await self._scene(platform, inbound, envelope_id)
        answered = await self._answer(scene)
        if answered is None:
            return
        receipts = [await _send(platform, message) for message in self._messages(platform, scene, answered)]
        await self._follow(platform, scene, answered, receipts[0])
        log.info("envelope %d of %s is answered", envelope_id, platform.name)

    async def _recall(self, inbound: InboundMessage) -> None:
        """Fetch what is to be logged, where it is not kept yet."""
        archive = self._archives.get(inbound.platform)
        wanted = excerpt(grammar.clean(inbound.text[: grammar.LONGEST]), inbound.thread_id)
        if archive is not None and wanted is not None and inbound.sender.kind is SenderKind.MEMBER:
            await archive.recall(inbound.room.platform_id, wanted.message_id, thread=wanted.thread)

    async def _follow(self, platform: ChatPlatform, scene: Scene, answered: Answer, receipt: Receipt | None) -> None:
        """From now on the answer shows how a broadcast goes, where a message can be changed again and again."""
        whispered = answered.apart and platform.whispers
        if answered.follows is None or receipt is None or whispered or not platform.edits:
            return
        room = scene.direct_room_id if answered.apart else scene.inbound.room.platform_id
        message = receipt.platform_message_id
        language = answered.language
        place = Place(answered.follows, platform.name, room, message, answered.reader_id, language=language)
        if message:
            await self._core.write(lambda session: live.watch(session, place, now=self._clock()))

    async def _answer(self, scene: Scene) -> Answer | None:
        try:
            return await self._core.write(lambda session: answer(session, scene), urgent=True)
        except Exception as error:  # noqa: BLE001
            failure = error
        return await self._core.write(lambda session: apology(session, scene, failure))

    async def _scene(self, platform: ChatPlatform, inbound: InboundMessage, envelope_id: int) -> Scene:
        files = await given(self._core, self._shelf, platform, inbound)
        scene = Scene(inbound, envelope_id, self._config, self._clock(), files=files)
        if inbound.room.kind is RoomKind.DIRECT:
            return scene
        others, direct_room_id = await asyncio.gather(_others(platform, inbound), _direct_room(platform, inbound))
        return replace(
            scene, others=others, direct_room_id=direct_room_id, discreet=platform.discreet, call=platform.call
        )

    def _messages(self, platform: ChatPlatform, scene: Scene, answered: Answer) -> list[OutboundMessage]:
        inbound = scene.inbound
        room_id = inbound.room.platform_id
        key = f"answer:{scene.envelope_id}"
        here = OutboundMessage(
            room_id, answered.card, thread_id=inbound.thread_id, reply_token=inbound.reply_token, key=key
        )
        if answered.replaces:
            here = replace(here, replaces=inbound.platform_message_id)
        if not answered.apart:
            return [here]
        if platform.whispers:
            return [_only_for(here, inbound.sender.platform_id)]
        if not scene.direct_room_id:
            return [_instead(here, Card(text=phrases.NOT_DELIVERED.say(answered.language)))]
        apart = OutboundMessage(scene.direct_room_id, answered.card, key=f"{key}:apart")
        return [apart, _instead(here, Card(text=phrases.SENT_APART.say(answered.language)))]


async def _others(platform: ChatPlatform, inbound: InboundMessage) -> tuple[Sender, ...] | None:
    """Who reads besides the sender; None when the platform cannot tell."""
    try:
        roster = await platform.roster(inbound.room.platform_id)
    except DeliveryError as error:
        log.warning("no roster on %s: %s", platform.name, error.reason)
        return None
    return tuple(sender for sender in roster if sender.platform_id != inbound.sender.platform_id)


async def _direct_room(platform: ChatPlatform, inbound: InboundMessage) -> str:
    if platform.whispers:
        return ""
    try:
        return await platform.direct_room(inbound.sender.platform_id)
    except DeliveryError as error:
        log.warning("no direct room on %s: %s", platform.name, error.reason)
        return ""


async def _send(platform: ChatPlatform, message: OutboundMessage) -> Receipt | None:
    try:
        return await platform.send(message)
    except DeliveryError as error:
        log.warning("an answer on %s was not taken: %s", platform.name, error.reason)
        return None


def _only_for(message: OutboundMessage, reader: str) -> OutboundMessage:
    return replace(message, only_for=reader)


def _instead(message: OutboundMessage, card: Card) -> OutboundMessage:
    return replace(message, card=card)
