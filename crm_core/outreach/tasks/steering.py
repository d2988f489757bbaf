"""What people do about the tasks of a broadcast: take them back, remind who has not confirmed, look again."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from crm_core.errors import Conflict
from crm_core.outreach import deliveries
from crm_core.outreach.tables import Broadcast, Task, TaskState
from crm_core.outreach.tasks import planning, rhythm
from crm_core.people.viewer import Right, Viewer

_UNCONFIRMED = (TaskState.DISPATCHING, TaskState.WAITING)
_LIVE = (*_UNCONFIRMED, TaskState.PART_SENT)


@dataclass(frozen=True)
class Reminded:
    """How many members are being reminded; how many were often enough within 24 hours."""

    members: int
    too_often: int


def cancel(session: Session, broadcast: Broadcast, *, now: datetime) -> None:
    """Whatever was not created never is; what was is taken back. One that is being created is waited for."""
    for task in _of(session, broadcast):
        if task.state is TaskState.PLANNED:
            task.state = TaskState.CANCELLED
        elif task.state is TaskState.CREATING:
            task.state = TaskState.CANCELLING
        elif task.state in _LIVE:
            task.state = TaskState.CANCELLING
            _soon(session, task, now)
        session.add(task)


def remind(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Reminded:
    """Have everybody reminded who has not confirmed. Raises `Conflict("broadcast_confirmed")` when there is nobody."""
    viewer.require(Right.BROADCAST)
    waiting = [task for task in _of(session, broadcast) if task.state in _UNCONFIRMED]
    if not waiting:
        raise Conflict("broadcast_confirmed", id=broadcast.id)
    free = [task for task in waiting if len(rhythm.lately(task.reminders, now)) < rhythm.MOST_REMINDERS]
    for task in free:
        task.remind_at = now
        _soon(session, task, now)
        session.add(task)
    return Reminded(_members(free), _members(waiting) - _members(free))


def look_again(session: Session, broadcast: Broadcast, *, now: datetime) -> None:
    """Somebody wants to know: look now, unless that was just done."""
    for task in _of(session, broadcast):
        if task.state in _LIVE and (task.looked_at is None or now - task.looked_at >= rhythm.SOONEST):
            _soon(session, task, now)
            session.add(task)


def _of(session: Session, broadcast: Broadcast) -> list[Task]:
    wanted = select(Task).where(Task.broadcast_id == broadcast.id).order_by(col(Task.id))
    return list(session.exec(wanted.with_for_update()).all())


def _soon(session: Session, task: Task, now: datetime) -> None:
    """Now, unless a worker has it in hands: then when it lets go."""
    if not task.worker:
        task.not_before = min(task.not_before, now)
        deliveries.note(session, planning.lane_of(task.platform), now)


def _members(tasks: list[Task]) -> int:
    return len({task.staff_id for task in tasks})
