"""The archive's part of `make chaos` in small: killed twice, and no row is lost, doubled or misread."""

from pathlib import Path

from tests.chaos.wecom_archive import Plan, run


def test_no_row_is_lost_doubled_or_misread(tmp_path: Path) -> None:
    assert [str(finding) for finding in run(Plan(rows=300, seed=3, at_once=True), tmp_path)] == []
