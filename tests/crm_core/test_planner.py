"""What is planned differently inside is planned as before afterwards."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_core import planner

NAMES = ("plan_cache_mode", "enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def settings(session: Session) -> dict[str, str]:
    if session.get_bind().dialect.name == "sqlite":
        return {}
    return {name: session.execute(text(f"SHOW {name}")).scalar_one() for name in NAMES}


@pytest.mark.parametrize("inside", [planner.by_index, planner.row_by_row, planner.many_rows])
def test_the_settings_are_for_the_inside_alone(
    session: Session, inside: Callable[[Session], AbstractContextManager[None]]
) -> None:
    before = settings(session)
    with inside(session):
        within = settings(session)
    assert settings(session) == before
    assert within != before or session.get_bind().dialect.name == "sqlite"


@pytest.mark.parametrize("inside", [planner.by_index, planner.row_by_row, planner.many_rows])
def test_an_error_inside_leaves_none_behind(
    session: Session, inside: Callable[[Session], AbstractContextManager[None]]
) -> None:
    before = settings(session)
    with pytest.raises(LookupError), session.begin_nested(), inside(session):
        raise LookupError
    assert settings(session) == before
