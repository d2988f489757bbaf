"""What a person should know at the beginning of their day, once each local day, and nothing when there is nothing."""

from calendar import isleap
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, extract, or_
from sqlmodel import Session, col, select

from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer, Stage
from crm_core.outreach import deliveries, digest_parts, nudges, slots
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.digest_parts import Waiting
from crm_core.outreach.tables import DeliveryKind, Fired, Nudge
from crm_core.outreach.worktime import Hours
from crm_core.people import viewer as viewers
from crm_core.people.tables import Role, Staff
from crm_core.people.viewer import Viewer

#: How many of each are named.
MOST = 10
#: How far ahead birthdays are told.
AHEAD = 7

_NAME = "digest:{id}"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Settings:
    """The company's: for people who have set no zone and language, and after how many silent days a customer counts.

    `promised_hours`: so many working hours after a customer wrote they are to be answered; `country`: whose workdays.
    """

    timezone: str
    language: str
    silent_days: int
    promised_hours: float = 4
    country: str = "CN"
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True)
class Birthday:
    customer: Customer
    day: date


@dataclass(frozen=True)
class Member:
    """How much of each kind waits for one of the team; at most `MOST` is counted."""

    staff: Staff
    overdue: int
    today: int
    unanswered: int
    lost: int
    without_next_step: int


@dataclass(frozen=True)
class Digest:
    """For the local day `day`; each list holds at most `MOST`. `team`: who of it has something waiting, for whoever
    leads one."""

    day: date
    overdue: list[Nudge]
    today: list[Nudge]
    unanswered: list[Waiting]
    lost: list[Customer]
    birthdays: list[Birthday]
    without_next_step: list[Customer]
    team: list[Member]

    @property
    def is_empty(self) -> bool:
        own = (self.overdue, self.today, self.unanswered, self.lost, self.birthdays, self.without_next_step)
        return not any((*own, self.team))

    @property
    def customer_ids(self) -> list[int | None]:
        """The customers it names; None for a nudge about nobody."""
        nudges_of = [nudge.customer_id for nudge in (*self.overdue, *self.today)]
        named = (
            *(each.customer for each in self.unanswered),
            *self.lost,
            *(each.customer for each in self.birthdays),
            *self.without_next_step,
        )
        return [*nudges_of, *(customer.id for customer in named)]


def of(session: Session, *, viewer: Viewer, now: datetime, settings: Settings) -> Digest:
    """The person's own nudges and own customers; for a manager also how the team stands."""
    return replace(own(session, viewer=viewer, now=now, settings=settings), team=_team(session, viewer, now, settings))


def own(session: Session, *, viewer: Viewer, now: datetime, settings: Settings) -> Digest:
    """Without the team."""
    zone, staff_id = ZoneInfo(viewer.timezone), viewer.staff_id
    day = now.astimezone(zone).date()
    midnight = datetime.combine(day + _DAY, time(), tzinfo=zone)
    open_nudges = nudges.open_of(
        session, viewer=viewer, staff_id=staff_id, until=midnight - timedelta(microseconds=1), limit=5 * MOST
    )
    return Digest(
        day=day,
        overdue=[nudge for nudge in open_nudges if nudge.due_at <= now][:MOST],
        today=[nudge for nudge in open_nudges if nudge.due_at > now][:MOST],
        unanswered=_unanswered(session, staff_id, now, zone, settings),
        lost=digest_parts.lost(session, staff_id=staff_id, since=now - _DAY)[:MOST] if staff_id is not None else [],
        birthdays=_birthdays(session, viewer, day),
        without_next_step=nudges.without_next_step(
            session, viewer=viewer, now=now, days=settings.silent_days, limit=MOST, owner_id=staff_id
        ),
        team=[],
    )


def _unanswered(
    session: Session, staff_id: int | None, now: datetime, zone: ZoneInfo, settings: Settings
) -> list[Waiting]:
    if staff_id is None:
        return []
    promised = timedelta(hours=settings.promised_hours)
    found = digest_parts.unanswered(
        session,
        staff_id=staff_id,
        now=now,
        promised=promised,
        zone=zone,
        country=settings.country,
        hours=settings.hours,
    )
    return found[:MOST]


