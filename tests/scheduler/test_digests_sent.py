"""The digest on its way to its person."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from crm_core.customers.tables import Customer
from crm_core.outreach import nudges
from crm_core.outreach.tables import DeliveryKind, DeliveryState
from crm_core.people import staff as people
from crm_core.people.tables import AuditEntry
from tests.scheduler.conftest import Office

#: 09:00 in Shanghai, the day after everybody was hired.
MORNING = datetime(2026, 11, 19, 1, tzinfo=UTC)


def wants_digest(office: Office, *names: str) -> None:
    with office.database.writing() as session:
        for name in names:
            people.change(session, office.person(session, name), digest_hour=9)


def test_the_digest_comes_in_the_morning_and_once(office: Office) -> None:
    wants_digest(office, "Alice")
    customer = office.customer("王五")
    with office.database.writing() as session:
        session.get_one(Customer, customer.id).birthday = date(1980, 11, 21)
    office.remind("给李四回电话")
    later = office.remind("寄样品", due_at=MORNING + timedelta(hours=3))
    office.clock.now = MORNING - timedelta(seconds=1)
    office.tick()
    assert len(office.said("alice")) == 1
    office.clock.now = MORNING + timedelta(minutes=1)
    office.tick()
    office.clock.forward(hours=1)
    office.tick()
    _nudge, digest = office.said("alice")
    assert digest == "\n".join(
        (
            "Alice，今天是11月19日 周四",
            "已逾期 1",
            "  #1 昨天 11:20 给李四回电话",
            "今天到期 1",
            f"  #{later} 今天 12:00 寄样品",
            "一周内生日 1",
            f"  11月21日 周六 #{customer.id} 王五",
            "发送 #号 看客户。",
            "[待办 → 待办]",
            "[完成 #1 → 完成 #1]",
        )
    )


def test_the_digest_says_who_was_silent_too_long(office: Office) -> None:
    wants_digest(office, "Bob")
    customer = office.customer("Acme", owner="Bob")
    office.clock.now = MORNING + timedelta(days=14)
    office.tick()
    [digest] = office.said("bob")
    assert digest.startswith(f"Bob, today is Thu 3 Dec\nNo next step for 14 days: 1\n  #{customer.id} Acme")


def test_whose_data_a_digest_showed_is_on_record(office: Office) -> None:
    wants_digest(office, "Bob")
    customer = office.customer("Acme", owner="Bob")
    office.clock.now = MORNING + timedelta(days=14)
    office.tick()
    with office.database.reading() as session:
        seen = session.exec(select(AuditEntry).where(AuditEntry.action == "saw digest")).all()
    assert [(entry.actor, entry.customer_id) for entry in seen] == [("Bob", customer.id)]


def test_no_digest_when_there_is_nothing_to_say(office: Office) -> None:
    wants_digest(office, "Alice", "Bob", "Dora")
    office.clock.now = MORNING
    office.tick()
    assert office.console.posts == []


def test_a_digest_whose_matter_was_settled_meanwhile_is_not_sent(office: Office) -> None:
    wants_digest(office, "Alice")
    nudge_id = office.remind(due_at=MORNING + timedelta(hours=1))
    office.clock.now = MORNING

    def settle() -> None:
        with office.database.writing() as session:
            viewer = office.viewer(session, "Alice")
            nudge = nudges.get(session, nudge_id, viewer=viewer)
            nudges.done(session, nudge, viewer=viewer, now=office.clock.now)

    office.console.before_room = settle
    office.tick()
    assert office.said("alice") == []
    digest = next(row for row in office.rows() if row.kind is DeliveryKind.DIGEST)
    assert (digest.state, digest.problem) == (DeliveryState.SKIPPED, "nothing_to_say")


def test_yesterdays_digest_is_not_sent_today(office: Office) -> None:
    wants_digest(office, "Alice")
    office.remind(due_at=MORNING + timedelta(hours=1))
    office.clock.now = MORNING
    office.run(office.lanes.tick())
    office.clock.forward(hours=23)
    office.tick()
    office.clock.forward(hours=1, seconds=30)
    office.tick()
    assert [text.splitlines()[0] for text in office.said("alice")] == [
        "提醒 #1 · 迟到 22 小时",
        "Alice，今天是11月20日 周五",
    ]
