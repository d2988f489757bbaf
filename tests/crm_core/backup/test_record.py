"""When a backup is due, who is at it, and when somebody hears that there is none."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from crm_core.backup import record
from crm_core.backup.record import LEASE, Record
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")
AT = time(3, 30)
#: NOW is 10:20 in Shanghai.
SLOT = NOW - timedelta(hours=6, minutes=50)
DAY = timedelta(days=1)


def due(session: Session, now: datetime) -> datetime:
    return record.due(record.last(session), now, AT, ZONE)


def begin(session: Session, now: datetime, node: str = "one") -> Record | None:
    found = record.last(session)
    return record.begin(session, found, slot=record.slot_before(now, AT, ZONE), node=node, now=now)


def finish(session: Session, now: datetime) -> None:
    record.finish(session, taken_at=now, file="f", size=10, rows=5, seconds=1.5, now=now)


def test_the_first_is_due_at_once_then_each_day_at_its_hour(session: Session) -> None:
    assert due(session, NOW) == SLOT
    assert begin(session, NOW) is not None
    finish(session, NOW)
    assert due(session, NOW) == SLOT + DAY
    assert due(session, SLOT + DAY + timedelta(minutes=1)) == SLOT + DAY


def test_one_made_by_hand_does_not_stand_for_the_one_of_the_next_day(session: Session) -> None:
    finish(session, NOW)
    assert due(session, NOW) == SLOT, "nobody has begun the one of today"
    begin(session, NOW)
    finish(session, NOW)
    assert due(session, NOW + DAY) == SLOT + DAY


def test_two_nodes_do_not_make_the_same_one_and_a_dead_one_is_replaced(session: Session) -> None:
    found = record.last(session)
    assert record.begin(session, found, slot=SLOT, node="one", now=NOW) is not None
    assert record.begin(session, found, slot=SLOT, node="two", now=NOW) is None
    assert due(session, NOW + timedelta(seconds=5)) == NOW + LEASE
    after = NOW + LEASE + timedelta(seconds=1)
    assert due(session, after) <= after


def test_a_renewed_lease_does_not_undo_what_was_finished(session: Session) -> None:
    begun = begin(session, NOW)
    assert begun is not None
    finish(session, NOW)
    assert record.renew(session, begun, now=NOW + timedelta(seconds=30)) is None
    assert record.last(session).taken_at == NOW


def test_after_a_failure_it_is_tried_again_and_told_once_a_day(session: Session) -> None:
    begin(session, NOW)
    assert record.fail(session, "No space left on device", now=NOW)
    assert due(session, NOW) == NOW + timedelta(minutes=30)
    assert not record.fail(session, "No space left on device", now=NOW + timedelta(minutes=30))
    assert record.fail(session, "No space left on device", now=NOW + DAY)
    finish(session, NOW + DAY)
    assert record.last(session).problem == ""


def test_somebody_hears_when_there_was_none_for_a_day_and_a_half(session: Session) -> None:
    assert not record.worry(session, now=NOW + DAY, since=NOW)
    assert record.worry(session, now=NOW + 2 * DAY, since=NOW)
    assert not record.worry(session, now=NOW + 2 * DAY + timedelta(hours=1), since=NOW)
    finish(session, NOW + 3 * DAY)
    assert not record.worry(session, now=NOW + 4 * DAY, since=NOW)
    assert record.worry(session, now=NOW + 5 * DAY, since=NOW)
