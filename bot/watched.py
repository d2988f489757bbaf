"""The platforms and the courier as the metrics see them: the same, timed and counted."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING

from sqlmodel import Session

from crm_core import trace
from crm_core.chat import Attachment, ChatPlatform, DeliveryError, OutboundMessage, Pacing, Receipt, Sender
from crm_core.outreach.claims import Claimed
from crm_core.outreach.deliveries import Verdict, trace_of
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState
from scheduler.carrier import Carrier, Ended, Sleep, Turn

if TYPE_CHECKING:
    from bot.metrics import Metrics

log = logging.getLogger(__name__)


class WatchedPlatform:
    """A platform, with the time its sends take and what it refuses."""

    def __init__(self, platform: ChatPlatform, metrics: "Metrics") -> None:
        self._platform = platform
        self._metrics = metrics
        self.name = platform.name
        self.pacing: Pacing = platform.pacing
        self.whispers = platform.whispers
        self.discreet = platform.discreet
        self.edits = platform.edits
        self.call = platform.call

    async def send(self, message: OutboundMessage) -> Receipt:
        began = perf_counter()
        with self._refusals():
            receipt = await self._platform.send(message)
        self._metrics.sent(self.name, perf_counter() - began)
        return receipt

    async def find(self, room_id: str, key: str) -> Receipt | None:
        with self._refusals():
            return await self._platform.find(room_id, key)

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        with self._refusals():
            return await self._platform.roster(room_id)

    async def direct_room(self, platform_user_id: str) -> str:
        with self._refusals():
            return await self._platform.direct_room(platform_user_id)

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        with self._refusals():
            return await self._platform.fetch(room_id, file, most)

    async def state(self) -> Mapping[str, str]:
        return await self._platform.state()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except DeliveryError as error:
            self._metrics.refused(self.name, kind_of(error))
            raise


class WatchedCarrier:
    """The courier: each delivery under the id of what it follows from; what became of it is in the log, and left with
    the session, where the metrics count it once it is committed."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def pacing(self, lane: str) -> Pacing:
        return self._carrier.pacing(lane)

    async def carry(self, claimed: Claimed, turn: Turn) -> Verdict:
        with trace.following(trace_of(claimed.delivery)):
            return await self._carrier.carry(claimed, turn)

    def settle(self, session: Session, ended: Sequence[Ended], *, pump: str, now: datetime) -> None:
        self._carrier.settle(session, ended, pump=pump, now=now)
        settled = session.info.setdefault("settled", [])
        for each in ended:
            delivery = each.claimed.delivery
            _log(delivery, each.verdict)
            settled.append((delivery.kind, each.verdict.state, (now - delivery.due_at).total_seconds()))


def pausing(sleep: Sleep, observe: Callable[[float], None]) -> Sleep:
    """`sleep`, and how long is paused."""

    def paused(seconds: float) -> Awaitable[None]:
        if seconds > 0:
            observe(seconds)
        return sleep(seconds)

    return paused


def _log(delivery: Delivery, verdict: Verdict) -> None:
    """A broadcast is many: its deliveries are told at debug unless something is wrong."""
    calm = delivery.kind is DeliveryKind.BROADCAST and verdict.state is not DeliveryState.DEAD
    level = logging.DEBUG if calm else logging.INFO
    if not log.isEnabledFor(level):
        return
    with trace.following(trace_of(delivery)):
        log.log(level, "delivery %d (%s) to %s: %s", delivery.id, delivery.kind, delivery.platform, verdict.state)


def kind_of(error: DeliveryError) -> str:
    """What sort of refusal it was, in a word."""
    if error.retry_after is not None:
        return "slow_down"
    if error.permanent:
        return "permanent"
    return "unknown" if error.unknown else "passing"


def is_over(state: DeliveryState) -> bool:
    """Whether nothing more becomes of a delivery."""
    return state not in {DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.WAITING}
