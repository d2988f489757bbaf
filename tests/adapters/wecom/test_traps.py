"""Every test that the table of traps names is there."""

import re
from pathlib import Path

_NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_trap_has_its_test() -> None:
    folder = Path(__file__).parent
    named = _NAMED.findall((folder / "README.md").read_text(encoding="utf-8"))
    missing = [name for path, name in named if f"def {name}(" not in (folder / path).read_text(encoding="utf-8")]
    assert len(named) > 50
    assert missing == []
