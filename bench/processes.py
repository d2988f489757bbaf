"""Servers of the bench, each a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

import httpx

from bench.posting import Acknowledged

_PATIENCE = 60.0
#: A process that used less than so many seconds of CPU between two looks rests.
_STILL, _LOOK = 0.05, 0.5


@contextmanager
def crmbot(config: str) -> Iterator[tuple["subprocess.Popen[bytes]", str, float]]:
    """`crmbot serve` with this configuration: the process, its address, and the seconds until it was ready."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(config, "utf-8")
        port = free_port()
        command = ["-m", "bot.cli", "serve", "--config", str(path), "--port", str(port)]
        with serving(command, f"http://127.0.0.1:{port}", "/readyz") as (process, seconds):
            yield process, f"http://127.0.0.1:{port}", seconds


@contextmanager
def serving(command: Sequence[str], url: str, ready: str) -> Iterator[tuple["subprocess.Popen[bytes]", float]]:
    """A Python process that answers 200 at `url` + `ready` once it is there, and the seconds until then."""
    started = perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_ready(process, f"{url}{ready}")
        yield process, perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


@dataclass(frozen=True)
class Measured:
    """What requests were told, and the seconds of CPU the program used meanwhile."""

    told: Acknowledged
    cpu: float


def measured(process: "subprocess.Popen[bytes]", run: Callable[[], Acknowledged]) -> Measured:
    before = cpu_seconds(process)
    return Measured(run(), cpu_seconds(process) - before)


def rest(process: "subprocess.Popen[bytes]") -> None:
    """Return once it has nothing more to do."""
    used = _STILL
    while used >= _STILL:
        before = cpu_seconds(process)
        sleep(_LOOK)
        used = cpu_seconds(process) - before


def cpu_seconds(process: "subprocess.Popen[bytes]") -> float:
    """What a process has used so far, the system's time for it too; 0 where the system does not tell (/proc)."""
    try:
        _, _, fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")
    except OSError:
        return 0.0
    return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(process: "subprocess.Popen[bytes]", url: str) -> None:
    until = monotonic() + _PATIENCE
    while monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            sleep(0.02)
    raise RuntimeError("the server did not become ready")
