"""After a restore nothing goes out until an administrator has decided."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.outreach import holding
from crm_core.outreach.holding import Held, Waiting
from crm_core.outreach.sequences.tables import Enrolment, EnrolmentStep, Sequence, SequenceState, SequenceVersion
from crm_core.outreach.tables import Delivery, DeliveryState, Nudge, NudgeState
from tests.conftest import NOW
from tests.crm_core.outreach.test_nudges import HOUR, Cast

HELD = Held(NOW, NOW + 2 * HOUR)


@pytest.fixture
def cast(session: Session) -> Cast:
    return Cast(session)


def test_what_was_due_before_the_restore_is_told_apart(cast: Cast) -> None:
    cast.nudge(NOW + HOUR)
    cast.nudge(NOW + 5 * HOUR)
    assert holding.held(cast.session) is None
    holding.hold(cast.session, HELD)
    assert holding.held(cast.session) == HELD
    assert holding.waiting(cast.session, HELD) == Waiting(unsure=1, sure=1)


def test_what_may_have_gone_out_is_given_up_and_stays_among_the_to_dos(cast: Cast) -> None:
    before, after = cast.nudge(NOW + HOUR), cast.nudge(NOW + 5 * HOUR)
    holding.hold(cast.session, HELD)
    counts = holding.release(cast.session, unsure=False, now=NOW + 3 * HOUR, country="CN")
    assert counts == Waiting(unsure=1, sure=1)
    assert holding.held(cast.session) is None
    assert states(cast.session) == {before.id: DeliveryState.CANCELLED, after.id: DeliveryState.DUE}
    assert cast.session.get_one(Nudge, before.id).state is NudgeState.OPEN
    assert cast.session.get_one(Nudge, before.id).next_at is None


def test_what_waited_for_the_end_of_quiet_hours_was_not_sent_before_and_goes_out(cast: Cast) -> None:
    waits, waited = cast.nudge(NOW + HOUR), cast.nudge(NOW + HOUR)
    wait(cast.session, waits, until=NOW + 4 * HOUR)
    wait(cast.session, waited, until=NOW + 2 * HOUR)
    holding.hold(cast.session, HELD)
    assert holding.waiting(cast.session, HELD) == Waiting(unsure=1, sure=1)
    holding.release(cast.session, unsure=False, now=NOW + 5 * HOUR, country="CN")
    assert states(cast.session) == {waits.id: DeliveryState.DUE, waited.id: DeliveryState.CANCELLED}


def test_a_recurring_nudge_goes_on_with_the_next_time(cast: Cast) -> None:
    nudge = cast.nudge(NOW + HOUR, recurrence="FREQ=DAILY")
    holding.hold(cast.session, HELD)
    holding.release(cast.session, unsure=False, now=NOW + 3 * HOUR, country="CN")
    assert nudge.next_at == NOW + HOUR + timedelta(days=1)


def test_a_nudge_whose_row_was_not_planned_yet_counts_as_well(cast: Cast) -> None:
    nudge = cast.nudge(NOW + HOUR)
    for row in cast.session.exec(select(Delivery)):
        cast.session.delete(row)
    cast.session.flush()
    holding.hold(cast.session, HELD)
    assert holding.waiting(cast.session, HELD) == Waiting(unsure=1, sure=0)
    holding.release(cast.session, unsure=False, now=NOW + 3 * HOUR, country="CN")
    assert states(cast.session) == {nudge.id: DeliveryState.CANCELLED}


def test_everything_goes_out_when_that_is_wanted_and_a_second_word_changes_nothing(cast: Cast) -> None:
    nudge = cast.nudge(NOW + HOUR)
    holding.hold(cast.session, HELD)
    assert holding.release(cast.session, unsure=True, now=NOW + 3 * HOUR, country="CN") == Waiting(1, 0)
    assert states(cast.session) == {nudge.id: DeliveryState.DUE}
    assert holding.release(cast.session, unsure=False, now=NOW + 3 * HOUR, country="CN") is None
    assert states(cast.session) == {nudge.id: DeliveryState.DUE}


def test_a_sequence_whose_step_may_have_been_taken_is_paused(cast: Cast) -> None:
    enrol(cast, "due before", NOW + HOUR)
    enrol(cast, "due later", NOW + 5 * HOUR)
    holding.hold(cast.session, HELD)
    assert holding.release(cast.session, unsure=False, now=NOW + 3 * HOUR, country="CN") == Waiting(0, 0, sequences=1)
    cast.session.expire_all()
    found = cast.session.exec(select(Sequence.name, Sequence.state)).all()
    assert dict(found) == {"due before": SequenceState.PAUSED, "due later": SequenceState.ON}


def enrol(cast: Cast, name: str, due_at: datetime) -> None:
    """A customer who waits for the first step of a sequence of their own."""
    sequence = Sequence(name=name, name_key=name, state=SequenceState.ON, version=1, created_at=NOW, changed_at=NOW)
    cast.session.add(sequence)
    cast.session.flush()
    version = SequenceVersion(sequence_id=sequence.id, number=1, created_at=NOW)
    cast.session.add(version)
    cast.session.flush()
    customer = cast.customer(name)
    enrolment = Enrolment(
        sequence_id=sequence.id,
        version_id=version.id,
        customer_id=customer.id,
        entered_at=NOW,
        entered_stage=customer.stage,
    )
    cast.session.add(enrolment)
    cast.session.flush()
    cast.session.add(EnrolmentStep(enrolment_id=enrolment.id, number=1, due_at=due_at))
    cast.session.flush()


def wait(session: Session, nudge: Nudge, *, until: datetime) -> None:
    """At the last look it was put off until then."""
    row = session.exec(select(Delivery).where(Delivery.nudge_id == nudge.id)).one()
    row.not_before, row.problem = until, "quiet_hours"
    session.add(row)
    session.flush()


def states(session: Session) -> dict[int | None, DeliveryState]:
    return {row.nudge_id: row.state for row in session.exec(select(Delivery))}
