"""How far the members of staff are who were asked to send a broadcast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from crm_core.outreach.tables import Delivery, DeliveryState, Task, TaskState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer


@dataclass(frozen=True)
class Share:
    """One member's part of a broadcast. `state`: of the task that is furthest behind, where there are several.

    `counts`: customers by the state of their delivery; `problems`: those not reached, by why.
    """

    staff_id: int
    name: str
    state: TaskState
    confirmed_at: datetime | None
    reminders: int
    problem: str
    counts: Mapping[DeliveryState, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)


#: Further behind first.
_ORDER = tuple(TaskState)


def shares(session: Session, broadcast_id: int, *, viewer: Viewer) -> list[Share]:
    """Of the members this viewer sees, by name; empty when nobody is asked."""
    wanted = (
        select(Task, col(Staff.name))
        .join(Staff, col(Staff.id) == Task.staff_id)
        .where(col(Task.broadcast_id) == broadcast_id)
        .order_by(col(Staff.name), col(Task.staff_id), col(Task.part))
    )
    if viewer.owners is not None:
        wanted = wanted.where(col(Task.staff_id).in_(viewer.owners))
    tasks: dict[tuple[int, str], list[Task]] = {}
    for task, name in session.execute(wanted).all():
        tasks.setdefault((task.staff_id, name), []).append(task)
    counted = _counted(session, broadcast_id)
    return [_share(staff_id, name, own, counted.get(staff_id, {})) for (staff_id, name), own in tasks.items()]


def waiting(session: Session, task_id: int) -> int:
    """How many customers a task is still to reach."""
    left = (col(Delivery.task_id) == task_id, col(Delivery.state) == DeliveryState.WAITING)
    return session.scalar(select(func.count()).select_from(Delivery).where(*left)) or 0


_Counts = Mapping[tuple[DeliveryState, str], int]


def _counted(session: Session, broadcast_id: int) -> dict[int, dict[tuple[DeliveryState, str], int]]:
    """Member of staff → state and problem → how many."""
    rows = session.execute(
        select(col(Delivery.staff_id), col(Delivery.state), col(Delivery.problem), func.count())
        .where(col(Delivery.broadcast_id) == broadcast_id, col(Delivery.task_id).is_not(None))
        .group_by(col(Delivery.staff_id), col(Delivery.state), col(Delivery.problem))
    )
    found: dict[int, dict[tuple[DeliveryState, str], int]] = {}
    for staff_id, state, problem, count in rows:
        found.setdefault(staff_id or 0, {})[state, problem] = count
    return found


def _share(staff_id: int, name: str, tasks: list[Task], counted: _Counts) -> Share:
    behind = min(tasks, key=lambda task: _ORDER.index(task.state))
    counts: dict[DeliveryState, int] = {}
    problems: dict[str, int] = {}
    for (state, problem), count in counted.items():
        counts[state] = counts.get(state, 0) + count
        if state in {DeliveryState.DEAD, DeliveryState.SKIPPED}:
            problems[problem] = problems.get(problem, 0) + count
    return Share(
        staff_id,
        name,
        behind.state,
        max((task.confirmed_at for task in tasks if task.confirmed_at), default=None),
        max(len(task.reminders) for task in tasks),
        behind.problem,
        counts,
        problems,
    )
