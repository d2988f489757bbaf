"""Every defect that a plain use of the libraries inherits has its test: the table in README.md."""

import re
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_ROWS = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", (_HERE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_all_of_them_are_there() -> None:
    assert [int(number) for number, _ in _ROWS] == list(range(1, 37))


@pytest.mark.parametrize(("number", "tests"), _ROWS)
def test_what_holds_a_trap_is_still_there(number: str, tests: str) -> None:
    missing, text = [], ""
    for name in re.findall("`([^`]+)`", tests):
        if name.endswith(".py"):
            text = (_HERE / name).read_text(encoding="utf-8")
        elif f"def {name}(" not in text:
            missing.append(name)
    assert (number, missing) == (number, [])
