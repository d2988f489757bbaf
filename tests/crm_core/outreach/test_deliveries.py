"""Rows that are claimed, sent and marked."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from crm_core.chat import DeliveryError
from crm_core.database import Database
from crm_core.outreach import claims, deliveries, marks
from crm_core.outreach.deliveries import Priority
from crm_core.outreach.tables import Delivery, DeliveryKind, DeliveryState
from crm_core.people.tables import Handle, Staff
from tests.conftest import NOW

LEASE = timedelta(seconds=10)
SECOND = timedelta(seconds=1)


def handle(session: Session, name: str) -> Handle:
    staff = Staff(name=name, name_key=name.lower(), created_at=NOW)
    session.add(staff)
    session.flush()
    found = Handle(staff_id=staff.id, platform="console", platform_user_id=name.lower())
    session.add(found)
    session.flush()
    return found


def due(session: Session, to: Handle, at: datetime = NOW, priority: Priority = Priority.NUDGE) -> Delivery:
    delivery = deliveries.add(session, kind=DeliveryKind.NOTICE, priority=priority, to=to, due_at=at)
    session.flush()
    return delivery


def claim(session: Session, pump: str = "a", at: datetime = NOW, limit: int = 10) -> list[claims.Claimed]:
    return claims.claim(session, "console", pump=pump, now=at, limit=limit, lease=LEASE)


def ids(claimed: list[claims.Claimed]) -> list[int]:
    return [each.delivery.id for each in claimed]


def test_a_nudge_overtakes_a_broadcast(session: Session) -> None:
    alice, bob = handle(session, "Alice"), handle(session, "Bob")
    broadcast = due(session, alice, NOW - timedelta(hours=1), Priority.BROADCAST)
    nudge = due(session, bob)
    assert ids(claim(session)) == [nudge.id, broadcast.id]


def test_what_is_not_due_yet_stays(session: Session) -> None:
    due(session, handle(session, "Alice"), NOW + SECOND)
    assert claim(session) == []


def test_a_recipient_is_written_to_one_message_at_a_time_and_in_order(session: Session) -> None:
    alice = handle(session, "Alice")
    later, earlier = due(session, alice), due(session, alice, NOW - SECOND)
    assert ids(claim(session)) == [earlier.id]
    assert claim(session) == []
    marks.mark(session, [(earlier, deliveries.sent("1"))], pump="a", now=NOW)
    assert ids(claim(session)) == [later.id]


def test_nobody_claims_what_is_leased_and_a_lease_that_ran_out_is_unsure(session: Session) -> None:
    due(session, handle(session, "Alice"))
    assert [each.unsure for each in claim(session, "a")] == [False]
    assert claim(session, "b", NOW + LEASE - SECOND) == []
    assert [each.unsure for each in claim(session, "b", NOW + LEASE)] == [True]


def test_a_renewed_lease_holds_longer(session: Session) -> None:
    delivery = due(session, handle(session, "Alice"))
    claim(session, "a")
    assert claims.renew(session, [delivery.id], pump="a", until=NOW + 2 * LEASE) == {delivery.id}
    assert claim(session, "b", NOW + LEASE) == []


def test_a_lease_that_another_pump_has_is_not_renewed(session: Session) -> None:
    lost, kept = (due(session, handle(session, name)) for name in ("Alice", "Bob"))
    claim(session, "a", limit=2)
    claims.renew(session, [kept.id], pump="a", until=NOW + 2 * LEASE)
    assert ids(claim(session, "b", NOW + LEASE)) == [lost.id]
    assert claims.renew(session, [lost.id, kept.id], pump="a", until=NOW + 3 * LEASE) == {kept.id}
    assert ids(claim(session, "c", NOW + 2 * LEASE)) == [lost.id]


def test_a_pump_that_lost_its_row_cannot_mark_it(session: Session) -> None:
    delivery = due(session, handle(session, "Alice"))
    claim(session, "a")
    claim(session, "b", NOW + LEASE)
    assert not marks.mark(session, [(delivery, deliveries.sent("1"))], pump="a", now=NOW + LEASE)
    assert marks.mark(session, [(delivery, deliveries.sent("1"))], pump="b", now=NOW + LEASE)


def test_two_pumps_never_hold_the_same_row(database: Database) -> None:
    with database.writing() as session:
        for name in ("Alice", "Bob", "Charlie", "Dora"):
            due(session, handle(session, name))
    if database.dialect == "sqlite":
        with database.writing() as first:
            one = ids(claim(first, "a", limit=2))
        with database.writing() as second:
            two = ids(claim(second, "b"))
    else:
        with database.writing() as first, database.writing() as second:
            one, two = ids(claim(first, "a", limit=2)), ids(claim(second, "b"))
    assert len(one) == 2
    assert len(two) == 2
    assert not set(one) & set(two)


def test_when_a_room_is_asked_to_wait_everything_for_it_waits(session: Session) -> None:
    alice, bob = handle(session, "Alice"), handle(session, "Bob")
    first, second, other = due(session, alice), due(session, alice), due(session, bob)
    claimed = claim(session)
    assert ids(claimed) == [first.id, other.id]
    verdict = deliveries.after_failure(1, DeliveryError("ratelimited", retry_after=30), NOW)
    marks.mark(session, [(first, verdict)], pump="a", now=NOW)
    marks.mark(session, [(other, deliveries.sent("1"))], pump="a", now=NOW)
    session.expire_all()
    assert claim(session, at=NOW + 29 * SECOND) == []
    assert ids(claim(session, at=NOW + 30 * SECOND)) == [first.id]
    assert second.not_before == NOW + 30 * SECOND


def test_the_next_due_time_of_each_lane_is_known(session: Session) -> None:
    alice = handle(session, "Alice")
    due(session, alice, NOW + timedelta(hours=1))
    due(session, alice, NOW + timedelta(minutes=1), Priority.BROADCAST)
    assert deliveries.due_lanes(session, ["console", "slack"]) == {"console": NOW + timedelta(minutes=1)}


def test_a_commit_tells_what_it_made_due(database: Database) -> None:
    told: list[dict[str, datetime]] = []
    database.after_commit(lambda session: told.append(dict(deliveries.noted(session))))
    with database.writing() as session:
        alice = handle(session, "Alice")
        due(session, alice, NOW + SECOND)
        due(session, alice)
    assert told == [{"console": NOW}]


def test_nothing_is_told_of_what_was_rolled_back(database: Database) -> None:
    told: list[object] = []
    database.after_commit(told.append)

    def fail() -> None:
        with database.writing() as session:
            due(session, handle(session, "Alice"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert told == []


def test_a_permanent_refusal_stops_at_once() -> None:
    verdict = deliveries.after_failure(1, DeliveryError("channel_not_found", permanent=True), NOW)
    assert (verdict.state, verdict.problem) == (DeliveryState.DEAD, "channel_not_found")


def test_a_wish_to_wait_is_obeyed_and_is_no_try() -> None:
    verdict = deliveries.after_failure(99, DeliveryError("ratelimited", retry_after=7), NOW)
    assert (verdict.state, verdict.not_before, verdict.counts) == (DeliveryState.DUE, NOW + 7 * SECOND, False)


def test_other_failures_are_tried_again_more_and_more_slowly_and_then_given_up() -> None:
    verdicts = [deliveries.after_failure(tries, DeliveryError("http_502"), NOW) for tries in range(1, 41)]
    waits = [(each.not_before - NOW).total_seconds() for each in verdicts if each.not_before]
    assert waits[:8] == [5, 10, 20, 40, 80, 160, 320, 600]
    assert set(waits[8:]) == {600}
    assert verdicts[-1].state is DeliveryState.DEAD


def test_after_a_failure_the_next_try_is_unsure_but_not_after_a_wish_to_wait(session: Session) -> None:
    delivery = due(session, handle(session, "Alice"))
    for error, unsure in (
        (DeliveryError("ratelimited", retry_after=5), False),
        (DeliveryError("timeout", unknown=True), True),
        (DeliveryError("ratelimited", retry_after=5), True),
    ):
        [claimed] = claim(session, at=delivery.not_before)
        verdict = deliveries.after_failure(claimed.delivery.attempts, error, delivery.not_before)
        marks.mark(session, [(delivery, verdict)], pump="a", now=NOW)
        session.expire_all()
        [claimed] = claim(session, at=delivery.not_before)
        assert claimed.unsure is unsure
        marks.mark(session, [(delivery, deliveries.later(NOW + LEASE, "quiet"))], pump="a", now=NOW)
        session.expire_all()


def test_late_is_a_minute() -> None:
    assert deliveries.lateness(NOW - 59 * SECOND, NOW) is None
    assert deliveries.lateness(NOW - timedelta(hours=2), NOW) == timedelta(hours=2)
