"""Who saw or changed what is on record, and read by whom it concerns."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from crm_core.customers import merge, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.errors import NotAllowed, NotFound
from crm_core.people import audit, operations
from tests.crm_core.conftest import NOW, Cast


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """The kind of the database does not matter here."""
    with sqlite_database.writing() as session:
        yield session


def _zhang(session: Session, cast: Cast) -> Customer:
    return records.create(session, Draft("张三"), viewer=cast.alice, now=NOW)


def test_what_was_seen_and_done_is_read_newest_first(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    audit.saw(session, viewer=cast.bob, action="find", now=NOW, customer_id=zhang.id, conversation_id=7)
    with operations.recording(session, viewer=cast.alice, command="set", now=NOW) as operation:
        records.change(session, zhang, "stage", "won", viewer=cast.alice, now=NOW)
    audit.did(
        session,
        viewer=cast.alice,
        action="set",
        now=NOW,
        customer_id=zhang.id,
        operation_id=operation.id,
        details={"field": "stage"},
    )
    did, saw = audit.trail(session, viewer=cast.alice, customer_id=zhang.id)
    assert (did.actor, did.action, did.operation_id, did.details) == ("Alice", "set", operation.id, {"field": "stage"})
    assert (saw.actor, saw.staff_id, saw.action, saw.conversation_id) == ("Bob", cast.bob.staff_id, "saw find", 7)
    assert audit.trail(session, viewer=cast.admin, limit=1) == [did]


def test_the_trail_of_a_customer_is_for_its_owner_its_manager_and_administrators(session: Session, cast: Cast) -> None:
    zhang = _zhang(session, cast)
    audit.saw(session, viewer=cast.bob, action="find", now=NOW, customer_id=zhang.id)
    for viewer in (cast.alice, cast.boss, cast.admin):
        assert len(audit.trail(session, viewer=viewer, customer_id=zhang.id)) == 1
    for viewer in (cast.bob, cast.intern):
        with pytest.raises(NotAllowed, match="right_missing"):
            audit.trail(session, viewer=viewer, customer_id=zhang.id)
    for customer_id in (zhang.id, 999):
        with pytest.raises(NotFound, match="customer_not_found"):
            audit.trail(session, viewer=cast.charlie, customer_id=customer_id)
    for viewer in (cast.alice, cast.boss):
        with pytest.raises(NotAllowed, match="right_missing"):
            audit.trail(session, viewer=viewer)


def test_the_pool_is_nobodys_own(session: Session, cast: Cast) -> None:
    pooled = records.create(session, Draft("李四", owner="公海"), viewer=cast.alice, now=NOW)
    with pytest.raises(NotAllowed, match="right_missing"):
        audit.trail(session, viewer=cast.alice, customer_id=pooled.id)


def test_the_trail_of_a_survivor_holds_that_of_whom_was_merged_into_it(session: Session, cast: Cast) -> None:
    keep, other = _zhang(session, cast), _zhang(session, cast)
    audit.saw(session, viewer=cast.alice, action="find", now=NOW, customer_id=other.id)
    merge.merge(session, keep, other, viewer=cast.alice, now=NOW)
    assert len(audit.trail(session, viewer=cast.alice, customer_id=keep.id)) == 1
    assert len(audit.trail(session, viewer=cast.alice, customer_id=other.id)) == 1


def test_an_undo_takes_nothing_off_the_record(session: Session, cast: Cast) -> None:
    with operations.recording(session, viewer=cast.alice, command="new", now=NOW) as operation:
        zhang = _zhang(session, cast)
        audit.did(session, viewer=cast.alice, action="new", now=NOW, customer_id=zhang.id)
    operations.undo(session, operation, viewer=cast.alice, now=NOW)
    assert [entry.action for entry in audit.trail(session, viewer=cast.admin)] == ["new"]


def test_the_trail_is_bounded(session: Session, cast: Cast) -> None:
    for _ in range(3):
        audit.saw(session, viewer=cast.alice, action="x" * 1000, now=NOW)
    assert len(audit.trail(session, viewer=cast.admin, limit=2)) == 2
    assert audit.trail(session, viewer=cast.admin, limit=-1) == []
