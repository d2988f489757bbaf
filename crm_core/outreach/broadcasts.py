"""One text to many customers: drafted, confirmed once, approved by somebody else where that is asked for, and steered.

A small one is frozen where it is confirmed, in one transaction. A large one is frozen a slice at a time afterwards, see
`slices`, and begins to be sent meanwhile.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows
from sqlmodel.sql.expression import SelectOfScalar

from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.files.tables import HandedFile
from crm_core.outreach import approvals, audiences, authors, enclosures, freezing, settling, states, templates
from crm_core.outreach.audiences import Found
from crm_core.outreach.manners import POLITE, Manners
from crm_core.outreach.tables import BROADCAST_OVER, Broadcast, BroadcastState, BroadcastWork, Delivery, DeliveryState
from crm_core.outreach.tally import SMALL, Tally
from crm_core.outreach.tasks import steering
from crm_core.people.viewer import Right, Viewer

#: Longest text, in characters.
LONGEST = 2000

_MOVING = (BroadcastState.SCHEDULED, BroadcastState.RUNNING)
_OPEN = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.WAITING)


def draft(
    session: Session,
    segment: str,
    text: str,
    *,
    viewer: Viewer,
    now: datetime,
    to_groups: bool = False,
    platform: str = "",
    files: Sequence[HandedFile] = (),
) -> Broadcast:
    """A broadcast nobody receives yet; `to_groups`: for the groups linked to the customers, not for them. Raises
    `Invalid` for a text that is too long, has unknown variables, or is empty without `files`, and what the segment and
    the files raise.
    """
    made = Broadcast(
        created_by_id=viewer.staff_id,
        segment=segment,
        text=_clean(text, may_be_empty=bool(files)),
        created_at=now,
        to_groups=to_groups,
        platform=platform,
    )
    enclosures.put(session, made, files, now=now)
    return _drafted(session, made, viewer=viewer, now=now)


def draft_again(session: Session, failed: Broadcast, *, viewer: Viewer, now: datetime, platform: str = "") -> Broadcast:
    """The same once more, to those alone whom it did not reach. Raises `Conflict` while it is not over and when it was
    refused, and `NotFound` when its files are not kept any more."""
    if failed.state is BroadcastState.REFUSED:
        raise states.refusal(failed)
    if failed.state not in BROADCAST_OVER:
        raise Conflict("broadcast_not_over", id=failed.id)
    enclosures.again(session, failed, now=now)
    again = Broadcast(
        created_by_id=viewer.staff_id,
        segment=failed.segment,
        text=failed.text,
        files=failed.files,
        created_at=now,
        to_groups=failed.to_groups,
        platform=platform,
        resends_id=failed.id,
    )
    return _drafted(session, again, viewer=viewer, now=now)


def get(session: Session, broadcast_id: int, *, viewer: Viewer) -> Broadcast:
    """A broadcast of this viewer, or of somebody whose customers they see; else `NotFound`."""
    broadcast = session.get(Broadcast, broadcast_id) if 0 < broadcast_id < 2**63 else None
    if broadcast is None or not _visible(broadcast, viewer):
        raise NotFound("broadcast_not_found", id=str(broadcast_id)[:20])
    return broadcast


def latest(session: Session, *, viewer: Viewer, limit: int = 10) -> list[Broadcast]:
    """The newest broadcasts this viewer may see, drafts (see `drafts`) and steps of sequences left out."""
    wanted = select_rows(Broadcast).where(Broadcast.state != BroadcastState.DRAFT, col(Broadcast.sequence_id).is_(None))
    if viewer.owners is not None:
        wanted = wanted.where(col(Broadcast.created_by_id).in_(viewer.owners))
    return list(session.exec(wanted.order_by(col(Broadcast.id).desc()).limit(limit)))


def drafts(session: Session, *, viewer: Viewer, limit: int = 3) -> list[Broadcast]:
    """The newest drafts that this viewer made; those of others are nobody else's yet."""
    return list(session.exec(_own(viewer).where(Broadcast.state == BroadcastState.DRAFT).limit(limit)))


def unconfirmed(session: Session, *, viewer: Viewer, since: datetime) -> Broadcast | None:
    """The last broadcast this viewer began, if that was after this moment, and it is a draft that can still be sent."""
    last = session.exec(_own(viewer).limit(1)).first()
    if last is None or last.state is not BroadcastState.DRAFT or last.created_at <= since:
        return None
    return last if viewer.may(Right.BROADCAST) else None


