"""`make chaos` in small: killed, refreshed, doubled, reordered, and nothing is lost, doubled or leaked."""

from pathlib import Path

import pytest

from tests.chaos.slack import Plan, run


@pytest.mark.parametrize("transport", ["http", "sockets"])
def test_nothing_is_lost_doubled_or_leaked(transport: str, tmp_path: Path) -> None:
    plan = Plan(events=100, transport=transport, kills=1, refreshes=1, seed=7, haste=40.0)
    assert [str(finding) for finding in run(plan, tmp_path).findings] == []
