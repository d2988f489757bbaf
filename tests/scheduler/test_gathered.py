"""Several nudges due at once for one person, where messages are scarce: one card, and each with its own fate."""

from datetime import timedelta

import pytest

from crm_core.chat import DeliveryError, Pacing
from crm_core.outreach import nudges
from crm_core.outreach.tables import DeliveryState
from tests.scheduler.conftest import Office


@pytest.fixture
def scarce(office: Office) -> Office:
    office.console.pacing = Pacing(gathers=True)
    return office


def states(office: Office) -> list[DeliveryState]:
    return [row.state for row in office.rows()]


def test_what_is_due_at_once_is_one_card_with_a_line_and_a_button_for_each(scarce: Office) -> None:
    ids = [scarce.remind(f"第{number}件事") for number in range(3)]
    scarce.remind("call Acme", whom="Bob")
    scarce.clock.forward(hours=1)
    scarce.tick()
    (said,) = scarce.said("alice")
    assert said.startswith("3 项提醒到时间了")
    for number, nudge_id in enumerate(ids):
        assert f"第{number}件事" in said
        assert f"[完成 #{nudge_id} → 完成 #{nudge_id}]" in said
    assert len(scarce.said("bob")) == 1
    assert states(scarce) == [DeliveryState.SENT] * 4


def test_elsewhere_each_is_a_card_of_its_own(office: Office) -> None:
    for number in range(3):
        office.remind(f"第{number}件事")
    office.clock.forward(hours=1)
    office.tick()
    assert len(office.said("alice")) == 3


def test_one_alone_is_the_card_it_always_is(scarce: Office) -> None:
    nudge_id = scarce.remind()
    scarce.remind("later", due_at=scarce.clock.now + timedelta(hours=2))
    scarce.clock.forward(hours=1)
    scarce.tick()
    assert scarce.said("alice")[0].startswith(f"提醒 #{nudge_id}")


def test_what_comes_again_is_planned_again_for_each(scarce: Office) -> None:
    due = scarce.clock.now + timedelta(hours=1)
    for text in ("weekly", "also weekly"):
        scarce.remind(text, due_at=due, recurrence="FREQ=WEEKLY")
    scarce.clock.forward(hours=1)
    scarce.tick()
    scarce.clock.forward(days=7)
    scarce.tick()
    assert len(scarce.said("alice")) == 2
    assert states(scarce)[:4] == [DeliveryState.SENT] * 4


def test_what_was_done_meanwhile_is_not_on_the_card(scarce: Office) -> None:
    first, second, third = (scarce.remind(f"第{number}件事") for number in range(3))
    with scarce.database.writing() as session:
        viewer = scarce.viewer(session, "Alice")
        nudge = nudges.get(session, second, viewer=viewer)
        nudges.done(session, nudge, viewer=viewer, now=scarce.clock.now, country="CN")
    scarce.clock.forward(hours=1)
    scarce.tick()
    (said,) = scarce.said("alice")
    assert "第1件事" not in said
    assert f"#{first}" in said
    assert f"#{third}" in said


def test_a_refusal_for_good_is_told_for_each_and_one_to_wait_holds_all(scarce: Office) -> None:
    for number in range(2):
        scarce.remind(f"第{number}件事")
    scarce.console.moods.append(DeliveryError("wait", retry_after=60))
    scarce.clock.forward(hours=1)
    scarce.tick()
    assert states(scarce) == [DeliveryState.DUE] * 2
    scarce.console.moods.append(DeliveryError("gone", permanent=True))
    scarce.clock.forward(minutes=2)
    scarce.tick()
    assert states(scarce)[:2] == [DeliveryState.DEAD] * 2


def test_after_a_try_of_unknown_fate_the_same_card_goes_under_the_same_key(scarce: Office) -> None:
    for number in range(2):
        scarce.remind(f"第{number}件事")
    scarce.console.moods.append(DeliveryError("no answer", unknown=True))
    scarce.clock.forward(hours=1)
    scarce.tick()
    scarce.clock.forward(minutes=1)
    scarce.tick()
    assert len(scarce.said("alice")) == 1
    assert states(scarce) == [DeliveryState.SENT] * 2


def test_what_may_have_arrived_goes_again_without_what_became_due_meanwhile(scarce: Office) -> None:
    scarce.remind("第1件事")
    scarce.remind("第2件事", due_at=scarce.clock.now + timedelta(hours=1, seconds=30))
    scarce.console.moods.append(DeliveryError("no answer", unknown=True))
    scarce.clock.forward(hours=1)
    scarce.tick()
    scarce.clock.forward(minutes=1)
    scarce.tick()
    said = scarce.said("alice")
    assert [sum(words in one for one in said) for words in ("第1件事", "第2件事")] == [1, 1]
    assert states(scarce) == [DeliveryState.SENT] * 2


def test_one_of_several_that_is_settled_meanwhile_does_not_show_the_others_twice(scarce: Office) -> None:
    ids = [scarce.remind(f"第{number}件事") for number in range(3)]
    scarce.console.moods.append(DeliveryError("no answer", unknown=True))
    scarce.clock.forward(hours=1)
    scarce.tick()
    with scarce.database.writing() as session:
        viewer = scarce.viewer(session, "Alice")
        nudge = nudges.get(session, ids[0], viewer=viewer)
        nudges.done(session, nudge, viewer=viewer, now=scarce.clock.now, country="CN")
    scarce.clock.forward(minutes=1)
    scarce.tick()
    assert sum("第2件事" in one for one in scarce.said("alice")) == 1
