"""Messages that show how a broadcast goes, changed in their place while it goes on."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.clock import Clock
from bot.commands import aside, broadcast_progress
from bot.config import Config
from bot.outreach.messages import reader
from bot.threads import Core
from crm_core.chat import Card, ChatPlatform, DeliveryError, OutboundMessage, Urgency
from crm_core.outreach import live
from crm_core.outreach.live import Place
from crm_core.outreach.tables import Broadcast
from crm_core.people.tables import Staff

log = logging.getLogger(__name__)

#: Seconds until a platform that does not answer is left for the next time.
PATIENCE = 10.0


class LiveMessages:
    """`scheduler.lanes.Duty`: the messages whose time has come, each sent only if it says something new."""

    name = "broadcasts.live"

    def __init__(self, core: Core, platforms: Mapping[str, ChatPlatform], config: Config, clock: Clock) -> None:
        self._core = core
        self._platforms = platforms
        self._config = config
        self._clock = clock

    def due(self, session: Session) -> datetime | None:
        return live.due(session)

    async def run(self, stopping: asyncio.Event) -> None:
        """Bring up to date what is due now."""
        for place in await self._core.read(partial(live.places, now=self._clock())):
            if stopping.is_set():
                return
            after = await self._show(place)
            await self._core.write(partial(live.showed, before=place, after=after, now=self._clock()))

    async def _show(self, place: Place) -> Place | None:
        """The place as it is afterwards; None when the message cannot be changed any more."""
        platform = self._platforms.get(place.platform)
        card = await self._core.read(partial(self._compose, place=place))
        if platform is None or card is None:
            return None
        says = hashlib.sha256(repr(card).encode()).hexdigest()[:16]
        if says == place.says:
            return place
        message = OutboundMessage(place.room, card, replaces=place.message, urgency=Urgency.BULK)
        try:
            async with asyncio.timeout(PATIENCE):
                receipt = await platform.send(message)
        except (DeliveryError, TimeoutError) as error:
            log.info("the progress of broadcast %s was not shown: %s", place.broadcast_id, error)
            return None if isinstance(error, DeliveryError) and error.permanent else place
        return replace(place, says=says, message=receipt.platform_message_id or place.message)

    def _compose(self, session: Session, place: Place) -> Card | None:
        staff = session.get(Staff, place.staff_id)
        broadcast = session.get(Broadcast, place.broadcast_id)
        if staff is None or broadcast is None or not staff.active:
            return None
        who = reader.of_staff(session, staff, self._config, self._clock())
        turn = aside.made(who, place.platform, "", self._config)
        return broadcast_progress.card(replace(turn, language=place.language or turn.language), broadcast)
