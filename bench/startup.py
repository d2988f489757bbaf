"""How long the program takes to be ready, and how much memory it holds when nothing happens."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep

import httpx
import psutil

from bench.company import Sizes
from bench.report import Row, Section, machine, percentile
from bench.store import Progress
from crm_core.database import Database

TURNS = 5
_IDLE_SECONDS = 10.0
_PATIENCE = 60.0


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
        with tempfile.TemporaryDirectory() as folder, _serving(f"sqlite:///{folder}/crmbot.db") as (_, seconds):
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
    with _serving(url) as (process, _):
        sleep(_IDLE_SECONDS)
        held = psutil.Process(process.pid).memory_info().rss / 2**20
    return Row(f"resident when idle, {sizes.customers:,} customers", (f"{held:.0f} MB", ""), "≤ 200 MB", held <= 200)


@contextmanager
def _serving(url: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The program over this database, and the seconds until it said that it is ready."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(f'[database]\nurl = "{url}"\n', "utf-8")
        port = _free_port()
        command = [sys.executable, "-m", "bot.cli", "serve", "--config", str(config), "--port", str(port)]
        started = perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await_ready(process, f"http://127.0.0.1:{port}/readyz")
            yield process, perf_counter() - started
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE)


def _await_ready(process: "subprocess.Popen[bytes]", url: str) -> None:
    until = monotonic() + _PATIENCE
    while monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            sleep(0.02)
    raise RuntimeError("the program did not become ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
