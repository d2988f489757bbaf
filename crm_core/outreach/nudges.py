"""Follow-ups that return to the chat when due."""

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crm_core.customers.tables import Customer, Stage
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.outreach import deliveries, occurrences, recurrence
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import DeliveryKind, Nudge, NudgeState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right, Viewer

#: Longest text of a nudge, in characters.
LONGEST = 500


def schedule(
    session: Session,
    *,
    viewer: Viewer,
    for_staff: Staff,
    text: str,
    due_at: datetime,
    timezone: str,
    now: datetime,
    customer: Customer | None = None,
    recurrence: str = "",
    platform: str = "",
) -> Nudge:
    """A nudge that returns to `for_staff` at this time, on this platform, in the wall time of this zone.

    `recurrence` is an RRULE; `due_at` is then its first occurrence. Raises `Invalid` for a time that has passed, an
    empty or overlong text and a rule that cannot be read.
    """
    viewer.require(Right.WRITE if for_staff.id == viewer.staff_id else Right.ASSIGN)
    _check_time(due_at, now, timezone)
    _check_rule(recurrence)
    nudge = Nudge(
        staff_id=for_staff.id,
        created_by_id=viewer.staff_id,
        customer_id=customer.id if customer else None,
        text=_clean(text, needed=customer is None),
        due_at=due_at,
        next_at=due_at,
        starts_at=due_at,
        timezone=timezone,
        recurrence=recurrence,
        platform=platform,
        created_at=now,
    )
    return _save(session, nudge)


def get(session: Session, nudge_id: int, *, viewer: Viewer) -> Nudge:
    """A nudge of this viewer, of somebody whose customers they see, or set by them; else `NotFound`."""
    nudge = session.get(Nudge, nudge_id)
    if nudge is None or not _visible(nudge, viewer):
        raise NotFound("nudge_not_found", id=nudge_id)
    return nudge


def done(session: Session, nudge: Nudge, *, viewer: Viewer, now: datetime, country: str = "CN") -> Nudge:
    """Close the nudge; of a recurring one this occurrence, and it goes on with the next.

    Raises `Conflict` when it is closed, or when the occurrence that was said last is and the next is still to come.
    """
    _require_open(nudge, viewer)
    if is_done_until_next(nudge, now):
        raise Conflict("nudge_closed", id=nudge.id)
    later = occurrences.following(nudge, max(now, nudge.due_at), country)
    if later is None:
        return _close(session, nudge, NudgeState.DONE, viewer, now)
    nudge.closed_at, nudge.closed_by_id = now, viewer.staff_id
    nudge.due_at = nudge.next_at = later
    nudge.snoozes = 0
    return _save(session, nudge)


def cancel(session: Session, nudge: Nudge, *, viewer: Viewer, now: datetime) -> Nudge:
    """End the nudge, and the whole series of a recurring one."""
    _require_open(nudge, viewer)
    return _close(session, nudge, NudgeState.CANCELLED, viewer, now)


def is_done_until_next(nudge: Nudge, now: datetime) -> bool:
    """Whether a recurring nudge was closed after it was said last, and its next occurrence is still to come."""
    said, closed = nudge.delivered_at, nudge.closed_at
    return said is not None and closed is not None and closed >= said and nudge.due_at > now


def snooze(session: Session, nudge: Nudge, until: datetime, *, viewer: Viewer, now: datetime) -> Nudge:
    """Say the occurrence at hand at this time instead. Raises `Invalid` when it has passed."""
    _require_open(nudge, viewer)
    _check_time(until, now, nudge.timezone)
    nudge.due_at = nudge.next_at = until
    nudge.snoozes += 1
    return _save(session, nudge)


def reschedule(
    session: Session, nudge: Nudge, due_at: datetime, *, viewer: Viewer, now: datetime, recurrence: str = ""
) -> Nudge:
    """Give the nudge another time. With an RRULE it repeats by that from now on; without one a recurring nudge keeps
    its own, and the occurrence at hand alone moves. Raises `Invalid` as `schedule` does.
    """
    _require_open(nudge, viewer)
    _check_time(due_at, now, nudge.timezone)
    _check_rule(recurrence)
    if recurrence or not nudge.recurrence:
        nudge.recurrence, nudge.starts_at = recurrence, due_at
    nudge.due_at = nudge.next_at = due_at
    return _save(session, nudge)


