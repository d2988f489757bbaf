"""`make chaos` for the nodes in small: killed, thrown down, set wrong, made to wait, and each reminder is said once."""

from pathlib import Path

import pytest

from tests.chaos.nodes import Plan, run


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_reminder_is_said_once(database: str, tmp_path: Path) -> None:
    plan = Plan(
        database, people=6, nudges=12, seconds=3, kills=1, restarts=1, jumps=1, refused=0.1, cut=0.1, beat=2, seed=3
    )
    result = run(plan, tmp_path)
    assert (result.lost, result.doubled) == ([], [])