def _team(session: Session, viewer: Viewer, now: datetime, settings: Settings) -> list[Member]:
    """Those whom a manager leads, and who have something waiting that cannot wait."""
    if viewer.role is not Role.MANAGER or viewer.owners is None:
        return []
    others = viewer.owners - {viewer.staff_id}
    wanted = select(Staff).where(col(Staff.id).in_(others), col(Staff.active).is_(True)).order_by(col(Staff.name_key))
    members = [_member(session, staff, now, settings) for staff in session.exec(wanted).all()]
    return [each for each in members if each.overdue or each.unanswered or each.lost or each.without_next_step]


def _member(session: Session, staff: Staff, now: datetime, settings: Settings) -> Member:
    viewer = viewers.of_staff(session, staff, timezone=settings.timezone, language=settings.language)
    found = own(session, viewer=viewer, now=now, settings=settings)
    return Member(
        staff,
        len(found.overdue),
        len(found.today),
        len(found.unanswered),
        len(found.lost),
        len(found.without_next_step),
    )


def whose_turn(session: Session, *, now: datetime, settings: Settings) -> list[int]:
    """Staff whose hour has come today and who had no digest today."""
    staff = session.exec(select(Staff).where(col(Staff.active).is_(True), col(Staff.digest_hour).is_not(None))).all()
    fired = {row.name: row.slot for row in session.exec(select(Fired).where(col(Fired.name).startswith("digest:")))}
    waiting = []
    for person in staff:
        slot = _slot(person, now, settings)
        last = fired.get(_NAME.format(id=person.id))
        if slot is not None and (last is None or last < slot):
            waiting.append(person.id)
    return waiting


def plan(session: Session, staff_id: int, *, now: datetime, settings: Settings) -> bool:
    """Put this person's digest on its way. False: another process did, or there is nothing to say today."""
    person = session.get(Staff, staff_id)
    slot = _slot(person, now, settings) if person else None
    if person is None or slot is None or not slots.take(session, _NAME.format(id=staff_id), slot):
        return False
    handle = deliveries.address(session, staff_id, "")
    viewer = viewers.of_staff(session, person, timezone=settings.timezone, language=settings.language)
    if handle is None or of(session, viewer=viewer, now=now, settings=settings).is_empty:
        return False
    body = {"day": slot.date().isoformat()}
    deliveries.add(session, kind=DeliveryKind.DIGEST, priority=Priority.DIGEST, to=handle, due_at=now, body=body)
    return True


def _slot(person: Staff, now: datetime, settings: Settings) -> datetime | None:
    """Today at the person's, as midnight UTC of that date; None before their hour, or when they came after it."""
    local = now.astimezone(ZoneInfo(person.timezone or settings.timezone))
    if person.digest_hour is None or local.hour < person.digest_hour:
        return None
    if person.created_at > local.replace(hour=person.digest_hour, minute=0, second=0, microsecond=0):
        return None
    return datetime.combine(local.date(), time(), tzinfo=UTC)


def _birthdays(session: Session, viewer: Viewer, today: date) -> list[Birthday]:
    days = [today + timedelta(days=ahead) for ahead in range(AHEAD + 1)]
    wanted = select(Customer).where(
        col(Customer.birthday).is_not(None),
        col(Customer.owner_id) == viewer.staff_id,
        Customer.stage != Stage.LOST,
        visible(viewer),
        or_(*(_born_on(day) for day in days)),
    )
    found = [
        Birthday(customer, day)
        for customer in session.exec(wanted).all()
        for day in days
        if customer.birthday is not None and _celebrates(customer.birthday, day)
    ]
    return sorted(found, key=lambda birthday: (birthday.day, birthday.customer.id))[:MOST]


def _born_on(day: date) -> ColumnElement[bool]:
    month, number = extract("month", col(Customer.birthday)), extract("day", col(Customer.birthday))
    same = and_(month == day.month, number == day.day)
    return or_(same, and_(month == 2, number == 29)) if _stands_for_leap_day(day) else same


def _celebrates(birthday: date, day: date) -> bool:
    leap = (birthday.month, birthday.day) == (2, 29)
    return (birthday.month, birthday.day) == (day.month, day.day) or (leap and _stands_for_leap_day(day))


def _stands_for_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 28) and not isleap(day.year)
