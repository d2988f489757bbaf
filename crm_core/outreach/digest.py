"""What a person should know at the beginning of their day, once each local day, and nothing when there is nothing."""

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, extract, or_
from sqlmodel import Session, col, select

from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer, Stage
from crm_core.outreach import deliveries, nudges, slots
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import DeliveryKind, Fired, Nudge
from crm_core.people import viewer as viewers
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer

#: How many of each are named.
MOST = 10
#: How far ahead birthdays are told.
AHEAD = 7

_NAME = "digest:{id}"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Settings:
    """The company's: for people who have set no zone and language, and after how many silent days a customer counts."""

    timezone: str
    language: str
    silent_days: int


@dataclass(frozen=True)
class Birthday:
    customer: Customer
    day: date


@dataclass(frozen=True)
class Digest:
    """For the local day `day`; each list holds at most `MOST`."""

    day: date
    overdue: list[Nudge]
    today: list[Nudge]
    birthdays: list[Birthday]
    without_next_step: list[Customer]

    @property
    def is_empty(self) -> bool:
        return not (self.overdue or self.today or self.birthdays or self.without_next_step)

    @property
    def customer_ids(self) -> list[int | None]:
        """The customers it names; None for a nudge about nobody."""
        nudges_of = [nudge.customer_id for nudge in (*self.overdue, *self.today)]
        named = (*(each.customer for each in self.birthdays), *self.without_next_step)
        return [*nudges_of, *(customer.id for customer in named)]


def of(session: Session, *, viewer: Viewer, now: datetime, silent_days: int) -> Digest:
    """The person's own nudges and own customers."""
    zone = ZoneInfo(viewer.timezone)
    day = now.astimezone(zone).date()
    midnight = datetime.combine(day + _DAY, time(), tzinfo=zone)
    open_nudges = nudges.open_of(
        session, viewer=viewer, staff_id=viewer.staff_id, until=midnight - timedelta(microseconds=1), limit=5 * MOST
    )
    return Digest(
        day=day,
        overdue=[nudge for nudge in open_nudges if nudge.due_at <= now][:MOST],
        today=[nudge for nudge in open_nudges if nudge.due_at > now][:MOST],
        birthdays=_birthdays(session, viewer, day),
        without_next_step=nudges.without_next_step(
            session, viewer=viewer, now=now, days=silent_days, limit=MOST, owner_id=viewer.staff_id
        ),
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
    if handle is None or of(session, viewer=viewer, now=now, silent_days=settings.silent_days).is_empty:
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
