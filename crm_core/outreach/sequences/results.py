"""What came of a sequence, step by step, among the customers a viewer sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlmodel import Session, col

from crm_core.customers.tables import Customer
from crm_core.outreach.sequences import plans
from crm_core.outreach.sequences.plans import Step
from crm_core.outreach.sequences.tables import (
    Enrolment,
    EnrolmentState,
    EnrolmentStep,
    Leaving,
    SequenceVersion,
    StepState,
)
from crm_core.people.viewer import Right, Viewer


@dataclass(frozen=True)
class StepResult:
    """`waiting`: it is planned or on its way; `reached`: it got there; `missed`: why it did not → how many.

    `replied`: customers who first wrote after this step. `left`: who left after it, by why; those who replied are not
    among them.
    """

    number: int
    step: Step
    waiting: int = 0
    reached: int = 0
    missed: Mapping[str, int] = field(default_factory=dict)
    replied: int = 0
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """Of one version."""

    entered: int
    active: int
    finished: int
    replied: int
    left: Mapping[str, int]
    steps: tuple[StepResult, ...]


def of(session: Session, version: SequenceVersion, *, viewer: Viewer) -> Results:
    """Counts alone; whose they are is seen by `enrolments.under_way`."""
    viewer.require(Right.READ)
    states = _states(session, version, viewer)
    replied = _replied(session, version, viewer)
    left = _left(session, version, viewer)
    ended = _ended(session, version, viewer)
    plan = plans.of(version)
    return Results(
        entered=sum(states.values()),
        active=states.get(EnrolmentState.ACTIVE, 0),
        finished=states.get(EnrolmentState.FINISHED, 0),
        replied=sum(replied.values()),
        left=_summed(left),
        steps=tuple(
            _step(number, step, ended, replied.get(number, 0), left) for number, step in enumerate(plan.steps, start=1)
        ),
    )


_Left = Mapping[tuple[int, str], int]
_Ended = Mapping[tuple[int, StepState, str], int]


def _step(number: int, step: Step, ended: _Ended, replied: int, left: _Left) -> StepResult:
    own = {(state, problem): count for (at, state, problem), count in ended.items() if at == number}
    missed: dict[str, int] = {}
    for (state, problem), count in own.items():
        if state in {StepState.LEFT_OUT, StepState.FAILED}:
            missed[problem] = missed.get(problem, 0) + count
    return StepResult(
        number,
        step,
        waiting=sum(count for (state, _), count in own.items() if state in {StepState.PLANNED, StepState.SENDING}),
        reached=sum(count for (state, _), count in own.items() if state is StepState.DONE),
        missed=missed,
        replied=replied,
        left={why: count for (at, why), count in left.items() if at == number and why != Leaving.REPLIED},
    )


def _summed(left: _Left) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, why), count in left.items():
        found[why] = found.get(why, 0) + count
    return found


def _in_sight(viewer: Viewer) -> ColumnElement[bool]:
    """Records that were merged count too."""
    if viewer.owners is None:
        return true()
    return or_(col(Customer.owner_id).is_(None), col(Customer.owner_id).in_(sorted(viewer.owners)))


def _states(session: Session, version: SequenceVersion, viewer: Viewer) -> dict[EnrolmentState, int]:
    rows = session.execute(
        select(col(Enrolment.state), func.count())
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .where(col(Enrolment.version_id) == version.id, _in_sight(viewer))
        .group_by(col(Enrolment.state))
    )
    return {row[0]: row[1] for row in rows}


def _replied(session: Session, version: SequenceVersion, viewer: Viewer) -> dict[int, int]:
    rows = session.execute(
        select(col(Enrolment.replied_step), func.count())
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .where(col(Enrolment.version_id) == version.id, col(Enrolment.replied_step).is_not(None), _in_sight(viewer))
        .group_by(col(Enrolment.replied_step))
    )
    return {number or 0: count for number, count in rows}


def _left(session: Session, version: SequenceVersion, viewer: Viewer) -> dict[tuple[int, str], int]:
    rows = session.execute(
        select(col(Enrolment.step), col(Enrolment.left_why), func.count())
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .where(col(Enrolment.version_id) == version.id, col(Enrolment.state) == EnrolmentState.LEFT, _in_sight(viewer))
        .group_by(col(Enrolment.step), col(Enrolment.left_why))
    )
    return {(number, why): count for number, why, count in rows}


def _ended(session: Session, version: SequenceVersion, viewer: Viewer) -> dict[tuple[int, StepState, str], int]:
    rows = session.execute(
        select(col(EnrolmentStep.number), col(EnrolmentStep.state), col(EnrolmentStep.problem), func.count())
        .join(Enrolment, col(Enrolment.id) == EnrolmentStep.enrolment_id)
        .join(Customer, col(Customer.id) == Enrolment.customer_id)
        .where(col(Enrolment.version_id) == version.id, _in_sight(viewer))
        .group_by(col(EnrolmentStep.number), col(EnrolmentStep.state), col(EnrolmentStep.problem))
    )
    return {(number, state, problem): count for number, state, problem, count in rows}
