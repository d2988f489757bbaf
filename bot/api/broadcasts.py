"""`/broadcasts`: one text to the customers of a segment, and how it goes."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from bot.api.access import Caller, CallerArgument
from bot.api.paging import Page, SpanArgument, page
from bot.api.refusals import Refusing
from bot.api.values import Moment, Plain
from crm_core.outreach import broadcasts
from crm_core.outreach.tables import Broadcast, DeliveryState
from crm_core.people import audit
from crm_core.people.viewer import Viewer

router = APIRouter(tags=["broadcasts"], route_class=Refusing)

Verb = Callable[[Session, Broadcast, Viewer, datetime], Broadcast]


class BroadcastIn(BaseModel):
    """`segment`: a tag, a saved segment or an expression. `at`: with its offset; absent: now. `to_groups`: to the
    groups linked to the customers, not to them."""

    model_config = ConfigDict(extra="forbid")
    segment: Annotated[str, Field(max_length=500), Plain]
    text: Annotated[str, Field(max_length=4000), Plain]
    at: Moment | None = None
    to_groups: bool = False


class BroadcastOut(BaseModel):
    """`counts`: deliveries by state; `left_out`: customers by the reason they get nothing."""

    id: int
    segment: str
    to_groups: bool
    text: str
    state: str
    send_at: datetime | None
    created_at: datetime
    confirmed_at: datetime | None
    counts: dict[str, int]
    left_out: dict[str, int]


class DeliveryOut(BaseModel):
    """`not_before`: not sent earlier than this. `problem`: why not, as a word or in the platform's words."""

    delivery_id: int
    customer_id: int
    name: str
    platform: str
    state: DeliveryState
    problem: str
    not_before: datetime
    sent_at: datetime | None


@router.post("/broadcasts", status_code=201)
async def create(caller: CallerArgument, body: BroadcastIn) -> BroadcastOut:
    """Freezes the audience and starts, or waits for `at`."""

    def change(session: Session, viewer: Viewer, now: datetime) -> BroadcastOut:
        broadcast = broadcasts.draft(session, body.segment, body.text, viewer=viewer, now=now, to_groups=body.to_groups)
        manners = caller.api.config.manners
        broadcasts.confirm(session, broadcast, viewer=viewer, now=now, at=body.at, manners=manners)
        return _out(session, broadcast)

    return await caller.write(change)


@router.get("/broadcasts/{broadcast_id}")
async def broadcast(caller: CallerArgument, broadcast_id: int) -> BroadcastOut:
    """The broadcast with its counts per state."""

    def look(session: Session, viewer: Viewer, _now: datetime) -> BroadcastOut:
        return _out(session, broadcasts.get(session, broadcast_id, viewer=viewer))

    return await caller.read(look)


@router.get("/broadcasts/{broadcast_id}/deliveries")
async def broadcast_deliveries(
    caller: CallerArgument, span: SpanArgument, broadcast_id: int, state: DeliveryState | None = None
) -> Page[DeliveryOut]:
    """One item per recipient, by id."""

    def look(session: Session, viewer: Viewer, now: datetime) -> Page[DeliveryOut]:
        found = broadcasts.deliveries(
            session,
            broadcasts.get(session, broadcast_id, viewer=viewer).id,
            viewer=viewer,
            state=state,
            after=span.cursor or 0,
            limit=span.limit,
        )
        audit.saw_each(session, (one.customer_id for one in found), viewer=viewer, action="delivery.list", now=now)
        items = [DeliveryOut(**asdict(one)) for one in found]
        return page(items, [item.delivery_id for item in items], span)

    return await caller.look(look)


@router.post("/broadcasts/{broadcast_id}/pause")
async def pause(caller: CallerArgument, broadcast_id: int) -> BroadcastOut:
    """What is not yet sent waits."""
    return await _steer(
        caller, broadcast_id, lambda session, one, viewer, _: broadcasts.pause(session, one, viewer=viewer)
    )


@router.post("/broadcasts/{broadcast_id}/resume")
async def resume(caller: CallerArgument, broadcast_id: int) -> BroadcastOut:
    """What waits goes on."""
    return await _steer(
        caller, broadcast_id, lambda session, one, viewer, now: broadcasts.resume(session, one, viewer=viewer, now=now)
    )


@router.post("/broadcasts/{broadcast_id}/cancel")
async def cancel(caller: CallerArgument, broadcast_id: int) -> BroadcastOut:
    """What is not yet sent never will be."""
    return await _steer(
        caller, broadcast_id, lambda session, one, viewer, now: broadcasts.cancel(session, one, viewer=viewer, now=now)
    )


async def _steer(caller: Caller, broadcast_id: int, verb: Verb) -> BroadcastOut:
    def change(session: Session, viewer: Viewer, now: datetime) -> BroadcastOut:
        broadcast = broadcasts.get(session, broadcast_id, viewer=viewer)
        verb(session, broadcast, viewer, now)
        return _out(session, broadcast)

    return await caller.write(change)


def _out(session: Session, broadcast: Broadcast) -> BroadcastOut:
    return BroadcastOut(
        **broadcast.model_dump(include=set(BroadcastOut.model_fields) - {"counts", "left_out"}),
        counts={state.value: count for state, count in broadcasts.counts(session, broadcast.id).items()},
        left_out=broadcast.left_out,
    )
