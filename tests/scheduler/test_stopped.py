"""Everything that goes out by itself, stopped and resumed by an administrator; and what was given up, tried again."""

from datetime import timedelta

import pytest

from crm_core.chat import DeliveryError
from crm_core.errors import Conflict, NotAllowed, NotFound
from crm_core.outreach import nudges, pausing, undelivered
from crm_core.outreach.tables import DeliveryState, Nudge
from tests.scheduler.conftest import Office

REFUSED = DeliveryError("chat.postMessage: channel_not_found", permanent=True)


def stop(office: Office) -> None:
    with office.database.writing() as session:
        pausing.pause(session, viewer=office.viewer(session, "Dora"), now=office.clock.now)


def go_on(office: Office) -> None:
    with office.database.writing() as session:
        pausing.resume(session, viewer=office.viewer(session, "Dora"), now=office.clock.now)


def try_again(office: Office, delivery_id: int, who: str = "Alice") -> None:
    with office.database.writing() as session:
        viewer = office.viewer(session, who)
        undelivered.try_again(session, delivery_id, viewer=viewer, now=office.clock.now)


def failed(office: Office, **details: object) -> int:
    """A reminder of Alice's that was refused; the id of its delivery."""
    office.remind(**details)  # type: ignore[arg-type]
    office.console.moods = [REFUSED]
    office.clock.forward(hours=1)
    office.tick()
    return next(row.id for row in office.rows() if row.state is DeliveryState.DEAD)


def test_while_it_is_stopped_nothing_goes_out_and_afterwards_everything_does(office: Office) -> None:
    office.remind()
    stop(office)
    office.clock.forward(hours=1)
    office.tick()
    office.run(office.lanes.pump("console"))
    assert office.console.posts == []
    go_on(office)
    office.tick()
    assert len(office.said("alice")) == 1


def test_it_stops_in_the_middle_of_much(office: Office) -> None:
    for number in range(8):
        office.remind(str(number))
    office.console.moods = [lambda: stop(office)]
    office.clock.forward(hours=1)
    office.tick()
    assert len(office.said("alice")) == 1
    go_on(office)
    office.tick()
    assert len(office.said("alice")) == 8


def test_only_administrators_stop_it_and_who_did_is_known(office: Office) -> None:
    with office.database.writing() as session:
        for verb in (pausing.pause, pausing.resume):
            with pytest.raises(NotAllowed):
                verb(session, viewer=office.viewer(session, "Bob"), now=office.clock.now)
    stop(office)
    office.clock.forward(hours=1)
    with office.database.writing() as session:
        again = pausing.pause(session, viewer=office.viewer(session, "Dora"), now=office.clock.now)
        assert again == pausing.Pause("Dora", office.clock.now - timedelta(hours=1))
        assert pausing.paused(session) == again


def test_what_was_refused_stands_on_the_list_of_who_it_concerns(office: Office) -> None:
    delivery_id = failed(office)
    with office.database.reading() as session:
        for name, seen in (("Alice", 1), ("Bob", 1), ("Dora", 1)):
            found = undelivered.to_staff(session, viewer=office.viewer(session, name))
            assert len(found) == seen, name
        [one] = found
        assert (one.delivery_id, one.whom, one.problem) == (delivery_id, "Alice", REFUSED.reason)
        others = undelivered.to_staff(session, viewer=office.viewer(session, "Dora"), before=delivery_id)
        assert others == []


def test_tried_again_it_is_said_and_its_nudge_knows(office: Office) -> None:
    delivery_id = failed(office)
    try_again(office, delivery_id)
    office.tick()
    [said] = office.said("alice")
    assert "给王五回电话" in said
    assert {row.state for row in office.rows() if row.id == delivery_id} == {DeliveryState.SENT}
    with pytest.raises(Conflict):
        try_again(office, delivery_id)


def test_tried_again_it_goes_to_who_has_the_nudge_now(office: Office) -> None:
    nudge_id = office.remind(whom="Bob")
    office.console.moods = [REFUSED]
    office.clock.forward(hours=1)
    office.tick()
    [dead] = [row for row in office.rows() if row.state is DeliveryState.DEAD]
    with office.database.writing() as session:
        nudge = session.get_one(Nudge, nudge_id)
        nudges.reassign(
            session,
            nudge,
            office.person(session, "Alice"),
            viewer=office.viewer(session, "Bob"),
            now=office.clock.now,
        )
    try_again(office, dead.id, "Bob")
    office.tick()
    assert any(said.startswith(f"提醒 #{nudge_id}") for said in office.said("alice"))


def test_what_is_done_meanwhile_is_not_tried_again(office: Office) -> None:
    delivery_id = failed(office)
    with office.database.writing() as session:
        viewer = office.viewer(session, "Alice")
        nudge = nudges.get(session, 1, viewer=viewer)
        nudges.done(session, nudge, viewer=viewer, now=office.clock.now)
    with pytest.raises(Conflict):
        try_again(office, delivery_id)


def test_a_message_nobody_has_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        try_again(office, 4711)


def test_who_is_told_of_a_failure_reads_why_and_can_try_again(office: Office) -> None:
    delivery_id = failed(office)
    [told] = office.said("dora")
    assert "no such channel, or the bot is not in it: invite it" in told
    assert f"[Try again → undelivered retry {delivery_id}]" in told
