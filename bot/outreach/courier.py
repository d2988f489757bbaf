"""Carries claimed deliveries: composes the message, sends it outside any transaction, and settles what follows."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.clock import Clock
from bot.config import Config
from bot.outreach.company import digest_settings
from bot.outreach.messages import broadcast, digest, gathered, notice, nudge, reader
from bot.outreach.messages.reader import Reader
from crm_core import rows, trace
from crm_core.chat import Card, ChatPlatform, DeliveryError, OutboundMessage, Pacing, Urgency
from crm_core.enclosure import Enclosure
from crm_core.outreach import answers, deliveries, enclosures, marks, notices, occurrences, reach
from crm_core.outreach import digest as digests
from crm_core.outreach.claims import Claimed
from crm_core.outreach.deliveries import Verdict, trace_of
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState, Nudge
from crm_core.people import audit
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer, of_staff
from scheduler.carrier import Ended, Turn
from scheduler.together import Store

#: Seconds until a platform that does not answer is taken to be silent.
PATIENCE = 30.0
#: Further seconds for each file that goes with a message.
UPLOADING = 60.0

_AHEAD = "looked ahead"
_TO_STAFF: dict[DeliveryKind, Callable[[Reader, Delivery, Config], Card | Verdict]] = {
    DeliveryKind.NUDGE: nudge.compose,
    DeliveryKind.DIGEST: digest.compose,
    DeliveryKind.NOTICE: notice.compose,
}


class Courier:
    """Brings deliveries to their recipients: into direct chats, or the channel shared with a customer.

    A lane is the platform of this name.
    """

    def __init__(self, core: Store, platforms: Mapping[str, ChatPlatform], config: Config, clock: Clock) -> None:
        self._core = core
        self._platforms = platforms
        self._config = config
        self._clock = clock
        self._composing: dict[int, Delivery] = {}

    def pacing(self, lane: str) -> Pacing:
        return self._platforms[lane].pacing

    async def carry(self, claimed: Claimed, turn: Turn) -> Verdict:
        """Send it, unless its cause went away, the platform has it already, or this is not the time."""
        try:
            async with asyncio.timeout(PATIENCE) as patience:
                return await self._carry(claimed, turn, patience)
        except DeliveryError as error:
            failure = error
        except TimeoutError:
            failure = DeliveryError("no answer", unknown=True)
        return deliveries.after_failure(claimed.delivery.attempts, failure, self._clock())

    def settle(self, session: Session, ended: Sequence[Ended], *, pump: str, now: datetime) -> None:
        fates = [fate for each in ended for fate in _fates(session, each.claimed, each.verdict)]
        marked = marks.mark(session, fates, pump=pump, now=now)
        fates = [(delivery, verdict) for delivery, verdict in fates if delivery.id in marked]
        said = [delivery for delivery, verdict in fates if verdict.state is DeliveryState.SENT]
        occurrences.said(session, said, now=now, country=self._config.bot.country)
        rows.keep_at_hand(session, Staff, [delivery.staff_id for delivery in said])
        for delivery, verdict in fates:
            with trace.following(trace_of(delivery)):
                self._follow(session, delivery, verdict, now)

    def _follow(self, session: Session, delivery: Delivery, verdict: Verdict, now: datetime) -> None:
        country = self._config.bot.country
        if verdict.state is DeliveryState.SENT:
            self._put_on_record(session, delivery, verdict, now)
            if delivery.kind is DeliveryKind.ANSWER:
                answers.record(session, delivery, verdict.platform_message_id, now=now, country=country)
        if verdict.state is DeliveryState.DEAD:
            occurrences.given_up(session, delivery, now=now, country=country)
            notices.tell_of_dead(session, delivery, verdict.problem, now=now)

    async def _carry(self, claimed: Claimed, turn: Turn, patience: asyncio.Timeout) -> Verdict:
        delivery = claimed.delivery
        platform = self._platforms[delivery.platform]
        room_id = await self._room_of(delivery, platform)
        if room_id is None:
            return deliveries.skip("no_conversation")
        key = key_of(delivery)
        if claimed.unsure and (known := await platform.find(room_id, key)) is not None:
            return deliveries.sent(known.platform_message_id)
        composed = await self._compose(claimed)
        if isinstance(composed, Verdict):
            return composed
        await turn()
        if files := composed.files:
            patience.reschedule(asyncio.get_running_loop().time() + PATIENCE + UPLOADING * len(files))
        message = OutboundMessage(room_id, composed.card, key=key, urgency=urgency_of(delivery), files=files)
        receipt = await platform.send(message)
        return deliveries.sent(receipt.platform_message_id if not claimed.others else "", composed.shown)

    async def _compose(self, claimed: Claimed) -> "Composed | Verdict":
        """Several share a reading session, and the first of them looks at what all of them are about."""
        self._composing[claimed.delivery.id] = claimed.delivery
        try:
            return await self._core.read(partial(self._compose_in, claimed=claimed))
        finally:
            del self._composing[claimed.delivery.id]

    def _compose_in(self, session: Session, claimed: Claimed) -> "Composed | Verdict":
        now = self._clock()
        if _AHEAD not in session.info:
            session.info[_AHEAD] = True
            waiting = tuple(self._composing.values())
            broadcast.look_ahead(session, [each for each in waiting if each.kind is DeliveryKind.BROADCAST], now)
            nudge.look_ahead(session, [each for each in waiting if each.kind is DeliveryKind.NUDGE])
        return compose_all(session, claimed, self._config, now)

    async def _room_of(self, delivery: Delivery, platform: ChatPlatform) -> str | None:
        """A direct chat, or the shared channel a customer has now; None when they have none any more."""
        if delivery.kind is DeliveryKind.ANSWER:
            return delivery.recipient
        customer_id = delivery.customer_id if delivery.kind is DeliveryKind.BROADCAST else None
        if customer_id is None or delivery.platform not in self._config.manners.in_rooms:
            return await platform.direct_room(delivery.recipient)
        return await self._core.read(lambda session: reach.current_room(session, customer_id, delivery.platform))

    def _put_on_record(self, session: Session, delivery: Delivery, verdict: Verdict, now: datetime) -> None:
        """What goes to staff shows customers, so who saw them is kept."""
        staff = session.get(Staff, delivery.staff_id) if delivery.staff_id is not None else None
        if staff is None:
            return
        viewer = of_staff(session, staff, timezone=self._config.bot.timezone, language=self._config.bot.language)
        told_of = [*self._told_of(session, delivery, viewer, now), *verdict.shown]
        audit.saw_each(session, told_of, viewer=viewer, action=delivery.kind, now=now)

    def _told_of(self, session: Session, delivery: Delivery, viewer: Viewer, now: datetime) -> list[int | None]:
        if delivery.kind is DeliveryKind.DIGEST:
            return digests.of(session, viewer=viewer, now=now, settings=digest_settings(self._config)).customer_ids
        return _told_of(session, delivery)


def _told_of(session: Session, delivery: Delivery) -> list[int | None]:
    """The customers a nudge or a notice is about."""
    named: list[int | None] = list(delivery.body.get("customer_ids", ()))
    nudge_id = delivery.nudge_id or delivery.body.get("nudge_id")
    nudge = session.get(Nudge, nudge_id) if nudge_id is not None else None
    return named if nudge is None else [*named, nudge.customer_id]


@dataclass(frozen=True)
class Composed:
    """What is to be sent. `shown`: customers on the card whom the delivery does not name."""

    card: Card
    files: tuple[Enclosure, ...] = ()
    shown: tuple[int, ...] = ()


def compose(session: Session, delivery: Delivery, config: Config, now: datetime) -> Composed | Verdict:
    """What to send, or why not."""
    if delivery.kind is DeliveryKind.ANSWER:
        return Composed(Card(text=delivery.body["text"]))
    shown: list[int] = []
    if delivery.kind is DeliveryKind.BROADCAST:
        card = broadcast.compose(session, delivery, config, now)
    elif (who := reader.of(session, delivery, config, now)) is None:
        return Verdict(DeliveryState.DEAD, problem="recipient_inactive")
    else:
        card, shown = _TO_STAFF[delivery.kind](who, delivery, config), who.shown
    return card if isinstance(card, Verdict) else Composed(card, files_of(session, delivery), tuple(shown))


def files_of(session: Session, delivery: Delivery) -> tuple[Enclosure, ...]:
    """What goes with it: the files of a broadcast, also where it is tried on its author."""
    broadcast_id = delivery.broadcast_id
    if delivery.kind is DeliveryKind.NOTICE and delivery.body.get("notice") == "broadcast_test":
        broadcast_id = delivery.body["broadcast_id"]
    return () if broadcast_id is None else enclosures.of(session.get_one(Broadcast, broadcast_id))


def compose_all(session: Session, claimed: Claimed, config: Config, now: datetime) -> Composed | Verdict:
    """A delivery and what goes out with it, or why not."""
    meant = [each for each in claimed.all if _is_meant(session, each)] if claimed.others else []
    who = reader.of(session, claimed.delivery, config, now) if len(meant) > 1 else None
    if who is not None:
        nudges = [nudge for each in meant if (nudge := _nudge_of(session, each)) is not None]
        return Composed(gathered.compose(who, nudges))
    return compose(session, meant[0] if meant else claimed.delivery, config, now)


def _fates(session: Session, claimed: Claimed, verdict: Verdict) -> list[tuple[Delivery, Verdict]]:
    if not claimed.others:
        return [(claimed.delivery, verdict)]
    return [(delivery, _own_verdict(session, delivery, verdict)) for delivery in claimed.all]


def _own_verdict(session: Session, delivery: Delivery, verdict: Verdict) -> Verdict:
    """What becomes of one of several that went out together: one that was not meant any more was not on the card."""
    if verdict.state is DeliveryState.SENT and not _is_meant(session, delivery):
        return deliveries.cancel("nudge_moved")
    return verdict


def _is_meant(session: Session, delivery: Delivery) -> bool:
    return occurrences.is_meant(delivery, _nudge_of(session, delivery))


def _nudge_of(session: Session, delivery: Delivery) -> Nudge | None:
    return session.get(Nudge, delivery.nudge_id) if delivery.nudge_id is not None else None


def key_of(delivery: Delivery) -> str:
    """What a platform that can tell knows this message by, in every try, whoever goes first of several."""
    if delivery.together:
        return f"deliveries:{delivery.together}"
    return f"delivery:{delivery.id}:{int(delivery.due_at.timestamp())}"


def urgency_of(delivery: Delivery) -> Urgency:
    """A broadcast lets everything else go first; for an answer a customer waits."""
    if delivery.kind is DeliveryKind.ANSWER:
        return Urgency.WAITED_FOR
    return Urgency.BULK if delivery.kind is DeliveryKind.BROADCAST else Urgency.DUE
