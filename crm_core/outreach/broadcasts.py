"""One text to many customers: drafted, previewed, confirmed once, and followed recipient by recipient."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.outreach import audiences, freezing, templates
from crm_core.outreach.audiences import Audience
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import (
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
)
from crm_core.outreach.tasks import steering
from crm_core.outreach.templates import Template
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer

#: Longest text, in characters.
LONGEST = 2000
SAMPLES = 3
#: The manners where a company has set none.
POLITE = Manners()

_MOVING = (BroadcastState.SCHEDULED, BroadcastState.RUNNING)
_OPEN = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.WAITING)


@dataclass(frozen=True)
class Sample:
    customer_id: int
    name: str
    text: str


@dataclass(frozen=True)
class Preview:
    """`total`: whom the segment matches; `left_out`: reason → how many of them receive nothing. `asked`: the members of
    staff who have to send it → to how many, the busiest first.
    """

    total: int
    reachable: int
    left_out: dict[str, int]
    samples: tuple[Sample, ...]
    asked: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Recipient:
    """How far the delivery to one customer came. `problem`: why not, as a word or in the platform's words."""

    delivery_id: int
    customer_id: int
    name: str
    platform: str
    state: DeliveryState
    problem: str
    not_before: datetime
    sent_at: datetime | None


def draft(
    session: Session, segment: str, text: str, *, viewer: Viewer, now: datetime, to_groups: bool = False
) -> Broadcast:
    """A broadcast nobody receives yet; `to_groups`: for the groups linked to the customers, not for them. Raises
    `Invalid` for a text that is empty, too long or has unknown variables, and what the segment raises.
    """
    viewer.require(Right.BROADCAST)
    broadcast = Broadcast(
        created_by_id=viewer.staff_id, segment=segment, text=_clean(text), created_at=now, to_groups=to_groups
    )
    _audience(session, broadcast, viewer=viewer, now=now, manners=POLITE)
    session.add(broadcast)
    session.flush()
    return broadcast


def get(session: Session, broadcast_id: int, *, viewer: Viewer) -> Broadcast:
    """A broadcast of this viewer, or of somebody whose customers they see; else `NotFound`."""
    broadcast = session.get(Broadcast, broadcast_id) if 0 < broadcast_id < 2**63 else None
    if broadcast is None or not _visible(broadcast, viewer):
        raise NotFound("broadcast_not_found", id=str(broadcast_id)[:20])
    return broadcast


def latest(session: Session, *, viewer: Viewer, limit: int = 10) -> list[Broadcast]:
    """The newest broadcasts this viewer may see, drafts left out."""
    wanted = select_rows(Broadcast).where(Broadcast.state != BroadcastState.DRAFT)
    if viewer.owners is not None:
        wanted = wanted.where(col(Broadcast.created_by_id).in_(viewer.owners))
    return list(session.exec(wanted.order_by(col(Broadcast.id).desc()).limit(limit)))


def preview(
    session: Session,
    broadcast: Broadcast,
    *,
    viewer: Viewer,
    now: datetime,
    manners: Manners = POLITE,
) -> Preview:
    """Who would receive it if it were confirmed now, who is left out and why, and three texts as they would arrive."""
    viewer.require(Right.BROADCAST)
    audience = _audience(session, broadcast, viewer=viewer, now=now, manners=manners)
    counted = _counted(session, audience)
    left_out = {reason: count for reason, count in counted.items() if reason is not None}
    return Preview(
        total=sum(counted.values()),
        reachable=counted.get(None, 0),
        left_out=left_out,
        samples=_samples(session, audience, templates.parse(broadcast.text)),
        asked=freezing.asked(session, audience, manners),
    )


def confirm(
    session: Session,
    broadcast: Broadcast,
    *,
    viewer: Viewer,
    now: datetime,
    at: datetime | None = None,
    manners: Manners = POLITE,
) -> Broadcast:
    """Freeze the audience and send, now or at this time. Confirmed again, it stays as it is: nobody gets it twice.

    Raises `Invalid` for a time that has passed and when nobody would receive it.
    """
    viewer.require(Right.BROADCAST)
    if at is not None and at <= now:
        raise Invalid("broadcast_in_the_past", at=f"{at.astimezone(ZoneInfo(viewer.timezone)):%Y-%m-%d %H:%M}")
    state = BroadcastState.SCHEDULED if at else BroadcastState.RUNNING
    if not _move(session, broadcast, (BroadcastState.DRAFT,), state, send_at=at or now, confirmed_at=now):
        return broadcast
    audience = _audience(session, broadcast, viewer=viewer, now=now, manners=manners)
    counted = _counted(session, audience)
    if None not in counted:
        raise Invalid("broadcast_nobody")
    broadcast.left_out = {reason: count for reason, count in counted.items() if reason is not None}
    session.add(broadcast)
    freezing.freeze(session, broadcast, audience, at or now, manners)
    return broadcast


def pause(session: Session, broadcast: Broadcast, *, viewer: Viewer) -> Broadcast:
    """Send nothing more until it is resumed; what is just being sent still arrives."""
    return _steer(session, broadcast, viewer, _Step(_MOVING, BroadcastState.PAUSED, DeliveryState.HELD))


