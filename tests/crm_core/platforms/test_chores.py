"""What a platform is to be asked to do is done once it is wanted, and again when it was wanted anew meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from crm_core.chat import DeliveryError
from crm_core.platforms import chores
from crm_core.platforms.chores import Claimed
from crm_core.platforms.tables import Chore, ChoreState

LEASE = timedelta(minutes=2)


def _claim(session: Session, now: datetime, doer: str = "one") -> list[Claimed]:
    return chores.claim(session, ["wecom"], doer=doer, now=now, limit=10, lease=LEASE)


def _state(session: Session) -> ChoreState:
    session.expire_all()
    return session.exec(select(Chore)).one().state


def test_wanted_twice_is_done_once(session: Session, now: datetime) -> None:
    for _ in range(2):
        chores.put(session, "wecom", "tags", "7", now=now)
    (claimed,) = _claim(session, now)
    assert _claim(session, now, "two") == []
    chores.finish(session, claimed, doer="one", now=now)
    assert _state(session) is ChoreState.DONE


def test_what_a_dead_process_had_is_taken_over_when_its_lease_ran_out(session: Session, now: datetime) -> None:
    chores.put(session, "wecom", "tags", "7", now=now)
    (lost,) = _claim(session, now)
    later = now + LEASE
    (claimed,) = _claim(session, later, "two")
    chores.finish(session, lost, doer="one", now=later)
    assert _state(session) is ChoreState.DOING
    chores.finish(session, claimed, doer="two", now=later)
    assert _state(session) is ChoreState.DONE


def test_wanted_anew_while_it_is_done_it_is_done_again(session: Session, now: datetime) -> None:
    chores.put(session, "wecom", "tags", "7", now=now)
    (claimed,) = _claim(session, now)
    chores.put(session, "wecom", "tags", "7", now=now)
    chores.finish(session, claimed, doer="one", now=now)
    assert len(_claim(session, now)) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("no", permanent=True), ChoreState.DEAD),
        (DeliveryError("wait", retry_after=60), ChoreState.DUE),
        (DeliveryError("lost", unknown=True), ChoreState.DUE),
    ],
)
def test_what_failed_is_tried_again_unless_it_is_refused(
    session: Session, now: datetime, error: DeliveryError, state: ChoreState
) -> None:
    chores.put(session, "wecom", "tags", "7", now=now)
    (claimed,) = _claim(session, now)
    chores.fail(session, claimed, error, doer="one", now=now)
    assert _state(session) is state
    assert _claim(session, now) == []


def test_one_that_was_given_up_is_done_when_it_is_wanted_again(session: Session, now: datetime) -> None:
    chores.put(session, "wecom", "tags", "7", now=now)
    (claimed,) = _claim(session, now)
    chores.fail(session, claimed, DeliveryError("no", permanent=True), doer="one", now=now)
    session.expire_all()
    chores.put(session, "wecom", "tags", "7", now=now)
    assert len(_claim(session, now)) == 1
    assert chores.counts(session)["wecom", "doing"] == 1


def test_one_that_is_not_due_waits(session: Session, now: datetime) -> None:
    chores.put(session, "wecom", "transfer", "7", now=now, not_before=now + timedelta(seconds=30))
    assert _claim(session, now) == []
    assert chores.next_due(session, ["wecom"]) == now + timedelta(seconds=30)
    assert len(_claim(session, now + timedelta(seconds=30))) == 1
