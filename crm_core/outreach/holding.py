"""After a restore nothing goes out by itself until an administrator has decided.

What was said between the backup and the restore is known to the people who read it, and not to the database: those
deliveries are `unsure`. What was to wait until after the restore, such as for the end of quiet hours, is not among
them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, text, update
from sqlmodel import Session, col, select

from crm_core.outreach import occurrences, standstill
from crm_core.outreach.sequences.steps import GOING
from crm_core.outreach.sequences.tables import (
    Enrolment,
    EnrolmentState,
    EnrolmentStep,
    Sequence,
    SequenceState,
    StepState,
)
from crm_core.outreach.tables import OPEN, RESTORED, Delivery, DeliveryKind, DeliveryState, Task, TaskState

_REASON = "held"
_SLICE = 500


@dataclass(frozen=True)
class Held:
    """Nothing goes out: the database was brought back at `restored_at` to what it was at `taken_at`."""

    taken_at: datetime
    restored_at: datetime


@dataclass(frozen=True)
class Waiting:
    """How many deliveries wait. `unsure`: they were due before the restore, and may have gone out already. `sequences`:
    how many have steps of which that is true."""

    unsure: int
    sure: int
    sequences: int = 0


def hold(session: Session, held: Held) -> None:
    """From now on nothing goes out, on any node."""
    told = {"taken_at": held.taken_at.isoformat(), "restored_at": held.restored_at.isoformat()}
    standstill.begin(session, _REASON, told, now=held.restored_at)


def held(session: Session) -> Held | None:
    """Why nothing goes out; None: it is not for a restore."""
    told = standstill.told(session, _REASON)
    if told is None:
        return None
    return Held(datetime.fromisoformat(told["taken_at"]), datetime.fromisoformat(told["restored_at"]))


def waiting(session: Session, found: Held) -> Waiting:
    """What would go out if it might."""
    before = _may_have_gone(found)
    counted = select(func.count()).select_from(Delivery).where(text(OPEN))
    unsure = session.exec(counted.where(before)).one() + len(_unplanned(session, found))
    return Waiting(unsure, session.exec(counted.where(~before)).one(), len(_unsure_sequences(session, found)))


def release(session: Session, *, unsure: bool, now: datetime, country: str) -> Waiting | None:
    """Let everything go out again; None: it did already. `unsure`: also what may have gone out before; otherwise that
    is given up: a recurring nudge goes on with the next time, any other stays among the to-dos. Sequences with such
    steps are paused, for somebody to look."""
    found = held(session)
    if found is None or not standstill.end(session, _REASON):
        return None
    counts = waiting(session, found)
    if not unsure:
        _give_up(session, found, now=now, country=country)
    standstill.look_again(session, now)
    return counts


def _give_up(session: Session, found: Held, *, now: datetime, country: str) -> None:
    while ids := _unplanned(session, found):
        occurrences.reconcile(session, ids)
        session.flush()
        if _unplanned(session, found) == ids:
            break
    while rows := _unsure_nudges(session, found):
        for row in rows:
            row.state, row.problem = DeliveryState.CANCELLED, RESTORED
            session.add(row)
            session.flush()
            occurrences.given_up(session, row, now=now, country=country)
        session.flush()
    _cancel_all(session, found)
    paused = {"state": SequenceState.PAUSED, "changed_at": now}
    session.execute(update(Sequence).where(col(Sequence.id).in_(_unsure_sequences(session, found))).values(paused))


def _may_have_gone(found: Held) -> ColumnElement[bool]:
    """It was due before the restore, and did not wait for a moment after it."""
    waited = and_(col(Delivery.state) == DeliveryState.DUE, col(Delivery.not_before) > found.restored_at)
    return and_(col(Delivery.due_at) <= found.restored_at, ~waited)


def _unsure_sequences(session: Session, found: Held) -> list[int]:
    wanted = (
        select(Sequence.id)
        .join(Enrolment, col(Enrolment.sequence_id) == Sequence.id)
        .join(EnrolmentStep, col(EnrolmentStep.enrolment_id) == Enrolment.id)
        .where(EnrolmentStep.state == StepState.PLANNED, col(EnrolmentStep.due_at) <= found.restored_at)
        .where(Enrolment.state == EnrolmentState.ACTIVE, col(Sequence.state).in_(GOING))
    )
    return list(session.exec(wanted.distinct()))


def _unplanned(session: Session, found: Held) -> list[int]:
    return occurrences.unplanned(session, until=found.restored_at, limit=_SLICE)


def _unsure_nudges(session: Session, found: Held) -> list[Delivery]:
    wanted = select(Delivery).where(text(OPEN), Delivery.kind == DeliveryKind.NUDGE, _may_have_gone(found))
    return list(session.exec(wanted.limit(_SLICE)))


def _cancel_all(session: Session, found: Held) -> None:
    """Everything else that was due; what members of staff were to be asked for is not asked for again."""
    gone = {"state": DeliveryState.CANCELLED, "problem": RESTORED}
    session.execute(update(Delivery).where(text(OPEN), _may_have_gone(found)).values(gone))
    asked = select(Task.id).where(
        col(Task.state).in_((TaskState.PLANNED, TaskState.CREATING)), col(Task.not_before) <= found.restored_at
    )
    ids = list(session.exec(asked))
    session.execute(
        update(Delivery)
        .where(
            col(Delivery.task_id).in_(ids),
            or_(col(Delivery.state) == DeliveryState.WAITING, col(Delivery.state) == DeliveryState.HELD),
        )
        .values(gone)
    )
    session.execute(
        update(Task).where(col(Task.id).in_(ids)).values({"state": TaskState.CANCELLED, "problem": RESTORED})
    )
