"""The steps of those who are under way: carried out when due, and the next one planned in the same transaction."""

from collections.abc import Sequence as Rows
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from crm_core.customers.tables import Customer
from crm_core.outreach import nudges, texts
from crm_core.outreach.manners import quiet_until
from crm_core.outreach.sequences import plans, replies, silence, waits, waves
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.sequences.plans import Plan, Step, StepKind
from crm_core.outreach.sequences.tables import (
    Enrolment,
    EnrolmentState,
    EnrolmentStep,
    Sequence,
    SequenceState,
    SequenceVersion,
    StepState,
)
from crm_core.outreach.tables import Delivery, DeliveryState
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer

#: In these states of the sequence steps are carried out.
GOING = (SequenceState.ON, SequenceState.OFF)

_ENDS = {
    DeliveryState.SENT: StepState.DONE,
    DeliveryState.DEAD: StepState.FAILED,
    DeliveryState.SKIPPED: StepState.LEFT_OUT,
    DeliveryState.CANCELLED: StepState.LEFT_OUT,
}
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Group:
    """The same step of one version, due for some."""

    version_id: int
    number: int


@dataclass(frozen=True)
class _Ending:
    """How a step ended, and when."""

    state: StepState
    at: datetime
    problem: str = ""


@dataclass(frozen=True)
class _Due:
    step: EnrolmentStep
    enrolment: Enrolment
    customer: Customer


@dataclass(frozen=True)
class _Work:
    """What the steps of one group have in common."""

    session: Session
    sequence: Sequence
    plan: Plan
    step: Step
    now: datetime
    company: Company


def plan_next(session: Session, enrolment: Enrolment, plan: Plan, *, since: datetime, company: Company) -> None:
    """Write down the step after the last one that ended; after the last of all the customer is through."""
    number = enrolment.step + 1
    if number > len(plan.steps):
        enrolment.state, enrolment.ended_at = EnrolmentState.FINISHED, since
        session.add(enrolment)
        return
    due_at = _due_at(session, enrolment, plan.steps[number - 1], since=since, company=company)
    session.add(EnrolmentStep(enrolment_id=enrolment.id, number=number, due_at=due_at))
    session.flush()


def plan_again(
    session: Session, enrolment: Enrolment, step: EnrolmentStep, plan: Plan, *, now: datetime, company: Company
) -> None:
    """The same step by another plan: due when that says, at once where that has passed."""
    if step.number > len(plan.steps):
        step.state = StepState.CANCELLED
        enrolment.state, enrolment.ended_at = EnrolmentState.FINISHED, now
    else:
        since = _ended(session, enrolment) or enrolment.entered_at
        planned = plan.steps[step.number - 1]
        step.due_at = max(now, _due_at(session, enrolment, planned, since=since, company=company))
    session.add_all((step, enrolment))


def due(session: Session, *, now: datetime) -> list[Group]:
    """Which steps are due for somebody."""
    wanted = (
        select(Enrolment.version_id, EnrolmentStep.number)
        .join(EnrolmentStep, col(EnrolmentStep.enrolment_id) == Enrolment.id)
        .join(Sequence, col(Sequence.id) == Enrolment.sequence_id)
        .where(
            EnrolmentStep.state == StepState.PLANNED,
            col(EnrolmentStep.due_at) <= now,
            Enrolment.state == EnrolmentState.ACTIVE,
            col(Sequence.state).in_(GOING),
        )
    )
    return [Group(version_id, number) for version_id, number in session.exec(wanted.distinct())]


def carry_out(session: Session, group: Group, *, now: datetime, company: Company, limit: int = 200) -> int:
    """Do what is due of this step for up to so many; how many. Two processes may do it at once: each takes others."""
    version = session.get_one(SequenceVersion, group.version_id)
    sequence = session.get_one(Sequence, version.sequence_id)
    plan = plans.of(version)
    if sequence.state not in GOING:
        return 0
    rows = _claimed(session, group, now, limit)
    work = _Work(session, sequence, plan, plan.steps[group.number - 1], now, company)
    going = [each for each in rows if not _is_left_out(work, each)]
    if work.step.kind is StepKind.MESSAGE:
        _write(work, going)
    else:
        for each in going:
            _remind(work, each)
    return len(rows)


def ended(session: Session, *, limit: int = 500) -> list[int]:
    """Steps whose message has come to its end, one way or the other."""
    wanted = (
        select(EnrolmentStep.id)
        .join(Enrolment, col(Enrolment.id) == EnrolmentStep.enrolment_id)
        .join(Delivery, _its_delivery())
        .where(EnrolmentStep.state == StepState.SENDING, col(Delivery.state).in_(_ENDS))
    )
    return list(session.exec(wanted.limit(limit)))


def settle(session: Session, ids: Rows[int], *, now: datetime, company: Company) -> None:
    """Write down how these steps ended, and plan the ones after them."""
    wanted = (
        select(EnrolmentStep, Enrolment, SequenceVersion, Delivery)
        .join(Enrolment, col(Enrolment.id) == EnrolmentStep.enrolment_id)
        .join(SequenceVersion, col(SequenceVersion.id) == Enrolment.version_id)
        .join(Delivery, _its_delivery())
        .where(col(EnrolmentStep.id).in_(ids), EnrolmentStep.state == StepState.SENDING)
    )
    rows = session.exec(wanted.with_for_update(skip_locked=True, of=EnrolmentStep)).all()
    for step, enrolment, version, delivery in rows:
        state = _ENDS[delivery.state]
        if state is StepState.LEFT_OUT and enrolment.state is EnrolmentState.LEFT:
            state = StepState.CANCELLED
        ending = _Ending(state, delivery.sent_at or now, delivery.problem)
        _end(session, step, enrolment, ending, plans.of(version), company=company)


