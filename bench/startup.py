"""How long the program takes to be ready, and how much memory it holds when nothing happens."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from time import perf_counter, sleep

import psutil

from bench import processes
from bench.company import Sizes
from bench.report import Row, Section, machine, percentile
from bench.store import Progress
from crm_core.database import Database

TURNS = 5
_IDLE_SECONDS = 10.0


def run(sizes: Sizes, databases: Sequence[Database], progress: Progress) -> list[Section]:
    """One section; the memory is measured over the filled SQLite database, if it was asked for."""
    section = Section(
        "Start and memory",
        f"`crmbot serve` as a process of its own, the console platform; {machine()}.",
        ("p50", "most"),
    )
    section.rows.extend((_start(progress), _floor()))
    filled = next((database for database in databases if database.dialect == "sqlite"), None)
    if filled is not None:
        section.rows.append(_memory(sizes, filled.url))
    return [section]


def _start(progress: Progress) -> Row:
    times = []
    for turn in range(TURNS):
        with tempfile.TemporaryDirectory() as folder, _serving(f"sqlite:///{folder}/crmbot.db") as (_, _, seconds):
            times.append(seconds)
        progress("starts", turn + 1, TURNS)
    cells = (f"{percentile(times, 0.5):.2f} s", f"{max(times):.2f} s")
    return Row("start to ready, empty database", cells, "≤ 3 s", max(times) <= 3)


def _floor() -> Row:
    """The interpreter alone with the web framework: what no start can be shorter than."""
    times = []
    for _ in range(TURNS):
        started = perf_counter()
        subprocess.run([sys.executable, "-c", "import fastapi, uvicorn, sqlmodel, alembic"], check=True)
        times.append(perf_counter() - started)
    return Row("floor: importing the frameworks", (f"{percentile(times, 0.5):.2f} s", f"{max(times):.2f} s"))


def _memory(sizes: Sizes, url: str) -> Row:
    with _serving(url) as (process, _, _):
        sleep(_IDLE_SECONDS)
        held = psutil.Process(process.pid).memory_info().rss / 2**20
    return Row(f"resident when idle, {sizes.customers:,} customers", (f"{held:.0f} MB", ""), "≤ 200 MB", held <= 200)


def _serving(url: str) -> AbstractContextManager[tuple["subprocess.Popen[bytes]", str, float]]:
    return processes.crmbot(f'[database]\nurl = "{url}"\n')
