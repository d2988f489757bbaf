"""What a short answer stands for just now."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from crm_core.chat import RoomKind
from crm_core.conversations import prompts
from crm_core.conversations.prompts import Listed
from crm_core.conversations.tables import Conversation
from tests.conftest import NOW


@pytest.fixture
def room(session: Session) -> int:
    room = Conversation(platform="console", platform_id="direct:alice", kind=RoomKind.DIRECT, created_at=NOW)
    session.add(room)
    session.flush()
    return room.id


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def recall(session: Session, room: int, who: str, now: datetime) -> tuple[dict[str, str], int | None]:
    return prompts.meant(prompts.find(session, room, who), now)


def test_nothing_was_offered(session: Session, room: int) -> None:
    assert recall(session, room, "alice", NOW) == ({}, None)


def test_an_answer_is_known_for_ten_minutes_and_the_subject_for_thirty(session: Session, room: int) -> None:
    prompts.remember(session, room, "alice", answers={"2": "查 #15"}, subject_id=7, now=NOW)
    assert recall(session, room, "alice", NOW + minutes(9)) == ({"2": "查 #15"}, 7)
    assert recall(session, room, "alice", NOW + minutes(10)) == ({}, 7)
    assert recall(session, room, "alice", NOW + minutes(29)) == ({}, 7)
    assert recall(session, room, "alice", NOW + minutes(30)) == ({}, None)


def test_what_is_offered_to_alice_is_not_offered_to_bob(session: Session, room: int) -> None:
    prompts.remember(session, room, "alice", answers={"1": "查 #1"}, subject_id=1, now=NOW)
    prompts.remember(session, room, "bob", answers={"1": "查 #2"}, subject_id=2, now=NOW)
    assert recall(session, room, "alice", NOW) == ({"1": "查 #1"}, 1)
    assert recall(session, room, "charlie", NOW) == ({}, None)


def test_a_new_offer_replaces_the_old_one_and_keeps_the_subject(session: Session, room: int) -> None:
    prompts.remember(session, room, "alice", answers={"1": "a"}, subject_id=1, now=NOW)
    prompts.remember(session, room, "alice", answers={"2": "b"}, subject_id=None, now=NOW + minutes(1))
    assert recall(session, room, "alice", NOW + minutes(2)) == ({"2": "b"}, 1)


def test_a_forgotten_subject_does_not_come_back(session: Session, room: int) -> None:
    prompts.remember(session, room, "alice", answers={}, subject_id=1, now=NOW)
    prompts.remember(session, room, "alice", answers={}, subject_id=None, now=NOW + minutes(31))
    assert recall(session, room, "alice", NOW + minutes(32)) == ({}, None)


def test_the_numbers_of_a_list_stay_until_another_is_shown_and_are_old_the_next_day(
    session: Session, room: int
) -> None:
    assert prompts.listed(session, room, "alice", NOW) is None
    prompts.remember(session, room, "alice", answers={}, subject_id=None, now=NOW, listed={"1": 41})
    prompts.remember(session, room, "alice", answers={"1": "a"}, subject_id=1, now=NOW + minutes(5))
    assert prompts.listed(session, room, "alice", NOW + minutes(700)) == Listed({"1": 41}, fresh=True)
    assert prompts.listed(session, room, "alice", NOW + minutes(721)) == Listed({"1": 41}, fresh=False)
    prompts.remember(session, room, "alice", answers={}, subject_id=None, now=NOW + minutes(730), listed={"1": 42})
    assert prompts.listed(session, room, "alice", NOW + minutes(731)) == Listed({"1": 42}, fresh=True)
