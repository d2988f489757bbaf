"""A node that was killed is missed, unless it came back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from crm_core.platforms import pulses

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def tell(session: Session, node: str, seconds: float, *, host: str = "box", started: float = 0) -> None:
    document = {"name": f"{host}:{node}", "started_at": at(started).isoformat()}
    pulses.tell(session, node, document, now=at(seconds))


def missed(session: Session, seconds: float) -> list[str]:
    return [name for name, told in pulses.nodes(session).items() if pulses.is_missed(told, at(seconds))]


def running(session: Session, seconds: float) -> list[str]:
    return [name for name, told in pulses.nodes(session).items() if not pulses.is_gone(told, at(seconds))]


def test_one_that_came_back_on_its_host_is_at_no_time_missed(sqlite_session: Session) -> None:
    tell(sqlite_session, "killed", 0)
    for second in range(2, 302, 15):
        tell(sqlite_session, "again", second, started=2)
        assert missed(sqlite_session, second + 14) == []
    assert running(sqlite_session, 302) == ["again"]


def test_one_whose_host_did_not_come_back_is_missed_for_a_day(sqlite_session: Session) -> None:
    tell(sqlite_session, "killed", 0, host="other")
    tell(sqlite_session, "new", 30, started=10)
    assert missed(sqlite_session, 40) == []
    tell(sqlite_session, "new", 60, started=10)
    assert missed(sqlite_session, 60) == ["killed"]
    tell(sqlite_session, "new", 23 * 3600, started=10)
    assert missed(sqlite_session, 23 * 3600) == ["killed"]
    tell(sqlite_session, "new", 25 * 3600, started=10)
    assert missed(sqlite_session, 25 * 3600) == []


def test_one_that_ran_beside_it_all_the_time_takes_nobodys_place(sqlite_session: Session) -> None:
    tell(sqlite_session, "killed", 10)
    tell(sqlite_session, "beside", 60)
    assert missed(sqlite_session, 70) == ["killed"]


@pytest.mark.parametrize(("lives", "expected"), [(1, 1), (2, 0)])
def test_each_life_takes_the_place_of_one(sqlite_session: Session, lives: int, expected: int) -> None:
    tell(sqlite_session, "first", 0)
    tell(sqlite_session, "second", 0)
    for second in (10, 40, 70, 100):
        for life in range(lives):
            tell(sqlite_session, f"life {life}", second, started=5)
    assert len(missed(sqlite_session, 100)) == expected


def test_a_place_that_was_taken_stays_taken_when_its_taker_stops_or_dies_and_comes_back(
    sqlite_session: Session,
) -> None:
    tell(sqlite_session, "killed", 0)
    tell(sqlite_session, "again", 40, started=5)
    pulses.leave(sqlite_session, "again")
    assert missed(sqlite_session, 100) == []
    tell(sqlite_session, "third", 110, started=105)
    tell(sqlite_session, "fourth", 200, started=150)
    assert missed(sqlite_session, 200) == []


def test_one_that_was_only_slow_runs_again_when_it_tells(sqlite_session: Session) -> None:
    tell(sqlite_session, "slow", 0)
    tell(sqlite_session, "new", 40, started=5)
    tell(sqlite_session, "slow", 41)
    assert running(sqlite_session, 42) == ["new", "slow"]
