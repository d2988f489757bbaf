"""`make chaos` on WeCom in small: killed, doubled, reordered, lost, and in the end everything is right."""

from pathlib import Path

from tests.chaos.wecom import run
from tests.chaos.wecom_part import Plan


def test_everything_is_right_in_the_end(tmp_path: Path) -> None:
    plan = Plan(steps=60, contacts=24, nudges=15, seed=7, patience=150.0, answered_within=20.0)
    assert [str(finding) for finding in run(plan, tmp_path).findings] == []