def reassign(session: Session, nudge: Nudge, to: Staff, *, viewer: Viewer, now: datetime, tell: bool = True) -> Nudge:
    """Hand the nudge to somebody else, who is told at once unless something else tells them."""
    _require_open(nudge, viewer)
    viewer.require(Right.ASSIGN)
    if to.id == nudge.staff_id:
        return nudge
    nudge.staff_id = to.id
    _save(session, nudge)
    handle = deliveries.address(session, to.id, nudge.platform)
    if tell and handle is not None and to.id != viewer.staff_id:
        body = {"notice": "nudge_assigned", "nudge_id": nudge.id, "by": viewer.name}
        deliveries.add(session, kind=DeliveryKind.NOTICE, priority=Priority.NOTICE, to=handle, due_at=now, body=body)
    return nudge


def open_of(
    session: Session,
    *,
    viewer: Viewer,
    staff_id: int | None = None,
    customer_id: int | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> list[Nudge]:
    """Open nudges this viewer may see, the earliest due first; those due at `until` included."""
    wanted = select(Nudge).where(Nudge.state == NudgeState.OPEN)
    if viewer.owners is not None:
        wanted = wanted.where(or_(col(Nudge.staff_id).in_(viewer.owners), col(Nudge.created_by_id) == viewer.staff_id))
    if staff_id is not None:
        wanted = wanted.where(Nudge.staff_id == staff_id)
    if customer_id is not None:
        wanted = wanted.where(Nudge.customer_id == customer_id)
    if until is not None:
        wanted = wanted.where(Nudge.due_at <= until)
    return list(session.exec(wanted.order_by(col(Nudge.due_at), col(Nudge.id)).limit(limit)))


def without_next_step(
    session: Session, *, viewer: Viewer, now: datetime, days: int, limit: int = 20, owner_id: int | None = None
) -> list[Customer]:
    """Customers nobody plans to get back to: no open nudge, and no contact for so many days; the longest silent first.

    `owner_id`: only those of this member of staff. Lost customers are left out, and companies that have people.
    """
    silent_since = func.coalesce(col(Customer.last_contact_at), col(Customer.created_at))
    person = aliased(Customer)
    wanted = select(Customer).where(
        silent_since <= now - timedelta(days=days),
        Customer.stage != Stage.LOST,
        col(Customer.merged_into_id).is_(None),
        ~exists().where(col(Nudge.customer_id) == Customer.id, col(Nudge.state) == NudgeState.OPEN),
        ~exists().where(col(person.company_id) == Customer.id, col(person.merged_into_id).is_(None)),
    )
    if viewer.owners is not None:
        wanted = wanted.where(or_(col(Customer.owner_id).is_(None), col(Customer.owner_id).in_(viewer.owners)))
    if owner_id is not None:
        wanted = wanted.where(Customer.owner_id == owner_id)
    return list(session.exec(wanted.order_by(silent_since, col(Customer.id)).limit(limit)))


def _save(session: Session, nudge: Nudge) -> Nudge:
    session.add(nudge)
    occurrences.agree(session, nudge)
    return nudge


def _close(session: Session, nudge: Nudge, state: NudgeState, viewer: Viewer, now: datetime) -> Nudge:
    nudge.state, nudge.next_at = state, None
    nudge.closed_at, nudge.closed_by_id = now, viewer.staff_id
    return _save(session, nudge)


def _visible(nudge: Nudge, viewer: Viewer) -> bool:
    own = viewer.staff_id is not None and nudge.created_by_id == viewer.staff_id
    return own or viewer.owners is None or nudge.staff_id in viewer.owners


def _require_open(nudge: Nudge, viewer: Viewer) -> None:
    viewer.require(Right.WRITE)
    if nudge.state is not NudgeState.OPEN:
        raise Conflict("nudge_closed", id=nudge.id)


def _check_time(due_at: datetime, now: datetime, timezone: str) -> None:
    if due_at <= now:
        raise Invalid("nudge_in_the_past", due=f"{due_at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}")


def _check_rule(rule: str) -> None:
    if rule:
        recurrence.check(rule)


def _clean(text: str, *, needed: bool) -> str:
    printable = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    text = " ".join(printable.split())
    if needed and not text:
        raise Invalid("nudge_empty")
    if len(text) > LONGEST:
        raise Invalid("nudge_too_long", limit=LONGEST)
    return text
