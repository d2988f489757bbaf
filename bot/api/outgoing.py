"""`/deliveries`: what could not be delivered; stopping and resuming everything that goes out by itself."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from sqlmodel import Session

from bot.api.access import CallerArgument
from bot.api.paging import LARGEST_ID, Page, SpanArgument, page
from bot.api.refusals import Refusing
from bot.language import reasons
from crm_core.outreach import holding, pausing, standstill, undelivered
from crm_core.outreach.tables import DeliveryKind, DeliveryState
from crm_core.people.viewer import Right, Viewer

router = APIRouter(tags=["deliveries"], route_class=Refusing)


class UndeliveredOut(BaseModel):
    """`whom`: the member of staff it was for. `problem`: the platform's words, `reason`: in plain words."""

    delivery_id: int
    kind: DeliveryKind
    whom: str
    platform: str
    problem: str
    reason: str
    due_at: datetime
    nudge_id: int | None


class StateOut(BaseModel):
    delivery_id: int
    state: DeliveryState


class OutgoingOut(BaseModel):
    """`going`: whether anything goes out. `paused_by`, `since`: who stopped it. `held_since`: the restore after which
    an administrator has to decide ("release" in the chat, or `crmbot deliveries release`). `overdue`: how many wait."""

    going: bool
    paused_by: str | None
    since: datetime | None
    held_since: datetime | None
    overdue: int


@router.get("/deliveries/undelivered")
async def undelivered_deliveries(caller: CallerArgument, span: SpanArgument) -> Page[UndeliveredOut]:
    """What was for members of staff and was given up, the newest first."""

    def look(session: Session, viewer: Viewer, _now: datetime) -> Page[UndeliveredOut]:
        found = undelivered.to_staff(session, viewer=viewer, before=span.cursor, limit=span.limit)
        language = viewer.language
        items = [UndeliveredOut(**asdict(one), reason=reasons.plain(one.problem, language)) for one in found]
        return page(items, [item.delivery_id for item in items], span)

    return await caller.read(look)


@router.post("/deliveries/{delivery_id}/retry")
async def retry(caller: CallerArgument, delivery_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> StateOut:
    """Send one that was given up after all."""

    def change(session: Session, viewer: Viewer, now: datetime) -> StateOut:
        delivery = undelivered.try_again(session, delivery_id, viewer=viewer, now=now)
        return StateOut(delivery_id=delivery.id, state=delivery.state)

    return await caller.write(change)


@router.get("/outgoing")
async def outgoing(caller: CallerArgument) -> OutgoingOut:
    """Whether anything goes out by itself just now."""

    def look(session: Session, viewer: Viewer, now: datetime) -> OutgoingOut:
        viewer.require(Right.ADMIN)
        return _out(session, now)

    return await caller.read(look)


@router.post("/outgoing/pause")
async def pause(caller: CallerArgument) -> OutgoingOut:
    """Stop all reminders, digests and broadcasts."""

    def change(session: Session, viewer: Viewer, now: datetime) -> OutgoingOut:
        pausing.pause(session, viewer=viewer, now=now)
        return _out(session, now)

    return await caller.write(change, Right.ADMIN)


@router.post("/outgoing/resume")
async def resume(caller: CallerArgument) -> OutgoingOut:
    """Let everything go out again."""

    def change(session: Session, viewer: Viewer, now: datetime) -> OutgoingOut:
        pausing.resume(session, viewer=viewer, now=now)
        return _out(session, now)

    return await caller.write(change, Right.ADMIN)


def _out(session: Session, now: datetime) -> OutgoingOut:
    paused, held = pausing.paused(session), holding.held(session)
    return OutgoingOut(
        going=not standstill.stands_still(session),
        paused_by=None if paused is None else paused.by,
        since=None if paused is None else paused.since,
        held_since=None if held is None else held.restored_at,
        overdue=pausing.overdue(session, now=now),
    )