def resume(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Broadcast:
    """Go on where it was paused."""
    later = broadcast.send_at is not None and broadcast.send_at > now
    state = BroadcastState.SCHEDULED if later else BroadcastState.RUNNING
    _steer(session, broadcast, viewer, _Step((BroadcastState.PAUSED,), state, DeliveryState.DUE))
    freezing.note_lanes(session, broadcast, broadcast.send_at or now)
    return broadcast


def cancel(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Broadcast:
    """Nobody else receives it; what was sent stays sent. What members of staff were asked to send is taken back."""
    before = (BroadcastState.DRAFT, *_MOVING, BroadcastState.PAUSED)
    _steer(session, broadcast, viewer, _Step(before, BroadcastState.CANCELLED, DeliveryState.CANCELLED))
    steering.cancel(session, broadcast, now=now)
    return broadcast


def counts(session: Session, broadcast_id: int) -> dict[DeliveryState, int]:
    """State → how many of its deliveries are in it."""
    rows = session.execute(
        select(col(Delivery.state), func.count())
        .where(col(Delivery.broadcast_id) == broadcast_id)
        .group_by(col(Delivery.state))
    )
    return {row[0]: row[1] for row in rows}


def deliveries(
    session: Session,
    broadcast_id: int,
    *,
    viewer: Viewer,
    state: DeliveryState | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[Recipient]:
    """The recipients this viewer may see, from the delivery after this one on."""
    wanted = (
        select(Delivery, col(Customer.name))
        .join(Customer, col(Customer.id) == Delivery.customer_id)
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.id) > after, visible(viewer))
    )
    if state is not None:
        wanted = wanted.where(col(Delivery.state) == state)
    rows = session.execute(wanted.order_by(col(Delivery.id)).limit(limit)).all()
    return [_recipient(delivery, name) for delivery, name in rows]


def finish(session: Session, *, now: datetime) -> list[Broadcast]:
    """Move broadcasts on: scheduled ones that began, running ones that came to their end; the latter are returned."""
    begun = select_rows(Broadcast).where(Broadcast.state == BroadcastState.SCHEDULED, col(Broadcast.send_at) <= now)
    for broadcast in session.exec(begun).all():
        _move(session, broadcast, (BroadcastState.SCHEDULED,), BroadcastState.RUNNING)
    still = select(col(Delivery.id)).where(col(Delivery.broadcast_id) == Broadcast.id, col(Delivery.state).in_(_OPEN))
    ended = select_rows(Broadcast).where(Broadcast.state == BroadcastState.RUNNING, ~still.exists())
    running = (BroadcastState.RUNNING,)
    return [each for each in session.exec(ended).all() if _move(session, each, running, BroadcastState.DONE)]


def text_for(session: Session, broadcast: Broadcast, customer: Customer) -> str:
    """The text as this customer receives it."""
    return _fill(session, templates.parse(broadcast.text), customer)


def _audience(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime, manners: Manners) -> Audience:
    template = templates.parse(broadcast.text)
    return audiences.of(session, broadcast, template, viewer=viewer, now=now, manners=manners)


def _counted(session: Session, audience: Audience) -> dict[str | None, int]:
    each = audience.subquery()
    rows = session.execute(select(each.c.reason, func.count()).group_by(each.c.reason))
    return {row[0]: row[1] for row in rows}


def _samples(session: Session, audience: Audience, template: Template) -> tuple[Sample, ...]:
    found = freezing.first(session, audience, SAMPLES)
    return tuple(
        Sample(customer.id, customer.name, _shown(session, template, customer, sender)) for customer, sender in found
    )


def _shown(session: Session, template: Template, customer: Customer, sender: Staff | None) -> str:
    return _fill(session, template, customer) if sender is None else template.fill_for_all(sender.name)


def _fill(session: Session, template: Template, customer: Customer) -> str:
    owner = session.get(Staff, customer.owner_id) if customer.owner_id is not None else None
    return template.fill({"name": customer.name, "owner": owner.name if owner else ""})


@dataclass(frozen=True)
class _Step:
    """From one of these states to another, and what becomes of the deliveries that did not start."""

    before: tuple[BroadcastState, ...]
    after: BroadcastState
    rows: DeliveryState


def _steer(session: Session, broadcast: Broadcast, viewer: Viewer, step: _Step) -> Broadcast:
    viewer.require(Right.BROADCAST)
    if broadcast.state is step.after:
        return broadcast
    if not _move(session, broadcast, step.before, step.after):
        raise Conflict("broadcast_state", id=broadcast.id, state=broadcast.state)
    waiting = col(Delivery.state).in_((DeliveryState.DUE, DeliveryState.HELD))
    session.execute(update(Delivery).where(col(Delivery.broadcast_id) == broadcast.id, waiting).values(state=step.rows))
    return broadcast


def _move(
    session: Session, broadcast: Broadcast, before: tuple[BroadcastState, ...], after: BroadcastState, **values: object
) -> bool:
    """Compare and set; the row is read afresh either way."""
    session.flush()
    moved = session.execute(
        update(Broadcast)
        .where(col(Broadcast.id) == broadcast.id, col(Broadcast.state).in_(before))
        .values(state=after, **values)
    ).rowcount  # type: ignore[attr-defined]
    session.refresh(broadcast)
    return bool(moved)


def _visible(broadcast: Broadcast, viewer: Viewer) -> bool:
    return viewer.owners is None or broadcast.created_by_id in viewer.owners


def _recipient(delivery: Delivery, name: str) -> Recipient:
    return Recipient(
        delivery.id,
        delivery.customer_id or 0,
        name,
        delivery.platform,
        delivery.state,
        delivery.problem,
        delivery.not_before,
        delivery.sent_at,
    )


def _clean(text: str) -> str:
    text = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()
    if not text:
        raise Invalid("broadcast_empty")
    if len(text) > LONGEST:
        raise Invalid("broadcast_too_long", limit=LONGEST)
    templates.parse(text)
    return text
