"""`/nudges`: follow-ups that return to the chat."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from bot.api.access import CallerArgument
from bot.api.paging import Key, Page, SpanArgument, page
from bot.api.refusals import Refusing
from bot.api.values import Moment, Plain
from crm_core.customers import records
from crm_core.errors import Invalid
from crm_core.outreach import nudges
from crm_core.outreach.tables import Nudge
from crm_core.people import audit, staff
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer

_RECURRENCE = (
    "A rule of RFC 5545 (RRULE) without its prefix, at most every five minutes; empty: once. `at` is the first time, "
    "and gives the time of day and the phase. Times are those on the wall of the member of staff. Exactly Monday to "
    "Friday means workdays, with the public holidays of the country."
)
_RULES = [
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12",
]


class NudgeIn(BaseModel):
    """`at` has its offset. `staff`: a name; needed, since a token is nobody. `platform`: where it returns.
    `recurrence`: an RRULE without its prefix; absent: once."""

    model_config = ConfigDict(extra="forbid")
    staff: Annotated[str, Field(max_length=200), Plain]
    text: Annotated[str, Field(max_length=2000), Plain]
    at: Moment
    customer_id: int | None = None
    recurrence: Annotated[str, Field(max_length=500, description=_RECURRENCE, examples=_RULES), Plain] = ""
    platform: Annotated[str, Field(max_length=40), Plain] = ""


class NudgeOut(BaseModel):
    id: int
    staff: str
    customer_id: int | None
    text: str
    due_at: datetime
    timezone: str
    recurrence: str
    state: str
    snoozes: int
    delivered_at: datetime | None
    created_at: datetime


router = APIRouter(tags=["nudges"], route_class=Refusing)


@router.get("/nudges")
async def open_nudges(
    caller: CallerArgument, span: SpanArgument, until: Moment | None = None, customer_id: Key = None
) -> Page[NudgeOut]:
    """Open ones, the earliest due first."""

    def look(session: Session, viewer: Viewer, now: datetime) -> Page[NudgeOut]:
        found = nudges.open_of(session, viewer=viewer, customer_id=customer_id, until=until, limit=span.limit)
        audit.saw_each(session, (one.customer_id for one in found), viewer=viewer, action="nudge.list", now=now)
        called = {one.id: one.name for one in staff.everyone(session)}
        return page([_out(nudge, called.get(nudge.staff_id, "")) for nudge in found], [], span)

    return await caller.look(look)


@router.post("/nudges", status_code=201)
async def schedule(caller: CallerArgument, body: NudgeIn) -> NudgeOut:
    """It returns to this member of staff on the platform named, or the first one they are on."""

    def change(session: Session, viewer: Viewer, now: datetime) -> NudgeOut:
        whom = staff.named(session, body.staff)
        customer = None if body.customer_id is None else records.get(session, body.customer_id, viewer=viewer)
        nudge = nudges.schedule(
            session,
            viewer=viewer,
            for_staff=whom,
            text=body.text,
            due_at=body.at,
            timezone=whom.timezone or viewer.timezone,
            now=now,
            customer=customer,
            recurrence=body.recurrence,
            platform=_platform(session, whom, body.platform),
        )
        return _out(nudge, whom.name)

    return await caller.write(change, Right.ASSIGN)


def _platform(session: Session, whom: Staff, wanted: str) -> str:
    known = [handle.platform for handle in staff.handles_of(session, whom.id)]
    if not known or (wanted and wanted not in known):
        raise Invalid("staff_not_on_platform", name=whom.name, platforms=", ".join(known) or "-")
    return wanted or known[0]


def _out(nudge: Nudge, staff_name: str) -> NudgeOut:
    return NudgeOut(staff=staff_name, **nudge.model_dump(include=set(NudgeOut.model_fields) - {"staff"}))
