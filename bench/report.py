"""Tables of figures, each with its target, kept in docs/benchmarks.md; a run replaces the sections it measured."""

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

_HEAD = """# Figures

Written by `make bench` (`BENCH="--customers 100000"` for a smaller run). Every figure stands beside its floor, measured
in the same run, so that the ratios hold on any machine. ✓ and ✗ compare with the target.
"""


@dataclass(frozen=True)
class Row:
    """One figure or several: `cells` as they are shown; `held`: whether the target was reached, None without one."""

    name: str
    cells: Sequence[str]
    target: str = ""
    held: bool | None = None


@dataclass(frozen=True)
class Section:
    """One table. `columns` name the cells; `note` says what was measured, and on how much."""

    title: str
    note: str
    columns: Sequence[str]
    rows: list[Row] = field(default_factory=list)

    def beside(self, taken: float) -> "Section":
        """The same, and the share of the cores that the machine's host took for others meanwhile."""
        return replace(self, note=f"{self.note}\n\nTaken by the machine's host meanwhile: {taken:.0%} of the cores.")

    def markdown(self) -> str:
        head = f"## {self.title}\n\n{self.note}\n\n"
        lines = [
            _line(["", *self.columns, "target", ""]),
            _line(["---"] + ["---:"] * len(self.columns) + ["---", "---"]),
        ]
        lines += [_line([row.name, *row.cells, row.target, _mark(row.held)]) for row in self.rows]
        return head + "\n".join(lines) + "\n"


def write(sections: Sequence[Section], *, page: Path = PAGE, head: str = _HEAD) -> None:
    """Put the sections into the page, in the place of those with the same title. `head`: what stands above them."""
    kept = _sections(page.read_text("utf-8")) if page.exists() else {}
    kept.update({section.title: section.markdown() for section in sections})
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n".join([head, *kept.values()]), "utf-8")


def machine(postgresql: str = "") -> str:
    """What it was measured on, without naming the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{os.cpu_count()} cores", f"{memory:.0f} GB memory", f"Python {platform.python_version()}"]
    parts.append(f"SQLite {sqlite3.sqlite_version}")
    return ", ".join(parts + ([f"PostgreSQL {postgresql}"] if postgresql else []))


def milliseconds(seconds: float) -> str:
    """Three digits that mean something."""
    value = seconds * 1000
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].removeprefix("## "): part.rstrip() + "\n" for part in parts}


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _mark(held: bool | None) -> str:
    return "" if held is None else "✓" if held else "✗"