def confirm(
    session: Session,
    broadcast: Broadcast,
    *,
    viewer: Viewer,
    now: datetime,
    at: datetime | None = None,
    manners: Manners = POLITE,
    approval_above: int = 0,
) -> Broadcast:
    """Freeze the audience and send, now or at this time; to more than `approval_above` (0: to however many) only once
    somebody else approved. Confirmed again, it stays as it is: nobody gets it twice.

    Raises `Invalid` for a time that has passed and when nobody would receive it, `NotAllowed` for a draft of somebody
    else's, `NotFound` when a file is gone, and `Conflict("broadcast_nobody_approves")`.
    """
    viewer.require(Right.BROADCAST)
    if at is not None and at <= now:
        raise Invalid("broadcast_in_the_past", at=f"{at.astimezone(ZoneInfo(viewer.timezone)):%Y-%m-%d %H:%M}")
    if broadcast.state is not BroadcastState.DRAFT:
        return broadcast
    authors.require(session, broadcast, viewer=viewer)
    enclosures.keep(session, broadcast)
    found = audiences.find(session, broadcast, viewer=viewer, now=now, manners=manners, limit=SMALL + 1)
    size = _size(broadcast, found)
    if not size:
        raise Invalid("broadcast_nobody")
    if approval_above and size > approval_above:
        if _move(session, broadcast, (BroadcastState.DRAFT,), BroadcastState.APPROVAL, send_at=at):
            approvals.ask(session, broadcast, viewer=viewer, now=now, above=approval_above)
        return broadcast
    return _begin(session, broadcast, BroadcastState.DRAFT, found, now=now, at=at, manners=manners)


def approve(
    session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime, manners: Manners = POLITE
) -> Broadcast:
    """Somebody else agrees: it goes out as its author asked for, at once if that moment has passed.

    Raises `NotAllowed` (also when its author may not send it any more), `Conflict` (`broadcast_state`,
    `broadcast_refused`).
    """
    approvals.require(session, broadcast, viewer=viewer)
    if broadcast.state is not BroadcastState.APPROVAL:
        raise states.refusal(broadcast)
    author = approvals.author(session, broadcast, manners)
    at = broadcast.send_at if broadcast.send_at is not None and broadcast.send_at > now else None
    found = audiences.find(session, broadcast, viewer=author, now=now, manners=manners, limit=SMALL + 1)
    _begin(session, broadcast, BroadcastState.APPROVAL, found, now=now, at=at, manners=manners)
    approvals.decided(session, broadcast, "approved", viewer=viewer, now=now)
    return broadcast


