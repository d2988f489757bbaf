"""Tasks in the hands of a worker: taken under a lease, after a last look at whom they may reach.

A task is `creating` from before the platform is asked until we have written down what it said. Whoever finds one in
that state with its lease run out asks the platform first whether the task is there, and creates nothing before it has
said no.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Boolean, ColumnElement, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from crm_core.customers.tables import Customer
from crm_core.group_sends import Order
from crm_core.outreach import enclosures, frequency
from crm_core.outreach.manners import Manners, quiet_until
from crm_core.outreach.sequences import steps
from crm_core.outreach.tables import UNFINISHED, Broadcast, BroadcastState, Delivery, DeliveryState, Task, TaskState
from crm_core.people.tables import Staff


class Step(StrEnum):
    """What a worker does with a task: have it created, find out whether it was, look what came of it, take it back."""

    CREATE = "create"
    FIND = "find"
    LOOK = "look"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Job:
    """A task in the hands of a worker. `remind`: it is time to."""

    task_id: int
    worker: str
    step: Step
    order: Order
    msgid: str = ""
    tried_at: datetime | None = None
    remind: bool = False


def due(session: Session, platform: str) -> datetime | None:
    """When something is next to be done about a task; None when nothing is."""
    return session.scalar(select(func.min(col(Task.not_before))).where(*_mine(platform)))


def claim(
    session: Session,
    platform: str,
    *,
    worker: str,
    now: datetime,
    limit: int,
    lease: timedelta,
    manners: Manners,
) -> list[Job]:
    """Take up to `limit` due tasks under a lease. Call it in a writing session; commit before anything is sent."""
    wanted = select_rows(Task).where(*_mine(platform), col(Task.not_before) <= now)
    ordered = wanted.order_by(col(Task.not_before), col(Task.id)).limit(limit)
    jobs = []
    for task in session.exec(ordered.with_for_update(skip_locked=True, of=Task)).all():
        task.worker, task.not_before = worker, now + lease
        job = _job(session, task, manners, now)
        session.add(task)
        if job is not None:
            jobs.append(job)
    session.flush()
    return jobs


def _mine(platform: str) -> tuple[ColumnElement[bool], ...]:
    """Tasks to be looked after; what is not created yet waits while its broadcast is paused."""
    going = select(col(Broadcast.id)).where(
        col(Broadcast.id) == Task.broadcast_id,
        col(Broadcast.state).in_((BroadcastState.SCHEDULED, BroadcastState.RUNNING)),
    )
    waits = col(Task.state) == TaskState.PLANNED
    unfinished = literal_column(f"(task.{UNFINISHED})", Boolean())
    return unfinished, col(Task.platform) == platform, or_(~waits, going.exists())


def _job(session: Session, task: Task, manners: Manners, now: datetime) -> Job | None:
    """What to do; None when there is nothing to do now."""
    if task.state is TaskState.PLANNED:
        return _to_create(session, task, manners, now)
    job = Job(task.id, task.worker, Step.LOOK, _order(session, task), task.msgid, task.tried_at)
    if not task.msgid:
        return replace(job, step=Step.FIND)
    if task.state is TaskState.CANCELLING:
        return replace(job, step=Step.CANCEL)
    return replace(job, remind=task.remind_at is not None and task.remind_at <= now)


def _to_create(session: Session, task: Task, manners: Manners, now: datetime) -> Job | None:
    staff = session.get_one(Staff, task.staff_id)
    quiet = quiet_until(manners, staff.timezone, now)
    if quiet is not None:
        task.not_before, task.worker = quiet, ""
        return None
    _take_out(session, task)
    _leave_out(session, task, manners, now)
    order = _order(session, task)
    if not order.recipients or not staff.active or not task.sender:
        _give_up(session, task, "sender_gone" if order.recipients else "")
        return None
    _set(session, task, DeliveryState.DUE, DeliveryState.SENDING)
    task.state, task.tried_at = TaskState.CREATING, now
    return Job(task.id, task.worker, Step.CREATE, order)


def _give_up(session: Session, task: Task, problem: str) -> None:
    """Nobody is left, or nobody who could send it."""
    task.state, task.problem = (TaskState.FAILED if problem else TaskState.SENT), problem
    _set(session, task, DeliveryState.DUE, DeliveryState.DEAD, problem)


def _order(session: Session, task: Task) -> Order:
    open_ = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.WAITING)
    recipients = session.scalars(
        select(col(Delivery.recipient))
        .where(col(Delivery.task_id) == task.id, col(Delivery.state).in_(open_))
        .order_by(col(Delivery.id))
    )
    files = enclosures.of(session.get_one(Broadcast, task.broadcast_id))
    return Order(task.sender, task.text, tuple(recipients), task.to_groups, files)


def known(session: Session, platform: str, since: datetime) -> frozenset[str]:
    """What the platform calls our tasks that were created since a day before this moment."""
    ours = select(col(Task.msgid)).where(
        col(Task.platform) == platform, col(Task.msgid) != "", col(Task.tried_at) >= since - timedelta(days=1)
    )
    return frozenset(session.scalars(ours))


def _take_out(session: Session, task: Task) -> None:
    """Whom a sequence does not write to any more: they left it, or replied meanwhile."""
    if session.get_one(Broadcast, task.broadcast_id).sequence_id is None:
        return
    is_due = col(Delivery.state) == DeliveryState.DUE
    theirs = select(col(Delivery.id), col(Customer.id)).join(Customer, col(Customer.id) == Delivery.customer_id)
    for delivery_id, customer_id in session.execute(theirs.where(col(Delivery.task_id) == task.id, is_due)).all():
        if why := steps.unwanted(session, task.broadcast_id, customer_id):
            session.execute(
                update(Delivery)
                .where(col(Delivery.id) == delivery_id, is_due)
                .values(state=DeliveryState.CANCELLED, problem=why)
                .execution_options(synchronize_session=False)
            )


def _leave_out(session: Session, task: Task, manners: Manners, now: datetime) -> None:
    """The last look: what changed since the audience was frozen."""
    broadcast = session.get_one(Broadcast, task.broadcast_id)
    cap = manners.by_staff.get(task.platform)
    own = aliased(Customer)
    theirs = col(own.id) == Delivery.customer_id
    reasons = [("opted_out", _opted_out()), ("duplicate", _repeated())]
    if cap is not None:
        over = frequency.over_cap(own, task.platform, cap, broadcast, now)
        reasons.append(("platform_cap", exists().where(theirs, over)))
    over = frequency.over_week(own, broadcast.id, manners, now)
    reasons.append(("frequency_cap", exists().where(theirs, over)))
    for problem, condition in reasons:
        session.execute(
            update(Delivery)
            .where(col(Delivery.task_id) == task.id, col(Delivery.state) == DeliveryState.DUE, condition)
            .values(state=DeliveryState.SKIPPED, problem=problem)
            .execution_options(synchronize_session=False)
        )


def _opted_out() -> ColumnElement[bool]:
    """Somebody of the family of the delivery's customer did."""
    own, member = aliased(Customer), aliased(Customer)
    root = func.coalesce(own.merged_into_id, own.id)
    return exists().where(
        col(own.id) == Delivery.customer_id,
        or_(col(member.id) == root, col(member.merged_into_id) == root),
        col(member.opted_out_at).is_not(None),
    )


def _repeated() -> ColumnElement[bool]:
    """An earlier delivery of the broadcast goes to a record that was merged with this one."""
    own, other, earlier = aliased(Customer), aliased(Customer), aliased(Delivery)
    merged = or_(
        col(other.id) == own.merged_into_id,
        col(other.merged_into_id) == own.id,
        col(other.merged_into_id) == own.merged_into_id,
    )
    return exists().where(
        col(own.id) == Delivery.customer_id,
        merged,
        col(other.id) != own.id,
        col(earlier.broadcast_id) == Delivery.broadcast_id,
        col(earlier.customer_id) == other.id,
        col(earlier.id) < Delivery.id,
        col(earlier.state).in_(frequency.REACHES),
    )


def _set(session: Session, task: Task, before: DeliveryState, after: DeliveryState, problem: str = "") -> None:
    session.execute(
        update(Delivery)
        .where(col(Delivery.task_id) == task.id, col(Delivery.state) == before)
        .values(state=after, problem=problem)
        .execution_options(synchronize_session=False)
    )
