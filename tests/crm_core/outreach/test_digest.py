"""The daily digest: what it holds, when it comes, and that it comes once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.outreach import digest, nudges, slots
from crm_core.outreach.tables import Delivery, DeliveryKind
from crm_core.people import staff
from crm_core.people.tables import Role
from tests.crm_core.conftest import NOW, Cast

SETTINGS = digest.Settings("Asia/Shanghai", "zh", 14)
#: 10:20 on the day after everybody was hired.
TOMORROW = NOW + timedelta(days=1)
HOUR = timedelta(hours=1)


def remind(session: Session, cast: Cast, due_at: datetime, text: str) -> None:
    nudges.schedule(
        session,
        viewer=cast.alice,
        for_staff=cast.staff["alice"],
        text=text,
        due_at=due_at,
        timezone="Asia/Shanghai",
        now=NOW,
    )


def known(session: Session, cast: Cast, name: str, birthday: date | None = None) -> Customer:
    customer = records.create(session, Draft(name=name), viewer=cast.alice, now=NOW)
    customer.birthday = birthday
    customer.last_contact_at = TOMORROW
    return customer


def read(session: Session, cast: Cast, now: datetime = TOMORROW) -> digest.Digest:
    return digest.of(session, viewer=cast.alice, now=now, settings=SETTINGS)


def test_it_holds_what_is_overdue_and_what_is_due_today(session: Session, cast: Cast) -> None:
    remind(session, cast, NOW + HOUR, "yesterday")
    remind(session, cast, TOMORROW + HOUR, "today")
    remind(session, cast, TOMORROW + timedelta(days=1), "the day after")
    found = read(session, cast)
    assert [nudge.text for nudge in found.overdue] == ["yesterday"]
    assert [nudge.text for nudge in found.today] == ["today"]


def test_it_holds_the_birthdays_of_a_week(session: Session, cast: Cast) -> None:
    today = date(2026, 11, 19)
    for name, birthday in (
        ("today", today),
        ("in a week", today + timedelta(days=7)),
        ("later", today + timedelta(days=8)),
        ("yesterday", today - timedelta(days=1)),
        ("unknown", None),
    ):
        known(session, cast, name, birthday and birthday.replace(year=1980))
    assert [birthday.customer.name for birthday in read(session, cast).birthdays] == ["today", "in a week"]


def test_the_turn_of_the_year_is_within_a_week(session: Session, cast: Cast) -> None:
    known(session, cast, "张三", date(1980, 1, 2))
    found = read(session, cast, datetime(2026, 12, 28, 2, tzinfo=UTC)).birthdays
    assert [birthday.day for birthday in found] == [date(2027, 1, 2)]


def test_who_was_born_on_a_leap_day_celebrates_every_year(session: Session, cast: Cast) -> None:
    known(session, cast, "张三", date(1980, 2, 29))
    in_2027 = read(session, cast, datetime(2027, 2, 25, 2, tzinfo=UTC)).birthdays
    in_2028 = read(session, cast, datetime(2028, 2, 25, 2, tzinfo=UTC)).birthdays
    assert [birthday.day for birthday in (*in_2027, *in_2028)] == [date(2027, 2, 28), date(2028, 2, 29)]


def test_it_holds_customers_without_a_next_step(session: Session, cast: Cast) -> None:
    known(session, cast, "张三").last_contact_at = TOMORROW - timedelta(days=20)
    known(session, cast, "李四")
    assert [customer.name for customer in read(session, cast).without_next_step] == ["张三"]


def test_nobody_elses_matters_are_in_it(session: Session, cast: Cast) -> None:
    customer = known(session, cast, "张三", date(1980, 11, 19))
    customer.last_contact_at = NOW - timedelta(days=20)
    remind(session, cast, NOW + HOUR, "mine")
    assert digest.own(session, viewer=cast.boss, now=TOMORROW, settings=SETTINGS).is_empty
    assert not read(session, cast).is_empty


def test_nothing_to_say_is_no_digest(session: Session, cast: Cast) -> None:
    alice = cast.staff["alice"].id
    assert alice in digest.whose_turn(session, now=TOMORROW, settings=SETTINGS)
    assert not digest.plan(session, alice, now=TOMORROW, settings=SETTINGS)
    assert alice not in digest.whose_turn(session, now=TOMORROW, settings=SETTINGS)


def test_it_comes_at_the_persons_hour_in_their_zone(session: Session, cast: Cast) -> None:
    staff.add(session, "Dora", role=Role.SALES, now=NOW, timezone="America/New_York", handle=("console", "dora"))
    dora = staff.by_name(session, "Dora")
    assert dora is not None
    nine = datetime(2026, 11, 19, 14, tzinfo=UTC)
    assert dora.id not in digest.whose_turn(session, now=nine - timedelta(seconds=1), settings=SETTINGS)
    assert dora.id in digest.whose_turn(session, now=nine, settings=SETTINGS)


def test_who_wants_none_gets_none(session: Session, cast: Cast) -> None:
    staff.change(session, cast.staff["alice"], digest_hour=None)
    assert cast.staff["alice"].id not in digest.whose_turn(session, now=TOMORROW, settings=SETTINGS)


def test_who_came_after_the_hour_waits_until_tomorrow(session: Session, cast: Cast) -> None:
    assert digest.whose_turn(session, now=NOW + HOUR, settings=SETTINGS) == []


def test_it_comes_once_each_local_day_even_when_the_hour_or_the_zone_changes(session: Session, cast: Cast) -> None:
    remind(session, cast, NOW + HOUR, "overdue")
    alice = cast.staff["alice"]
    assert digest.plan(session, alice.id, now=TOMORROW, settings=SETTINGS)
    staff.change(session, alice, digest_hour=10, timezone="Asia/Tokyo")
    assert not digest.plan(session, alice.id, now=TOMORROW + HOUR, settings=SETTINGS)
    assert digest.plan(session, alice.id, now=TOMORROW + timedelta(days=1), settings=SETTINGS)


def test_two_processes_send_one_digest(database: Database) -> None:
    with database.writing() as session:
        alice = staff.add(session, "Alice", role=Role.SALES, now=NOW, handle=("console", "alice"))
        customer = Customer(name="张三", name_key="张三", owner_id=alice.id, created_at=NOW, updated_at=NOW)
        customer.birthday = date(1980, 11, 20)
        session.add(customer)
    for _ in range(2):
        with database.writing() as session:
            digest.plan(session, alice.id, now=TOMORROW, settings=SETTINGS)
    with database.reading() as session:
        found = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.DIGEST)).all()
        assert [(row.recipient, row.body) for row in found] == [("alice", {"day": "2026-11-19"})]


def test_a_slot_is_taken_once_and_older_ones_with_it(session: Session) -> None:
    assert slots.take(session, "job", NOW)
    assert not slots.take(session, "job", NOW)
    assert not slots.take(session, "job", NOW - HOUR)
    assert slots.take(session, "job", NOW + HOUR)
    assert slots.take(session, "other", NOW)


@pytest.mark.parametrize("hour", [0, 23])
def test_any_hour_of_the_day_can_be_the_persons(session: Session, cast: Cast, hour: int) -> None:
    staff.change(session, cast.staff["alice"], digest_hour=hour)
    late = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
    assert cast.staff["alice"].id in digest.whose_turn(session, now=late, settings=SETTINGS)