def refuse(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Broadcast:
    """Somebody else does not agree: nobody receives it. Raises like `approve`."""
    approvals.require(session, broadcast, viewer=viewer)
    if not _move(session, broadcast, (BroadcastState.APPROVAL,), BroadcastState.REFUSED):
        raise states.refusal(broadcast)
    approvals.decided(session, broadcast, "refused", viewer=viewer, now=now)
    return broadcast


def pause(session: Session, broadcast: Broadcast, *, viewer: Viewer) -> Broadcast:
    """Send nothing more until it is resumed; what is just being sent still arrives."""
    return _steer(session, broadcast, viewer, _MOVING, BroadcastState.PAUSED)


def resume(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Broadcast:
    """Go on where it was paused."""
    later = broadcast.send_at is not None and broadcast.send_at > now
    state = BroadcastState.SCHEDULED if later else BroadcastState.RUNNING
    _steer(session, broadcast, viewer, (BroadcastState.PAUSED,), state)
    freezing.note_lanes(session, broadcast, broadcast.send_at or now)
    return broadcast


def cancel(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Broadcast:
    """Nobody else receives it; what was sent stays sent. What members of staff were asked to send is taken back."""
    before = (BroadcastState.DRAFT, BroadcastState.APPROVAL, *_MOVING, BroadcastState.PAUSED)
    _steer(session, broadcast, viewer, before, BroadcastState.CANCELLED)
    broadcast.work = BroadcastWork.NONE
    session.add(broadcast)
    steering.cancel(session, broadcast, now=now)
    return broadcast


def finish(session: Session, *, now: datetime) -> list[Broadcast]:
    """Move broadcasts on: scheduled ones that began, running ones that came to their end; the latter are returned. What
    was held by a last check that overlapped with the resuming is let go.
    """
    begun = select_rows(Broadcast).where(Broadcast.state == BroadcastState.SCHEDULED, col(Broadcast.send_at) <= now)
    for broadcast in session.exec(begun).all():
        _move(session, broadcast, (BroadcastState.SCHEDULED,), BroadcastState.RUNNING)
    theirs = select(col(Delivery.id)).where(col(Delivery.broadcast_id) == Broadcast.id)
    held = theirs.where(col(Delivery.state) == DeliveryState.HELD)
    for broadcast in session.exec(select_rows(Broadcast).where(col(Broadcast.state).in_(_MOVING), held.exists())).all():
        settling.settle(session, broadcast, SMALL)
    still = theirs.where(col(Delivery.state).in_(_OPEN))
    ended = select_rows(Broadcast).where(
        Broadcast.state == BroadcastState.RUNNING, Broadcast.work == BroadcastWork.NONE, ~still.exists()
    )
    running = (BroadcastState.RUNNING,)
    return [each for each in session.exec(ended).all() if _move(session, each, running, BroadcastState.DONE)]


def _own(viewer: Viewer) -> SelectOfScalar[Broadcast]:
    """The broadcasts that this viewer made, the newest first."""
    own = select_rows(Broadcast).where(Broadcast.created_by_id == viewer.staff_id, col(Broadcast.sequence_id).is_(None))
    return own.order_by(col(Broadcast.id).desc())


def _drafted(session: Session, broadcast: Broadcast, *, viewer: Viewer, now: datetime) -> Broadcast:
    viewer.require(Right.BROADCAST)
    session.add(broadcast)
    session.flush()
    audiences.find(session, broadcast, viewer=viewer, now=now, manners=POLITE, limit=0)
    return broadcast


def _size(broadcast: Broadcast, found: list[Found]) -> int:
    """To how many it goes, as far as that is known: by the last count where there are too many to count here."""
    return Tally.of(found).reachable if len(found) <= SMALL else Tally.read(broadcast.counted).reachable or len(found)


def _begin(
    session: Session,
    broadcast: Broadcast,
    before: BroadcastState,
    found: list[Found],
    *,
    now: datetime,
    at: datetime | None,
    manners: Manners,
) -> Broadcast:
    """From this state on it is sent; a small one is frozen here, a large one by `slices`."""
    state, start = (BroadcastState.RUNNING, now) if at is None else (BroadcastState.SCHEDULED, at)
    work = BroadcastWork.FREEZE if len(found) > SMALL else BroadcastWork.NONE
    began = _move(
        session, broadcast, (before,), state, send_at=start, confirmed_at=now, work=work, done_to=0, left_out={}
    )
    if not began or work is BroadcastWork.FREEZE:
        freezing.note_work(session, now)
        return broadcast
    tally = Tally.of(found)
    if not tally.reachable:
        raise Invalid("broadcast_nobody")
    broadcast.left_out = tally.left_out
    session.add(broadcast)
    freezing.freeze(session, broadcast, found, start, is_asking=bool(manners.asking))
    return broadcast


def _steer(
    session: Session, broadcast: Broadcast, viewer: Viewer, before: tuple[BroadcastState, ...], after: BroadcastState
) -> Broadcast:
    viewer.require(Right.BROADCAST)
    if broadcast.state is after:
        return broadcast
    if not _move(session, broadcast, before, after):
        raise states.refusal(broadcast)
    settling.settle(session, broadcast, SMALL)
    return broadcast


def _move(
    session: Session, broadcast: Broadcast, before: tuple[BroadcastState, ...], after: BroadcastState, **values: object
) -> bool:
    """Compare and set; the row is read afresh either way."""
    session.flush()
    moved = session.execute(
        update(Broadcast)
        .where(col(Broadcast.id) == broadcast.id, col(Broadcast.state).in_(before))
        .values(state=after, **values)
    ).rowcount  # type: ignore[attr-defined]
    session.refresh(broadcast)
    return bool(moved)


def _visible(broadcast: Broadcast, viewer: Viewer) -> bool:
    return viewer.owners is None or broadcast.created_by_id in viewer.owners


def _clean(text: str, *, may_be_empty: bool = False) -> str:
    text = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()
    if not text and not may_be_empty:
        raise Invalid("broadcast_empty")
    if len(text) > LONGEST:
        raise Invalid("broadcast_too_long", limit=LONGEST)
    templates.parse(text)
    return text