def unwanted(session: Session, broadcast_id: int, customer_id: int) -> str:
    """Why a message of a step is not sent to this customer any more: they left, or replied; "" when it is."""
    wanted = (
        select(Enrolment, EnrolmentStep.number, SequenceVersion)
        .join(EnrolmentStep, col(EnrolmentStep.enrolment_id) == Enrolment.id)
        .join(SequenceVersion, col(SequenceVersion.id) == Enrolment.version_id)
        .where(
            EnrolmentStep.broadcast_id == broadcast_id,
            Enrolment.customer_id == customer_id,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    )
    for enrolment, number, version in session.exec(wanted):
        since = enrolment.said_at if version.stop_on_reply else None
        if since is None or not replies.wrote(session, customer_id, since=since):
            return silence.broken(session, enrolment, plans.of(version), number)
    return "sequence_left"


def _end(
    session: Session, step: EnrolmentStep, enrolment: Enrolment, ending: _Ending, plan: Plan, *, company: Company
) -> None:
    """One step is over; the next is planned, unless the customer left meanwhile."""
    step.state, step.done_at, step.problem = ending.state, ending.at, ending.problem
    if ending.state is not StepState.CANCELLED:
        enrolment.step = step.number
    if ending.state is StepState.DONE and step.broadcast_id is not None and enrolment.said_at is None:
        enrolment.said_at = ending.at
    session.add_all((step, enrolment))
    session.flush()
    if enrolment.state is EnrolmentState.ACTIVE:
        plan_next(session, enrolment, plan, since=ending.at, company=company)


def _due_at(session: Session, enrolment: Enrolment, step: Step, *, since: datetime, company: Company) -> datetime:
    zone = company.zone_of(session, session.get_one(Customer, enrolment.customer_id))
    return waits.due(step.wait, since=since, entered=enrolment.entered_at, zone=zone, country=company.country)


def _ended(session: Session, enrolment: Enrolment) -> datetime | None:
    """When the last step that was carried out ended."""
    last = select(EnrolmentStep.done_at).where(
        EnrolmentStep.enrolment_id == enrolment.id, EnrolmentStep.number == enrolment.step
    )
    return session.exec(last).first()


def _claimed(session: Session, group: Group, now: datetime, limit: int) -> list[_Due]:
    wanted = (
        select(EnrolmentStep, Enrolment, Customer)
        .join(Enrolment, col(Enrolment.id) == EnrolmentStep.enrolment_id)
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .where(
            EnrolmentStep.state == StepState.PLANNED,
            EnrolmentStep.number == group.number,
            col(EnrolmentStep.due_at) <= now,
            Enrolment.version_id == group.version_id,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
        .order_by(col(EnrolmentStep.due_at), col(EnrolmentStep.id))
        .limit(limit)
    )
    rows = session.exec(wanted.with_for_update(skip_locked=True, of=EnrolmentStep)).all()
    return [_Due(*row) for row in rows]


def _is_left_out(work: _Work, each: _Due) -> bool:
    """Whether the step is for those who did not reply, and not called for."""
    why = silence.broken(work.session, each.enrolment, work.plan, each.step.number)
    if why:
        _close(work, each, StepState.LEFT_OUT, why)
    return bool(why)


def _write(work: _Work, going: Rows[_Due]) -> None:
    if not going:
        return
    ids = [each.customer.id for each in going]
    wave = waves.send(work.session, work.sequence, work.step.text, ids, now=work.now, manners=work.company.manners)
    for each in going:
        problem = wave.left_out.get(each.customer.id)
        if problem is not None:
            _close(work, each, StepState.LEFT_OUT, problem)
        else:
            each.step.state, each.step.broadcast_id = StepState.SENDING, wave.broadcast_id
            work.session.add(each.step)
    work.session.flush()


def _remind(work: _Work, each: _Due) -> None:
    """A reminder for the owner, else for whoever put the customer in, or switched the sequence on."""
    person = _whom(work, each)
    if person is None:
        _close(work, each, StepState.LEFT_OUT, "no_owner")
        return
    zone = person.timezone or work.company.manners.timezone
    nudge = nudges.schedule(
        work.session,
        viewer=Viewer(None, work.sequence.name, Role.ADMIN, None, zone),
        for_staff=person,
        text=texts.fill(work.session, work.step.text, each.customer)[: nudges.LONGEST],
        due_at=quiet_until(work.company.manners, zone, work.now) or work.now + _SECOND,
        timezone=zone,
        now=work.now,
        customer=each.customer,
    )
    each.step.nudge_id = nudge.id
    _close(work, each, StepState.DONE)


def _whom(work: _Work, each: _Due) -> Staff | None:
    ids = (each.customer.owner_id, each.enrolment.entered_by_id, work.sequence.on_by_id, work.sequence.created_by_id)
    people = (work.session.get(Staff, id_) for id_ in ids if id_ is not None)
    return next((person for person in people if person is not None and person.active), None)


def _close(work: _Work, each: _Due, state: StepState, problem: str = "") -> None:
    ending = _Ending(state, work.now, problem)
    _end(work.session, each.step, each.enrolment, ending, work.plan, company=work.company)


def _its_delivery() -> ColumnElement[bool]:
    return and_(
        col(Delivery.broadcast_id) == EnrolmentStep.broadcast_id,
        col(Delivery.customer_id) == Enrolment.customer_id,
    )
