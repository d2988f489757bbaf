"""Customers in a sequence: they enter, are taken out, or move over to a newer version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from crm_core.customers.permits import require_sight, require_write, visible
from crm_core.customers.tables import Customer
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.outreach.sequences import plans, sequences, steps, waves
from crm_core.outreach.sequences.company import Company
from crm_core.outreach.sequences.tables import (
    Enrolment,
    EnrolmentState,
    EnrolmentStep,
    Leaving,
    Sequence,
    SequenceState,
    SequenceVersion,
    StepState,
)
from crm_core.people.viewer import Right, Viewer

_OPEN = (StepState.PLANNED, StepState.SENDING)


@dataclass(frozen=True)
class UnderWay:
    """A customer in a sequence. `number`: of their next step, which is due at `due_at`, or `sending`."""

    enrolment: Enrolment
    customer: Customer
    sequence: Sequence
    number: int
    due_at: datetime
    sending: bool


def enter(
    session: Session, sequence: Sequence, customer: Customer, *, viewer: Viewer, now: datetime, company: Company
) -> Enrolment:
    """By hand. Raises `NotAllowed`, `NotFound`, `Conflict` (`sequence_not_on`, `sequence_already_in`), and
    `Invalid("sequence_opted_out")`."""
    require_write(viewer, customer)
    viewer.require(Right.BROADCAST)
    if sequence.state not in {SequenceState.ON, SequenceState.PAUSED}:
        raise Conflict("sequence_not_on", name=sequence.name)
    if customer.opted_out_at is not None:
        raise Invalid("sequence_opted_out", name=customer.name)
    if active(session, sequence, customer) is not None:
        raise Conflict("sequence_already_in", name=customer.name, sequence=sequence.name)
    version = sequences.in_force(session, sequence)
    return begin(session, version, customer, by=viewer.staff_id, now=now, company=company)


def begin(
    session: Session, version: SequenceVersion, customer: Customer, *, by: int | None, now: datetime, company: Company
) -> Enrolment:
    """Write down that a customer enters, with their first step. Whether they may is checked already."""
    enrolment = Enrolment(
        sequence_id=version.sequence_id,
        version_id=version.id,
        customer_id=customer.id,
        entered_at=now,
        entered_by_id=by,
        entered_stage=customer.stage,
    )
    session.add(enrolment)
    session.flush()
    steps.plan_next(session, enrolment, plans.of(version), since=now, company=company)
    return enrolment


def active(session: Session, sequence: Sequence, customer: Customer) -> Enrolment | None:
    """The enrolment of a customer who is under way."""
    return session.exec(
        select(Enrolment).where(
            Enrolment.sequence_id == sequence.id,
            Enrolment.customer_id == customer.id,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    ).first()


def remove(session: Session, sequence: Sequence, customer: Customer, *, viewer: Viewer, now: datetime) -> Enrolment:
    """Take a customer out. Raises `NotAllowed`, `NotFound("sequence_not_in")`."""
    require_write(viewer, customer)
    enrolment = active(session, sequence, customer)
    if enrolment is None:
        raise NotFound("sequence_not_in", name=customer.name, sequence=sequence.name)
    leave(session, enrolment, Leaving.REMOVED, now=now)
    return enrolment


def leave(session: Session, enrolment: Enrolment, why: Leaving, *, now: datetime) -> None:
    """End it before its last step; what is on its way is taken back as far as it can be."""
    enrolment.state, enrolment.left_why, enrolment.ended_at = EnrolmentState.LEFT, why.value, now
    if why is Leaving.REPLIED and enrolment.replied_step is None:
        enrolment.replied_step = enrolment.step
    session.add(enrolment)
    step = session.exec(
        select(EnrolmentStep).where(EnrolmentStep.enrolment_id == enrolment.id, col(EnrolmentStep.state).in_(_OPEN))
    ).first()
    if step is not None and step.state is StepState.PLANNED:
        step.state = StepState.CANCELLED
        session.add(step)
    elif step is not None and step.broadcast_id is not None:
        waves.take_back(session, step.broadcast_id, enrolment.customer_id)
    session.flush()


def under_way(
    session: Session, *, viewer: Viewer, sequence: Sequence | None = None, customer: Customer | None = None,
    after: int = 0, limit: int = 20,
) -> list[UnderWay]:  # fmt: skip
    """Who is under way among this viewer's customers, by enrolment; of one sequence, or of one customer."""
    if customer is not None:
        require_sight(viewer, customer)
    wanted = (
        select(Enrolment, Customer, Sequence, EnrolmentStep)
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .join(Sequence, col(Sequence.id) == Enrolment.sequence_id)
        .join(EnrolmentStep, col(EnrolmentStep.enrolment_id) == Enrolment.id)
        .where(
            Enrolment.state == EnrolmentState.ACTIVE,
            col(EnrolmentStep.state).in_(_OPEN),
            col(Enrolment.id) > after,
            visible(viewer),
        )
    )
    if sequence is not None:
        wanted = wanted.where(Enrolment.sequence_id == sequence.id)
    if customer is not None:
        wanted = wanted.where(Enrolment.customer_id == customer.id)
    rows = session.exec(wanted.order_by(col(Enrolment.id)).limit(limit)).all()
    return [
        UnderWay(enrolment, who, what, step.number, step.due_at, step.state is StepState.SENDING)
        for enrolment, who, what, step in rows
    ]


def count_active(session: Session, sequence: Sequence, *, viewer: Viewer) -> int:
    """How many of this viewer's customers are under way."""
    return session.exec(
        select(func.count())
        .select_from(Enrolment)
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .where(Enrolment.sequence_id == sequence.id, Enrolment.state == EnrolmentState.ACTIVE, visible(viewer))
    ).one()


def behind(session: Session, sequence: Sequence) -> int:
    """How many are under way with another version than the one in force."""
    version = sequences.in_force(session, sequence)
    return session.exec(
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.sequence_id == sequence.id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.version_id != version.id,
        )
    ).one()


def move_over(
    session: Session, sequence: Sequence, *, viewer: Viewer, now: datetime, company: Company, limit: int = 2000
) -> int:
    """Whoever is under way with an older version goes on with the one in force, at the step they are at; how many.

    A step that is just being sent is sent first. Raises `NotAllowed` unless an administrator asks.
    """
    viewer.require(Right.ADMIN)
    version = sequences.in_force(session, sequence)
    plan = plans.of(version)
    wanted = (
        select(Enrolment, EnrolmentStep)
        .join(EnrolmentStep, col(EnrolmentStep.enrolment_id) == Enrolment.id)
        .where(
            Enrolment.sequence_id == sequence.id,
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.version_id != version.id,
            col(EnrolmentStep.state).in_(_OPEN),
        )
        .order_by(col(Enrolment.id))
        .limit(limit)
    )
    rows = session.exec(wanted.with_for_update(of=Enrolment)).all()
    for enrolment, step in rows:
        enrolment.version_id = version.id
        session.add(enrolment)
        if step.state is StepState.PLANNED:
            steps.plan_again(session, enrolment, step, plan, now=now, company=company)
    session.flush()
    return len(rows)
