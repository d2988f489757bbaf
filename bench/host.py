"""What the host of a virtual machine took away while something was measured."""

import os
from pathlib import Path
from time import perf_counter
from types import TracebackType

_STAT = Path("/proc/stat")
_TICKS = os.sysconf("SC_CLK_TCK")


def stolen() -> float:
    """Seconds of all cores so far during which others ran though this machine had work; 0 where nobody tells."""
    try:
        fields = _STAT.read_text("ascii").split("\n", 1)[0].split()
    except OSError:
        return 0.0
    return int(fields[8]) / _TICKS


class Watch:
    """The share of the machine's cores that the host took inside `with`, once it has ended."""

    share = 0.0

    def __enter__(self) -> "Watch":
        self._began = stolen(), perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        taken, seconds = stolen() - self._began[0], perf_counter() - self._began[1]
        self.share = taken / (seconds * (os.cpu_count() or 1))
