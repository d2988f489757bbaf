"""Who came into a room and who left."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlmodel import Session, col, select

from crm_core.chat import Happening, InboundMessage
from crm_core.conversations.tables import Membership
from tests.conftest import NOW
from tests.crm_core.conversations.talk import ZHANG, record, said

MINUTE = timedelta(minutes=1)


def joined(minute: int) -> InboundMessage:
    return said("", id_="", at=NOW + minute * MINUTE, happening=Happening.JOINED)


def left(minute: int) -> InboundMessage:
    return said("", id_="", at=NOW + minute * MINUTE, happening=Happening.LEFT)


def spoke(minute: int) -> InboundMessage:
    return said(id_=f"m{minute}", at=NOW + minute * MINUTE)


def stays(session: Session) -> list[tuple[int, int | None]]:
    """From which minute to which."""
    session.expire_all()
    rows = session.exec(select(Membership).order_by(col(Membership.joined_at)))
    return [(_minute(row.joined_at), None if row.left_at is None else _minute(row.left_at)) for row in rows]


def _minute(at: datetime) -> int:
    return (at - NOW) // MINUTE


def test_who_comes_is_in_the_room_until_they_leave(session: Session) -> None:
    record(session, joined(1))
    assert stays(session) == [(1, None)]
    record(session, left(5))
    assert stays(session) == [(1, 5)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_stays_are_the_same_in_any_order(sqlite_session: Session, order: tuple[int, ...]) -> None:
    told = [joined(1), left(5), joined(7), left(9)]
    record(sqlite_session, *(told[at] for at in order), *told)
    assert stays(sqlite_session) == [(1, 5), (7, 9)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_came_back_is_inside_whatever_is_told_last(sqlite_session: Session, order: tuple[int, ...]) -> None:
    told = [joined(1), left(5), joined(7)]
    record(sqlite_session, *(told[at] for at in order))
    assert stays(sqlite_session) == [(1, 5), (7, None)]


def test_who_spoke_was_there_before_it_is_told_that_they_came(session: Session) -> None:
    record(session, spoke(3), joined(1))
    assert stays(session) == [(1, None)]


def test_a_late_message_does_not_bring_back_who_left(session: Session) -> None:
    record(session, joined(1), left(5), spoke(3))
    assert stays(session) == [(1, 5)]


def test_a_leave_told_twice_is_one(session: Session) -> None:
    again = said("", id_="", at=NOW + 5 * MINUTE + timedelta(seconds=1), happening=Happening.LEFT)
    record(session, joined(1), left(5), again)
    assert stays(session) == [(1, 5)]


def test_who_is_nobody_cannot_come(session: Session) -> None:
    record(session, said("", id_="", by=type(ZHANG)(""), happening=Happening.JOINED))
    assert stays(session) == []
