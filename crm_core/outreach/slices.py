"""The work of large broadcasts, a slice at a time: a stretch of the audience is read, then written down bit by bit.

Reading takes long and keeps nobody waiting; each slice is one short transaction that moves `done_to` on, if it still
stands where the slice begins. So whoever is killed leaves whole slices, and whoever goes on, or works at the same
time, writes nothing twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, text, update
from sqlmodel import Session, col, or_, select

from crm_core.errors import CrmError
from crm_core.outreach import approvals, audiences, deliveries, freezing, settling
from crm_core.outreach.audiences import Audience, Found
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.manners import Manners
from crm_core.outreach.tables import AT_WORK, Broadcast, BroadcastState, BroadcastWork, DeliveryKind
from crm_core.outreach.tally import Tally
from crm_core.outreach.tasks import planning
from crm_core.people.viewer import Viewer
from crm_core.planner import row_by_row


@dataclass(frozen=True)
class Sizes:
    """Customers read at once, and written in one transaction."""

    stretch: int
    slice: int


#: By database. SQLite has one writer, who must not keep the others waiting. On PostgreSQL only who pauses or cancels
#: this broadcast waits for a slice, a tenth of a second; and to give way to the chat before each of many adds up.
SIZES = {"sqlite": Sizes(2_100, 300), "postgresql": Sizes(20_000, 4_000)}
#: Deliveries that follow the state of their broadcast in one transaction.
SETTLED = 2_000

_GOING = (BroadcastState.SCHEDULED, BroadcastState.RUNNING)


@dataclass(frozen=True)
class Job:
    """What is to be done next for a broadcast. `unsettled`: its deliveries are to follow its state first."""

    broadcast_id: int
    work: BroadcastWork
    unsettled: bool


@dataclass(frozen=True)
class Slice:
    """Some of the audience in order, after the customer `after`; `last`: nobody comes after them."""

    broadcast_id: int
    work: BroadcastWork
    after: int
    found: tuple[Found, ...]
    last: bool

    @property
    def to(self) -> int:
        """The customer it comes to."""
        return self.found[-1].customer_id if self.found else self.after


@dataclass(frozen=True)
class Meant:
    """Whom a broadcast is for: `author` sees them, and `audience` reads them."""

    author: Viewer
    audience: Audience


def next_job(session: Session) -> Job | None:
    """The oldest broadcast with something to do; a paused one rests."""
    goes_on = or_(
        col(Broadcast.unsettled),
        Broadcast.work == BroadcastWork.COUNT,
        and_(col(Broadcast.work) != BroadcastWork.NONE, col(Broadcast.state).in_(_GOING)),
    )
    wanted = select(Broadcast).where(text(f"({AT_WORK})"), goes_on).order_by(col(Broadcast.id)).limit(1)
    found = session.exec(wanted).first()
    return None if found is None else Job(found.id, found.work, found.unsettled)


def meant(session: Session, job: Job, *, now: datetime, manners: Manners) -> Meant:
    """Whom the broadcast is for just now. Raises `CrmError` when its author may not send it any more, or the segment is
    not what it was."""
    broadcast = session.get_one(Broadcast, job.broadcast_id)
    author = approvals.author(session, broadcast, manners)
    return Meant(author, audiences.of(session, broadcast, viewer=author, now=now, manners=manners))


def stretch(session: Session, job: Job, meant: Meant, *, manners: Manners) -> list[Slice]:
    """The next of the audience, cut into slices; none when its author sees others by now: ask anew whom it is for.
    Raises `CrmError` when its author may not send it any more."""
    broadcast = session.get_one(Broadcast, job.broadcast_id)
    if broadcast.work is not job.work or approvals.author(session, broadcast, manners) != meant.author:
        return []
    sizes = SIZES[session.get_bind().dialect.name]
    with row_by_row(session):
        found = audiences.read(session, meant.audience, after=broadcast.done_to, limit=sizes.stretch)
    return list(_cut(broadcast, found, sizes))


def keep(session: Session, part: Slice, *, now: datetime) -> bool:
    """Write down one slice, and tell the author when the count is complete; False: somebody else wrote it, or it is not
    wanted any more."""
    broadcast = session.get(Broadcast, part.broadcast_id, with_for_update=True, populate_existing=True)
    if broadcast is None or (broadcast.work, broadcast.done_to) != (part.work, part.after):
        return False
    counts = part.work is BroadcastWork.COUNT
    if not counts and broadcast.state not in _GOING:
        return False
    tally = Tally.read(broadcast.counted if counts else {"left_out": broadcast.left_out})
    tally.add(part.found)
    if counts:
        broadcast.counted = tally.document()
    else:
        _freeze(session, broadcast, part, tally)
    broadcast.done_to = part.to
    if part.last:
        broadcast.work = (
            BroadcastWork.NONE if counts or not planning.is_asked(session, broadcast) else BroadcastWork.TASKS
        )
    session.add(broadcast)
    if counts and part.last:
        tell(session, broadcast, {"notice": "broadcast_counted"}, now)
    session.flush()
    return True


def give_up(session: Session, job: Job, error: CrmError, *, now: datetime) -> None:
    """It cannot be gone on with: nobody else receives it, and its author is told why."""
    moved = session.execute(
        update(Broadcast)
        .where(col(Broadcast.id) == job.broadcast_id, col(Broadcast.work) == job.work)
        .values(work=BroadcastWork.NONE, state=BroadcastState.CANCELLED, unsettled=True)
    ).rowcount  # type: ignore[attr-defined]
    if moved:
        body = {"notice": "broadcast_stopped", "problem": error.problem, "details": error.details}
        tell(session, session.get_one(Broadcast, job.broadcast_id), body, now)


def tell(session: Session, broadcast: Broadcast, body: Mapping[str, object], now: datetime) -> None:
    """A notice about it to its author, where they asked for it if they are there."""
    staff_id = broadcast.created_by_id
    handle = None if staff_id is None else deliveries.address(session, staff_id, broadcast.platform)
    if handle is not None:
        body = {**body, "broadcast_id": broadcast.id}
        deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)


def settle(session: Session, job: Job) -> None:
    """Some more of its deliveries follow its state."""
    broadcast = session.get(Broadcast, job.broadcast_id, with_for_update=True, populate_existing=True)
    if broadcast is not None:
        settling.settle(session, broadcast, SETTLED)


def divide(session: Session, job: Job, *, now: datetime) -> None:
    """The next task of the frozen audience, or the end of it."""
    broadcast = session.get(Broadcast, job.broadcast_id, with_for_update=True, populate_existing=True)
    if broadcast is None or broadcast.work is not BroadcastWork.TASKS:
        return
    if not planning.plan_next(session, broadcast, at=broadcast.send_at or now):
        broadcast.work = BroadcastWork.NONE
        session.add(broadcast)


def _cut(broadcast: Broadcast, found: list[Found], sizes: Sizes) -> Iterator[Slice]:
    ends, after = len(found) < sizes.stretch, broadcast.done_to
    for at in range(0, max(len(found), 1), sizes.slice):
        some = tuple(found[at : at + sizes.slice])
        part = Slice(broadcast.id, broadcast.work, after, some, last=ends and at + sizes.slice >= len(found))
        yield part
        after = part.to


def _freeze(session: Session, broadcast: Broadcast, part: Slice, tally: Tally) -> None:
    at = broadcast.send_at or broadcast.created_at
    broadcast.left_out = tally.left_out
    freezing.write(session, broadcast, part.found, at)
