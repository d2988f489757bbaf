"""The frozen audience divided into tasks: one for each member of staff, more where one is too small."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from crm_core.outreach import deliveries, templates
from crm_core.outreach.tables import Broadcast, Delivery, Task
from crm_core.people.tables import Staff
from crm_core.relations import parties

#: What the lane of a platform's tasks is called: its name and this.
LANE = ".tasks"
#: How many customers, and how many groups, one task holds (WeCom, page 92135).
CUSTOMERS = 10_000
GROUPS = 2_000


def lane_of(platform: str) -> str:
    """The lane in which the tasks of a platform are looked after."""
    return platform + LANE


def plan(session: Session, broadcast: Broadcast, *, at: datetime) -> None:
    """Give every delivery that a member of staff has to send its task, to be created at this moment."""
    while plan_next(session, broadcast, at=at):
        pass


def plan_next(session: Session, broadcast: Broadcast, *, at: datetime) -> bool:
    """Make one task, of the next deliveries without one; False: every one has its task."""
    share = _next_share(session, broadcast)
    if share is None:
        return False
    platform, staff_id = share
    staff = session.get_one(Staff, staff_id)
    parts = (
        select(func.count())
        .select_from(Task)
        .where(col(Task.broadcast_id) == broadcast.id, col(Task.platform) == platform, col(Task.staff_id) == staff_id)
    )
    task = Task(
        broadcast_id=broadcast.id,
        platform=platform,
        staff_id=staff_id,
        sender=parties.member_of(session, platform, staff_id),
        part=session.scalar(parts) or 0,
        to_groups=broadcast.to_groups,
        text=templates.parse(broadcast.text).fill_for_all(staff.name),
        not_before=at,
    )
    session.add(task)
    session.flush()
    _hand_over(session, task, GROUPS if broadcast.to_groups else CUSTOMERS)
    deliveries.note(session, lane_of(platform), at)
    return True


def is_asked(session: Session, broadcast: Broadcast) -> bool:
    """Whether any delivery still needs a member of staff to be asked."""
    return _next_share(session, broadcast) is not None


def _next_share(session: Session, broadcast: Broadcast) -> tuple[str, int] | None:
    """Platform and member of staff, of the first delivery without a task."""
    wanted = (
        select(col(Delivery.platform), col(Delivery.staff_id))
        .where(
            col(Delivery.broadcast_id) == broadcast.id,
            col(Delivery.staff_id).is_not(None),
            col(Delivery.task_id).is_(None),
        )
        .order_by(col(Delivery.platform), col(Delivery.staff_id))
        .limit(1)
    )
    found = session.execute(wanted).first()
    return None if found is None else (found[0], found[1])


def _hand_over(session: Session, task: Task, size: int) -> None:
    """The next customers of this member become those of the task."""
    free = (
        select(col(Delivery.id))
        .where(
            col(Delivery.broadcast_id) == task.broadcast_id,
            col(Delivery.platform) == task.platform,
            col(Delivery.staff_id) == task.staff_id,
            col(Delivery.task_id).is_(None),
        )
        .order_by(col(Delivery.id))
        .limit(size)
    )
    session.execute(update(Delivery).where(col(Delivery.id).in_(free)).values(task_id=task.id))
