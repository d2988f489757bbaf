"""Nudges and the delivery rows that follow them."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.customers.tables import Customer, CustomerKind, Stage
from crm_core.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.outreach import claims, deliveries, marks, nudges, occurrences
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState, Nudge, NudgeState
from crm_core.people import operations
from crm_core.people.tables import Handle, Role, Staff, Team
from crm_core.people.viewer import Viewer, of_staff
from tests.conftest import NOW

HOUR = timedelta(hours=1)
ZONE = "Asia/Shanghai"


class Cast:
    """Alice and Bob on one team, Bob leads it; Charlie on none. Each has a handle on the console."""

    def __init__(self, session: Session) -> None:
        self.session = session
        team = Team(name="East")
        session.add(team)
        session.flush()
        self.alice = self.add("Alice", Role.SALES, team.id)
        self.bob = self.add("Bob", Role.MANAGER, team.id)
        self.charlie = self.add("Charlie", Role.SALES, None)

    def add(self, name: str, role: Role, team_id: int | None) -> Staff:
        staff = Staff(name=name, name_key=name.lower(), role=role, team_id=team_id, created_at=NOW)
        self.session.add(staff)
        self.session.flush()
        self.session.add(Handle(staff_id=staff.id, platform="console", platform_user_id=name.lower()))
        self.session.flush()
        return staff

    def viewer(self, staff: Staff) -> Viewer:
        return of_staff(self.session, staff, timezone=ZONE, language="zh")

    def nudge(self, due_at: datetime = NOW + HOUR, **details: object) -> Nudge:
        return nudges.schedule(
            self.session,
            viewer=self.viewer(self.alice),
            for_staff=self.alice,
            text="给王五回电话",
            due_at=due_at,
            timezone=ZONE,
            now=NOW,
            platform="console",
            **details,  # type: ignore[arg-type]
        )

    def customer(self, name: str, **details: object) -> Customer:
        customer = Customer(name=name, name_key=name, created_at=NOW, updated_at=NOW)
        for key, value in details.items():
            setattr(customer, key, value)
        self.session.add(customer)
        self.session.flush()
        return customer

    def rows(self, kind: DeliveryKind = DeliveryKind.NUDGE) -> list[tuple[str, datetime, DeliveryState]]:
        self.session.flush()
        found = self.session.exec(select(Delivery).where(Delivery.kind == kind).order_by("id")).all()
        return [(row.recipient, row.due_at, row.state) for row in found]

    def say(self, at: datetime) -> Delivery:
        """Claim and mark what is due, as a pump does."""
        [claimed] = claims.claim(self.session, "console", pump="p", now=at, limit=5, lease=timedelta(seconds=10))
        assert marks.mark(self.session, [(claimed.delivery, deliveries.sent("m"))], pump="p", now=at)
        occurrences.said(self.session, [claimed.delivery], now=at, country="CN")
        self.session.flush()
        self.session.expire_all()
        return claimed.delivery


@pytest.fixture
def cast(session: Session) -> Cast:
    return Cast(session)


def test_a_nudge_brings_its_delivery_row(cast: Cast) -> None:
    cast.nudge()
    assert cast.rows() == [("alice", NOW + HOUR, DeliveryState.DUE)]
    assert deliveries.noted(cast.session) == {"console": NOW + HOUR}


def test_a_nudge_in_the_past_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="nudge_in_the_past"):
        cast.nudge(NOW)


@pytest.mark.parametrize(("text", "problem"), [(" \u202e\n", "nudge_empty"), ("长" * 501, "nudge_too_long")])
def test_a_nudge_needs_a_text_of_bearable_length(cast: Cast, text: str, problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        nudges.schedule(
            cast.session,
            viewer=cast.viewer(cast.alice),
            for_staff=cast.alice,
            text=text,
            due_at=NOW + HOUR,
            timezone=ZONE,
            now=NOW,
        )


def test_a_nudge_about_a_customer_needs_no_text(cast: Cast) -> None:
    nudge = nudges.schedule(
        cast.session,
        viewer=cast.viewer(cast.alice),
        for_staff=cast.alice,
        text="",
        due_at=NOW + HOUR,
        timezone=ZONE,
        now=NOW,
        customer=cast.customer("王五"),
    )
    assert nudge.text == ""


def test_done_takes_the_row_away(cast: Cast) -> None:
    nudge = nudges.done(cast.session, cast.nudge(), viewer=cast.viewer(cast.alice), now=NOW)
    assert nudge.state is NudgeState.DONE
    assert cast.rows() == [("alice", NOW + HOUR, DeliveryState.CANCELLED)]


def test_what_is_closed_stays_closed(cast: Cast) -> None:
    nudge = nudges.cancel(cast.session, cast.nudge(), viewer=cast.viewer(cast.alice), now=NOW)
    with pytest.raises(Conflict, match="nudge_closed"):
        nudges.done(cast.session, nudge, viewer=cast.viewer(cast.alice), now=NOW)


def test_a_snoozed_nudge_comes_at_the_new_time_only(cast: Cast) -> None:
    nudges.snooze(cast.session, cast.nudge(), NOW + 2 * HOUR, viewer=cast.viewer(cast.alice), now=NOW)
    assert cast.rows() == [
        ("alice", NOW + HOUR, DeliveryState.CANCELLED),
        ("alice", NOW + 2 * HOUR, DeliveryState.DUE),
    ]


def test_a_nudge_that_was_said_is_said_once(cast: Cast) -> None:
    nudge = cast.nudge()
    cast.say(NOW + HOUR)
    assert (nudge.next_at, nudge.delivered_at, nudge.due_at) == (None, NOW + HOUR, NOW + HOUR)
    assert occurrences.unplanned(cast.session, until=NOW + 9 * HOUR) == []


def test_a_nudge_handed_over_goes_to_the_other_who_is_told(cast: Cast) -> None:
    nudges.reassign(cast.session, cast.nudge(), cast.bob, viewer=cast.viewer(cast.alice), now=NOW)
    assert cast.rows() == [("bob", NOW + HOUR, DeliveryState.DUE)]
    assert cast.rows(DeliveryKind.NOTICE) == [("bob", NOW, DeliveryState.DUE)]


def test_a_colleague_sees_no_nudge_of_mine_but_my_manager_does(cast: Cast) -> None:
    nudge = cast.nudge()
    assert nudges.get(cast.session, nudge.id, viewer=cast.viewer(cast.bob)) is nudge
    with pytest.raises(NotFound):
        nudges.get(cast.session, nudge.id, viewer=cast.viewer(cast.charlie))
    assert nudges.open_of(cast.session, viewer=cast.viewer(cast.charlie)) == []
    assert nudges.open_of(cast.session, viewer=cast.viewer(cast.bob)) == [nudge]


def test_who_may_only_read_sets_no_nudge(cast: Cast) -> None:
    cast.alice.role = Role.VIEWER
    with pytest.raises(NotAllowed):
        cast.nudge()


def test_a_recurring_nudge_goes_on_after_it_was_said(cast: Cast) -> None:
    nudge = cast.nudge(recurrence="FREQ=DAILY")
    cast.say(NOW + HOUR)
    assert (nudge.due_at, nudge.next_at) == (NOW + HOUR, NOW + 25 * HOUR)
    assert cast.rows()[1:] == [("alice", NOW + 25 * HOUR, DeliveryState.DUE)]
    nudges.done(cast.session, nudge, viewer=cast.viewer(cast.alice), now=NOW + 2 * HOUR)
    assert (nudge.state, nudge.due_at) == (NudgeState.OPEN, NOW + 25 * HOUR)
    assert cast.rows()[1:] == [("alice", NOW + 25 * HOUR, DeliveryState.DUE)]


def test_missed_occurrences_come_as_one(cast: Cast) -> None:
    nudge = cast.nudge(recurrence="FREQ=DAILY")
    back = NOW + 73 * HOUR + timedelta(minutes=5)
    [row] = cast.session.exec(select(Delivery)).all()
    assert occurrences.missed(nudge, row, now=back, country="CN") == 3
    cast.say(back)
    assert nudge.next_at == NOW + 97 * HOUR
    assert cast.rows()[1:] == [("alice", NOW + 97 * HOUR, DeliveryState.DUE)]


def test_a_recurring_nudge_done_early_leaves_that_one_out(cast: Cast) -> None:
    nudge = cast.nudge(recurrence="FREQ=DAILY")
    nudges.done(cast.session, nudge, viewer=cast.viewer(cast.alice), now=NOW)
    assert cast.rows() == [
        ("alice", NOW + HOUR, DeliveryState.CANCELLED),
        ("alice", NOW + 25 * HOUR, DeliveryState.DUE),
    ]


def test_an_occurrence_closed_twice_leaves_the_next_one_alone(cast: Cast) -> None:
    nudge = cast.nudge(recurrence="FREQ=DAILY")
    nudge.delivered_at = nudge.due_at
    later = nudge.due_at + HOUR
    nudges.done(cast.session, nudge, viewer=cast.viewer(cast.bob), now=later)
    assert (nudge.closed_by_id, nudge.due_at) == (cast.bob.id, NOW + HOUR + timedelta(days=1))
    with pytest.raises(Conflict, match="nudge_closed"):
        nudges.done(cast.session, nudge, viewer=cast.viewer(cast.alice), now=later)


def test_a_rescheduled_nudge_takes_the_new_time_and_rule(cast: Cast) -> None:
    nudge, viewer = cast.nudge(), cast.viewer(cast.alice)
    nudges.reschedule(cast.session, nudge, NOW + 3 * HOUR, viewer=viewer, now=NOW, recurrence="FREQ=DAILY")
    assert (nudge.starts_at, nudge.recurrence) == (NOW + 3 * HOUR, "FREQ=DAILY")
    nudges.reschedule(cast.session, nudge, NOW + 5 * HOUR, viewer=viewer, now=NOW)
    assert (nudge.due_at, nudge.starts_at, nudge.recurrence) == (NOW + 5 * HOUR, NOW + 3 * HOUR, "FREQ=DAILY")


def test_a_series_that_ended_is_done(cast: Cast) -> None:
    nudge = cast.nudge(recurrence="FREQ=DAILY;COUNT=2")
    cast.say(NOW + HOUR)
    cast.say(NOW + 25 * HOUR)
    assert nudge.next_at is None
    nudges.done(cast.session, nudge, viewer=cast.viewer(cast.alice), now=NOW + 26 * HOUR)
    assert nudge.state is NudgeState.DONE


def test_a_snoozed_recurring_nudge_keeps_its_rhythm(cast: Cast) -> None:
    nudge = cast.nudge(recurrence="FREQ=DAILY")
    cast.say(NOW + HOUR)
    nudges.snooze(cast.session, nudge, NOW + 3 * HOUR, viewer=cast.viewer(cast.alice), now=NOW + HOUR)
    cast.say(NOW + 3 * HOUR)
    assert nudge.next_at == NOW + 25 * HOUR
    assert ("alice", NOW + 25 * HOUR, DeliveryState.DUE) in cast.rows()


def test_an_undone_snooze_brings_the_old_time_back(cast: Cast) -> None:
    alice = cast.viewer(cast.alice)
    nudge = cast.nudge(recurrence="FREQ=DAILY")
    cast.say(NOW + HOUR)
    with operations.recording(cast.session, viewer=alice, command="稍后", now=NOW + HOUR) as operation:
        nudges.snooze(cast.session, nudge, NOW + 3 * HOUR, viewer=alice, now=NOW + HOUR)
    operations.undo(cast.session, operation, viewer=alice, now=NOW + HOUR)
    occurrences.reconcile(cast.session, occurrences.unplanned(cast.session, until=NOW + 48 * HOUR))
    assert [row for row in cast.rows() if row[2] is DeliveryState.DUE] == [
        ("alice", NOW + 25 * HOUR, DeliveryState.DUE)
    ]


def test_an_undone_done_is_said_after_all(cast: Cast) -> None:
    alice = cast.viewer(cast.alice)
    nudge = cast.nudge()
    with operations.recording(cast.session, viewer=alice, command="完成", now=NOW) as operation:
        nudges.done(cast.session, nudge, viewer=alice, now=NOW)
    operations.undo(cast.session, operation, viewer=alice, now=NOW)
    occurrences.reconcile(cast.session, occurrences.unplanned(cast.session, until=NOW + HOUR))
    assert cast.rows() == [("alice", NOW + HOUR, DeliveryState.DUE)]


def test_a_nudge_of_somebody_on_no_platform_waits_without_being_planned_again_and_again(cast: Cast) -> None:
    nudge = cast.nudge()
    for row in (*cast.session.exec(select(Delivery)).all(), *cast.session.exec(select(Handle)).all()):
        cast.session.delete(row)
    cast.session.flush()
    assert occurrences.unplanned(cast.session, until=NOW + HOUR) == []
    cast.session.add(Handle(staff_id=nudge.staff_id, platform="slack", platform_user_id="UALICE"))
    cast.session.flush()
    assert occurrences.unplanned(cast.session, until=NOW + HOUR) == [nudge.id]


def test_an_undone_nudge_is_meant_no_more(cast: Cast) -> None:
    alice = cast.viewer(cast.alice)
    with operations.recording(cast.session, viewer=alice, command="提醒", now=NOW) as operation:
        cast.nudge()
    operations.undo(cast.session, operation, viewer=alice, now=NOW)
    cast.session.expire_all()
    [row] = cast.session.exec(select(Delivery)).all()
    assert row.nudge_id is None
    assert not occurrences.is_meant(row, None)


def test_an_undone_handing_over_comes_back_to_me(cast: Cast) -> None:
    alice = cast.viewer(cast.alice)
    nudge = cast.nudge()
    with operations.recording(cast.session, viewer=alice, command="转交", now=NOW) as operation:
        nudges.reassign(cast.session, nudge, cast.bob, viewer=alice, now=NOW)
    operations.undo(cast.session, operation, viewer=alice, now=NOW)
    occurrences.reconcile(cast.session, occurrences.unplanned(cast.session, until=NOW + HOUR))
    assert cast.rows() == [("alice", NOW + HOUR, DeliveryState.DUE)]


def test_customers_without_a_next_step(cast: Cast) -> None:
    ages_ago = NOW - timedelta(days=40)
    silent = cast.customer("王五", owner_id=cast.alice.id, last_contact_at=NOW - timedelta(days=15))
    older = cast.customer("李四", owner_id=cast.alice.id, created_at=ages_ago)
    planned = cast.customer("张三", owner_id=cast.alice.id, created_at=ages_ago)
    cast.customer("Lost", owner_id=cast.alice.id, created_at=ages_ago, stage=Stage.LOST)
    cast.customer("Recent", owner_id=cast.alice.id, last_contact_at=NOW)
    cast.customer("Charlie's", owner_id=cast.charlie.id, created_at=ages_ago)
    acme = cast.customer("Acme", owner_id=cast.alice.id, created_at=ages_ago, kind=CustomerKind.COMPANY)
    cast.customer("Her of Acme", owner_id=cast.alice.id, company_id=acme.id)
    cast.nudge(customer=planned)
    found = nudges.without_next_step(cast.session, viewer=cast.viewer(cast.alice), now=NOW, days=14)
    assert found == [older, silent]
