"""A row that somebody else adds at the same moment is added once."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from crm_core.people.tables import Team
from crm_core.rows import add_or_find


def _east(session: Session) -> Team | None:
    return session.exec(select(Team).where(Team.name == "East")).first()


def test_a_new_row_is_added(session: Session) -> None:
    east = add_or_find(session, Team(name="East"), lambda: _east(session))
    assert _east(session) is east


def test_a_row_that_was_added_meanwhile_is_found_and_the_transaction_goes_on(session: Session) -> None:
    session.add(Team(name="West"))
    first = add_or_find(session, Team(name="East"), lambda: _east(session))
    assert add_or_find(session, Team(name="East"), lambda: _east(session)) is first
    session.add(Team(name="North"))
    session.flush()
    assert session.exec(select(Team.name).order_by(Team.name)).all() == ["East", "North", "West"]


def test_another_fault_of_the_row_is_told(session: Session) -> None:
    add_or_find(session, Team(name="East"), lambda: _east(session))
    with pytest.raises(IntegrityError):
        add_or_find(session, Team(name="East"), lambda: None)
