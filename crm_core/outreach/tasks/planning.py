"""The frozen audience divided into tasks: one for each member of staff, more where one is too small."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from crm_core.outreach import templates
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
    text = templates.parse(broadcast.text)
    size = GROUPS if broadcast.to_groups else CUSTOMERS
    for platform, staff_id, count in _shares(session, broadcast):
        staff = session.get_one(Staff, staff_id)
        for part in range((count + size - 1) // size):
            task = Task(
                broadcast_id=broadcast.id,
                platform=platform,
                staff_id=staff_id,
                sender=parties.member_of(session, platform, staff_id),
                part=part,
                to_groups=broadcast.to_groups,
                text=text.fill_for_all(staff.name),
                not_before=at,
            )
            session.add(task)
            session.flush()
            _hand_over(session, task, size)


def _shares(session: Session, broadcast: Broadcast) -> list[tuple[str, int, int]]:
    """Platform, member of staff, and how many customers are theirs."""
    counted = (
        select(col(Delivery.platform), col(Delivery.staff_id), func.count())
        .where(col(Delivery.broadcast_id) == broadcast.id, col(Delivery.staff_id).is_not(None))
        .group_by(col(Delivery.platform), col(Delivery.staff_id))
        .order_by(col(Delivery.platform), col(Delivery.staff_id))
    )
    return [(platform, staff_id or 0, count) for platform, staff_id, count in session.execute(counted)]


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
