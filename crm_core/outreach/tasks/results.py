"""What came of a task, written down by the worker that has it in hands.

    planned ──claim──▶ creating ──▶ dispatching ──▶ waiting ──▶ part_sent ──▶ sent
      ▲                  │  ▲ │                       │ └──────────────────────▲
      └──not there───────┘  └─┘ nobody knows          └──▶ cancelling ──▶ cancelled | closed
                         └─▶ failed

Nothing is written by a worker whose lease another one has taken over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import Session, col

from crm_core.chat import DeliveryError
from crm_core.group_sends import Created, Progress, Reached, TaskCancelled, TaskUnknown
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import (
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Task,
    TaskState,
)
from crm_core.outreach.tasks import planning, rhythm
from crm_core.outreach.tasks.claims import Job
from crm_core.people.tables import Staff

#: Why a task is taken back, when nobody asked for it.
EXPIRED = "not_confirmed"

#: Recipients in one statement.
_MOST = 500


def created(session: Session, job: Job, made: Created, *, now: datetime, manners: Manners, country: str) -> None:
    """The platform has it. Those it refused are given up, and the member is told what to confirm."""
    task = _held(session, job)
    if task is None:
        return
    _mark(session, task, made.refused, _Mark(DeliveryState.DEAD, "refused"))
    if not made.msgid:
        _end(session, task, TaskState.FAILED, _Mark(DeliveryState.DEAD, "refused"))
        return
    task.msgid, task.created_at, task.attempts, task.problem = made.msgid, now, 0, ""
    _turn(session, task, DeliveryState.SENDING, DeliveryState.WAITING)
    if task.state is TaskState.CANCELLING:
        _later(session, task, now)
        return
    staff = session.get_one(Staff, task.staff_id)
    task.state = TaskState.DISPATCHING
    task.remind_at = rhythm.next_morning(now, staff.timezone, manners, country)
    _later(session, task, rhythm.next_look(now, now))
    _tell(session, task, now)


def not_created(session: Session, job: Job, error: DeliveryError, *, now: datetime) -> None:
    """It was refused, for good or for now; or nobody knows, and then the platform is asked before anything else."""
    task = _held(session, job)
    if task is None:
        return
    task.problem = error.reason[:500]
    if error.unknown:
        asked_at = now if job.order.files else task.tried_at or now  # its files were uploaded before it was asked for
        _later(session, task, asked_at + rhythm.SETTLED)
    elif error.permanent:
        _end(session, task, TaskState.FAILED, _Mark(DeliveryState.DEAD, error.reason))
    else:
        _plan_again(session, task, _after(task, error, now))


def found(session: Session, job: Job, made: Created | None, *, now: datetime, manners: Manners, country: str) -> None:
    """What an earlier try to create it came to; nothing, and then it is created again."""
    if made is not None:
        created(session, job, made, now=now, manners=manners, country=country)
    elif (task := _held(session, job)) is not None:
        _plan_again(session, task, now)


def looked(session: Session, job: Job, progress: Progress | None, *, now: datetime, reminded: bool = False) -> None:
    """What came of its customers so far. `reminded`: the member was, after that."""
    task = _held(session, job)
    if task is None:
        return
    task.looked_at, task.attempts = now, 0
    if reminded:
        task.remind_at, task.reminders = None, [*task.reminders, now.isoformat()]
    if progress is not None:
        _write(session, task, progress, now)
    if task.state is not TaskState.CANCELLING:
        _move(session, task, progress, now)
    else:
        _later(session, task, now)


def renamed(session: Session, job: Job, msgid: str, *, now: datetime) -> None:
    """The platform knows it by another name than it said."""
    task = _held(session, job)
    if task is not None:
        task.msgid = msgid
        _later(session, task, now)


def cancelled(session: Session, job: Job, progress: Progress | None, *, now: datetime) -> None:
    """The platform took it back; `progress`: what had come of it just before, where that could be learnt."""
    task = _held(session, job)
    if task is None:
        return
    if progress is not None:
        _write(session, task, progress, now)
    _take_back(session, task)


def failed(session: Session, job: Job, error: DeliveryError, *, now: datetime) -> None:
    """It could not be looked after, and is again later; unless there is nothing to be learnt any more."""
    task = _held(session, job)
    if task is None:
        return
    if isinstance(error, TaskCancelled) or _is_lost(task, error, now):
        _take_back(session, task)
        return
    if task.problem != EXPIRED:
        task.problem = error.reason[:500]
    _later(session, task, _after(task, error, now))


def _is_lost(task: Task, error: DeliveryError, now: datetime) -> bool:
    """Nothing is to be learnt about it: unknown there after a day, or nothing but failures for as long as it lives."""
    age = now - (task.created_at or now)
    return age >= rhythm.END + rhythm.LEFT_OUT or (isinstance(error, TaskUnknown) and age >= rhythm.LEFT_OUT)


def _move(session: Session, task: Task, progress: Progress | None, now: datetime) -> None:
    """On to the state that follows from what is known, and to the next look."""
    created_at, task.problem = task.created_at or now, ""
    if progress is not None:
        task.state = _state(session, task, now)
    if task.state is TaskState.SENT:
        task.worker = ""
        session.add(task)
    elif now - created_at >= rhythm.END:
        task.state, task.problem = TaskState.CANCELLING, EXPIRED
        _later(session, task, now)
    else:
        _later(session, task, rhythm.next_look(created_at, now, task.remind_at))


def _held(session: Session, job: Job) -> Task | None:
    """The task, unless another worker took it over."""
    task = session.get(Task, job.task_id, with_for_update=True)
    return task if task is not None and task.worker == job.worker else None


def _after(task: Task, error: DeliveryError, now: datetime) -> datetime:
    if error.retry_after is not None:
        return now + timedelta(seconds=error.retry_after)
    task.attempts += 1
    return rhythm.after_failure(task.attempts, now)


def _later(session: Session, task: Task, at: datetime) -> None:
    """Let go of it until then."""
    task.not_before, task.worker = at, ""
    session.add(task)
    session.flush()
    deliveries.note(session, planning.lane_of(task.platform), at)


def _plan_again(session: Session, task: Task, at: datetime) -> None:
    """It is not there. Taken back meanwhile, it is not made again."""
    if task.state is TaskState.CANCELLING:
        _take_back(session, task)
        return
    _turn(session, task, DeliveryState.SENDING, _resting(session, task))
    task.state = TaskState.PLANNED
    _later(session, task, at)


def _resting(session: Session, task: Task) -> DeliveryState:
    """What is not being sent waits, held while its broadcast is paused."""
    broadcast = session.get_one(Broadcast, task.broadcast_id)
    return DeliveryState.HELD if broadcast.state is BroadcastState.PAUSED else DeliveryState.DUE


def _end(session: Session, task: Task, state: TaskState, mark: "_Mark") -> None:
    """Nothing more will come of it."""
    open_ = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.WAITING, DeliveryState.HELD)
    _set(session, (col(Delivery.task_id) == task.id, col(Delivery.state).in_(open_)), mark)
    task.state, task.problem, task.worker, task.remind_at = state, mark.problem[:500], "", None
    session.add(task)
    session.flush()


def _take_back(session: Session, task: Task) -> None:
    """By us because somebody said so, or because it was not confirmed in time; or by somebody at the platform."""
    if task.problem == EXPIRED:
        _end(session, task, TaskState.CLOSED, _Mark(DeliveryState.DEAD, EXPIRED))
    else:
        _end(session, task, TaskState.CANCELLED, _Mark(DeliveryState.CANCELLED))


def _write(session: Session, task: Task, progress: Progress, now: datetime) -> None:
    """The outcomes into the deliveries; who was reached once stays reached."""
    if progress.confirmed:
        task.confirmed_at = task.confirmed_at or progress.confirmed_at or now
    marks: dict[_Mark, list[str]] = {}
    for to, outcome in progress.outcomes.items():
        if outcome.reached is Reached.SENT:
            marks.setdefault(_Mark(DeliveryState.SENT, sent_at=outcome.at or now), []).append(to)
        elif outcome.reached is not Reached.UNSENT:
            marks.setdefault(_Mark(DeliveryState.DEAD, outcome.reached.value), []).append(to)
    for mark, recipients in marks.items():
        _mark(session, task, recipients, mark)


@dataclass(frozen=True)
class _Mark:
    """What becomes of a delivery."""

    state: DeliveryState
    problem: str = ""
    sent_at: datetime | None = None


def _mark(session: Session, task: Task, recipients: Iterable[str], mark: _Mark) -> None:
    open_ = [DeliveryState.SENDING, DeliveryState.WAITING]
    if mark.state is DeliveryState.SENT:
        open_.append(DeliveryState.DEAD)
    of_task = (col(Delivery.task_id) == task.id, col(Delivery.state).in_(open_))
    left = iter(recipients)
    while some := list(islice(left, _MOST)):
        _set(session, (*of_task, col(Delivery.recipient).in_(some)), mark)


def _turn(session: Session, task: Task, before: DeliveryState, after: DeliveryState) -> None:
    _set(session, (col(Delivery.task_id) == task.id, col(Delivery.state) == before), _Mark(after))


def _set(session: Session, which: tuple[ColumnElement[bool], ...], mark: _Mark) -> None:
    session.execute(
        update(Delivery)
        .where(*which)
        .values(state=mark.state, problem=mark.problem[:500], sent_at=mark.sent_at)
        .execution_options(synchronize_session=False)
    )


def _state(session: Session, task: Task, now: datetime) -> TaskState:
    """By what is known now; whom the member left out a day ago is not waited for any longer."""
    if task.confirmed_at is None:
        return TaskState.WAITING
    task.remind_at = None
    waiting = (col(Delivery.task_id) == task.id, col(Delivery.state) == DeliveryState.WAITING)
    if now - task.confirmed_at >= rhythm.LEFT_OUT:
        _set(session, waiting, _Mark(DeliveryState.DEAD, "not_chosen"))
    left = session.scalar(select(func.count()).select_from(Delivery).where(*waiting))
    return TaskState.PART_SENT if left else TaskState.SENT


def _tell(session: Session, task: Task, now: datetime) -> None:
    """The member hears what to confirm, and why."""
    handle = deliveries.address(session, task.staff_id, task.platform)
    if handle is not None:
        body = {"notice": "task", "task_id": task.id}
        deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)
