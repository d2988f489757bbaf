"""`make chaos` for the nodes in small: killed, thrown down, set wrong, made to wait, and everything is said once."""

from pathlib import Path

import pytest

from tests.chaos.nodes import Plan, run
from tests.chaos.nodes_company import Load


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_everything_that_goes_out_is_said_once(database: str, tmp_path: Path) -> None:
    load = Load(people=6, nudges=12, customers=6, steps=1, seconds=3)
    plan = Plan(database, load, kills=1, restarts=1, jumps=1, refused=0.1, cut=0.1, beat=2, seed=3)
    result = run(plan, tmp_path)
    assert (result.lost(), result.doubled()) == ([], [])
