"""`/sequences`: steps with waits for customers who enter by a segment or by hand, and how they go."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from bot.api.access import Caller, CallerArgument
from bot.api.paging import Page, SpanArgument, page
from bot.api.refusals import Refusing
from bot.api.sequence_shapes import SequenceBody, SequenceOut, shown
from bot.outreach.company import company_of
from bot.sequence_files import plan_of
from crm_core.customers import records
from crm_core.outreach.sequences import agreement, enrolments, entering, plans, results, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion
from crm_core.people import audit
from crm_core.people.viewer import Right, Viewer

router = APIRouter(tags=["sequences"], route_class=Refusing)

_Verb = Callable[[Session, Sequence, Viewer, datetime], object]


class CustomerIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    customer_id: int


class PreviewOut(BaseModel):
    """`entering`: who would enter now; `left_out`: whom the first message would not reach, by why."""

    entering: int
    left_out: dict[str, int]


class UnderWayOut(BaseModel):
    enrolment_id: int
    customer_id: int
    name: str
    step: int
    due_at: datetime
    sending: bool


class StepOut(BaseModel):
    number: int
    waiting: int
    reached: int
    missed: dict[str, int]
    replied: int
    left: dict[str, int]


class ResultsOut(BaseModel):
    version: int
    entered: int
    active: int
    finished: int
    replied: int
    left: dict[str, int]
    steps: list[StepOut]


@router.get("/sequences")
async def everything(caller: CallerArgument) -> Page[SequenceOut]:
    """All of them, by name."""

    def look(session: Session, _viewer: Viewer, _now: datetime) -> Page[SequenceOut]:
        return Page(items=[_out(session, one) for one in sequences.everything(session)], next=None)

    return await caller.read(look)


@router.post("/sequences", status_code=201)
async def make(caller: CallerArgument, body: SequenceBody) -> SequenceOut:
    """A draft; nobody enters before it is switched on."""

    def change(session: Session, viewer: Viewer, now: datetime) -> SequenceOut:
        made = sequences.make(session, body.name, plan_of(body), viewer=viewer, now=now)
        return _out(session, made.sequence)

    return await caller.write(change, Right.BROADCAST)


@router.get("/sequences/{sequence_id}")
async def sequence(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """One of them."""
    return await caller.read(lambda session, _viewer, _now: _out(session, sequences.get(session, sequence_id)))


@router.put("/sequences/{sequence_id}")
async def revise(caller: CallerArgument, sequence_id: int, body: SequenceBody) -> SequenceOut:
    """A new version, in force once it is switched on. The name stays."""
    return await _steer(
        caller,
        sequence_id,
        lambda session, one, viewer, now: sequences.revise(session, one, plan_of(body), viewer=viewer, now=now),
    )


@router.get("/sequences/{sequence_id}/preview")
async def preview(caller: CallerArgument, sequence_id: int) -> PreviewOut:
    """Who would enter if it were switched on now."""

    def look(session: Session, viewer: Viewer, now: datetime) -> PreviewOut:
        one = sequences.get(session, sequence_id)
        plan = plans.of(sequences.newest(session, one))
        company = company_of(caller.api.config)
        seen = entering.preview(session, one, plan, viewer=viewer, now=now, company=company)
        return PreviewOut(entering=seen.entering, left_out=dict(seen.left_out))

    return await caller.read(look)


@router.post("/sequences/{sequence_id}/on")
async def switch_on(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """Puts the newest version in force; whoever matches enters."""
    above = caller.api.config.broadcasts.approval_above

    def change(session: Session, one: Sequence, viewer: Viewer, now: datetime) -> None:
        agreement.require(session, one, viewer=viewer, now=now, above=above)
        sequences.switch_on(session, one, viewer=viewer, now=now)

    return await _steer(caller, sequence_id, change)


@router.post("/sequences/{sequence_id}/pause")
async def pause(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """Nobody enters, nobody goes on."""
    return await _steer(
        caller, sequence_id, lambda session, one, viewer, now: sequences.pause(session, one, viewer=viewer, now=now)
    )


@router.post("/sequences/{sequence_id}/resume")
async def resume(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """Everybody goes on."""
    return await _steer(
        caller, sequence_id, lambda session, one, viewer, now: sequences.resume(session, one, viewer=viewer, now=now)
    )


@router.post("/sequences/{sequence_id}/off")
async def close(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """Nobody enters any more; who is under way goes on to the end."""
    return await _steer(
        caller, sequence_id, lambda session, one, viewer, now: sequences.close(session, one, viewer=viewer, now=now)
    )


@router.post("/sequences/{sequence_id}/stop")
async def stop(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """Nobody goes on."""
    return await _steer(
        caller, sequence_id, lambda session, one, viewer, now: sequences.stop(session, one, viewer=viewer, now=now)
    )


@router.post("/sequences/{sequence_id}/move")
async def move(caller: CallerArgument, sequence_id: int) -> SequenceOut:
    """Whoever is under way goes on with the version in force; for administrators."""
    company = company_of(caller.api.config)
    return await _steer(
        caller,
        sequence_id,
        lambda session, one, viewer, now: enrolments.move_over(session, one, viewer=viewer, now=now, company=company),
    )


@router.get("/sequences/{sequence_id}/customers")
async def under_way(caller: CallerArgument, span: SpanArgument, sequence_id: int) -> Page[UnderWayOut]:
    """Who is under way, by enrolment."""

    def look(session: Session, viewer: Viewer, now: datetime) -> Page[UnderWayOut]:
        one = sequences.get(session, sequence_id)
        found = enrolments.under_way(session, viewer=viewer, sequence=one, after=span.cursor or 0, limit=span.limit)
        ids = [each.customer.id for each in found]
        audit.saw_each(session, ids, viewer=viewer, action="sequence.list", now=now)
        items = [
            UnderWayOut(
                enrolment_id=each.enrolment.id,
                customer_id=each.customer.id,
                name=each.customer.name,
                step=each.number,
                due_at=each.due_at,
                sending=each.sending,
            )
            for each in found
        ]
        return page(items, [item.enrolment_id for item in items], span)

    return await caller.look(look)


@router.post("/sequences/{sequence_id}/customers", status_code=201)
async def enter(caller: CallerArgument, sequence_id: int, body: CustomerIn) -> SequenceOut:
    """Puts a customer in by hand."""

    def change(session: Session, one: Sequence, viewer: Viewer, now: datetime) -> None:
        customer = records.get(session, body.customer_id, viewer=viewer)
        company = company_of(caller.api.config)
        enrolments.enter(session, one, customer, viewer=viewer, now=now, company=company)

    return await _steer(caller, sequence_id, change)


@router.delete("/sequences/{sequence_id}/customers/{customer_id}")
async def remove(caller: CallerArgument, sequence_id: int, customer_id: int) -> SequenceOut:
    """Takes a customer out."""

    def change(session: Session, one: Sequence, viewer: Viewer, now: datetime) -> None:
        customer = records.get(session, customer_id, viewer=viewer)
        enrolments.remove(session, one, customer, viewer=viewer, now=now)

    return await _steer(caller, sequence_id, change)


@router.get("/sequences/{sequence_id}/results")
async def results_of(caller: CallerArgument, sequence_id: int) -> ResultsOut:
    """What came of the version in force, step by step."""

    def look(session: Session, viewer: Viewer, _now: datetime) -> ResultsOut:
        version: SequenceVersion = sequences.in_force(session, sequences.get(session, sequence_id))
        found = results.of(session, version, viewer=viewer)
        steps = [
            StepOut(**{name: value for name, value in asdict(each).items() if name != "step"}) for each in found.steps
        ]
        return ResultsOut(
            version=version.number,
            entered=found.entered,
            active=found.active,
            finished=found.finished,
            replied=found.replied,
            left=dict(found.left),
            steps=steps,
        )

    return await caller.read(look)


async def _steer(caller: Caller, sequence_id: int, verb: _Verb) -> SequenceOut:
    def change(session: Session, viewer: Viewer, now: datetime) -> SequenceOut:
        one = sequences.get(session, sequence_id)
        verb(session, one, viewer, now)
        return _out(session, one)

    return await caller.write(change, Right.BROADCAST)


def _out(session: Session, one: Sequence) -> SequenceOut:
    return shown(one, sequences.newest(session, one))
