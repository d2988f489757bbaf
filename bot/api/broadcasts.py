"""`/broadcasts`: one text to the customers of a segment, and how it goes."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from bot.api.access import Caller, CallerArgument
from bot.api.paging import LARGEST_ID, Page, SpanArgument, page
from bot.api.refusals import Refusing
from bot.api.values import Moment, Plain
from crm_core.enclosure import MOST
from crm_core.files import handed
from crm_core.outreach import broadcasts, recipients
from crm_core.outreach.tables import Broadcast, DeliveryState
from crm_core.people import audit
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer

router = APIRouter(tags=["broadcasts"], route_class=Refusing)

Verb = Callable[[Session, Broadcast, Viewer, datetime], Broadcast]


class BroadcastIn(BaseModel):
    """`segment`: a tag, a saved segment or an expression. `at`: with its offset; absent: now. `to_groups`: to the
    groups linked to the customers, not to them. `files`: ids that `POST /files` gave; with them the text may be
    empty."""

    model_config = ConfigDict(extra="forbid")
    segment: Annotated[str, Field(max_length=500), Plain]
    text: Annotated[str, Field(max_length=4000), Plain] = ""
    at: Moment | None = None
    to_groups: bool = False
    files: Annotated[tuple[Annotated[int, Field(ge=1, le=LARGEST_ID)], ...], Field(max_length=MOST)] = ()


class EnclosureOut(BaseModel):
    """`mime`: what its bytes are."""

    name: str
    mime: str
    size: int


class BroadcastOut(BaseModel):
    """`counts`: deliveries by state; `left_out`: customers by the reason they get nothing; both grow while `work` is
    not empty. `resends_id`: the broadcast whose failures it is for. `replied`: how many of those reached wrote back in
    time. `decided_by`: who approved or refused it, where somebody had to."""

    id: int
    segment: str
    text: str
    files: list[EnclosureOut]
    to_groups: bool
    state: str
    send_at: datetime | None
    created_at: datetime
    confirmed_at: datetime | None
    counts: dict[str, int]
    left_out: dict[str, int]
    work: str
    resends_id: int | None
    replied: int
    decided_by: str | None


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
    """Freezes the audience and starts, or waits for `at`; a large one waits for somebody's approval first."""

    def change(session: Session, viewer: Viewer, now: datetime) -> BroadcastOut:
        broadcast = broadcasts.draft(
            session,
            body.segment,
            body.text,
            viewer=viewer,
            now=now,
            to_groups=body.to_groups,
            files=handed.by_number(session, body.files, viewer=viewer),
        )
        return _confirmed(session, broadcast, caller, viewer=viewer, now=now, at=body.at)

    return await caller.write(change, Right.BROADCAST)


@router.post("/broadcasts/{broadcast_id}/resend", status_code=201)
async def resend(caller: CallerArgument, broadcast_id: int) -> BroadcastOut:
    """Another one with the same text, to those alone whom this one failed to reach."""

    def change(session: Session, viewer: Viewer, now: datetime) -> BroadcastOut:
        failed = broadcasts.get(session, broadcast_id, viewer=viewer)
        again = broadcasts.draft_again(session, failed, viewer=viewer, now=now)
        return _confirmed(session, again, caller, viewer=viewer, now=now)

    return await caller.write(change, Right.BROADCAST)


@router.get("/broadcasts/{broadcast_id}")
async def broadcast(caller: CallerArgument, broadcast_id: int) -> BroadcastOut:
    """The broadcast with its counts per state."""

    def look(session: Session, viewer: Viewer, now: datetime) -> BroadcastOut:
        found = broadcasts.get(session, broadcast_id, viewer=viewer)
        return _out(session, found, caller.api.config.broadcasts.reply_days, now)

    return await caller.read(look)


@router.get("/broadcasts/{broadcast_id}/deliveries")
async def broadcast_deliveries(
    caller: CallerArgument, span: SpanArgument, broadcast_id: int, state: DeliveryState | None = None
) -> Page[DeliveryOut]:
    """One item per recipient, by id."""

    def look(session: Session, viewer: Viewer, now: datetime) -> Page[DeliveryOut]:
        found = recipients.listed(
            session,
            broadcasts.get(session, broadcast_id, viewer=viewer).id,
            viewer=viewer,
            states=() if state is None else (state,),
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
        return _out(session, broadcast, caller.api.config.broadcasts.reply_days, now)

    return await caller.write(change, Right.BROADCAST)


def _confirmed(
    session: Session,
    broadcast: Broadcast,
    caller: Caller,
    *,
    viewer: Viewer,
    now: datetime,
    at: datetime | None = None,
) -> BroadcastOut:
    settings = caller.api.config
    broadcasts.confirm(
        session,
        broadcast,
        viewer=viewer,
        now=now,
        at=at,
        manners=settings.manners,
        approval_above=settings.broadcasts.approval_above,
    )
    return _out(session, broadcast, settings.broadcasts.reply_days, now)


def _out(session: Session, broadcast: Broadcast, reply_days: int, now: datetime) -> BroadcastOut:
    within = timedelta(days=reply_days)
    decided_by = None if broadcast.decided_by_id is None else session.get(Staff, broadcast.decided_by_id)
    return BroadcastOut(
        **broadcast.model_dump(include=set(BroadcastOut.model_fields) - {"counts", "replied", "decided_by"}),
        counts={state.value: count for state, count in recipients.counts(session, broadcast.id).items()},
        replied=recipients.replies(session, broadcast.id, within=within, now=now).replied,
        decided_by=decided_by.name if decided_by else None,
    )
