"""`crmbot serve` as a process that may be killed and is started again on the same port, over the same database."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0


class Mortal:
    """`url`: where it answers. `command`: what runs instead of `crmbot serve`, on the same port. `away`: when it was
    dead, from the kill until it was ready, in seconds since 1970."""

    def __init__(
        self, config: Path, log: Path, port: int, environment: Mapping[str, str], command: Sequence[str] = ()
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        self.away: list[tuple[float, float]] = []
        serve = ("-m", "bot.cli", "serve", "--config", str(config), "--port", str(port), "--log-level", "info")
        self._command = [sys.executable, *(command or serve)]
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=log
            )
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.05)
        raise AssertionError(f"it did not start:\n{self.log.read_text()[-2000:]}")

    def die_and_rise(self, until_heard: Callable[[], object] = lambda: None) -> None:
        """SIGKILL, and a new start at once. `until_heard` waits until it listens to the other side again."""
        assert self._process is not None
        died = time.time()
        self._process.kill()
        self._process.wait(timeout=_PATIENCE)
        self.start()
        until_heard()
        self.away.append((died, time.time()))

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=_PATIENCE)

    def was_away(self, since: float, until: float, *, margin: float = 0.5) -> bool:
        """Whether it was dead at some moment between these."""
        return any(died - margin <= until and since <= rose + margin for died, rose in self.away)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code in {200, 503}
        except httpx.TransportError:
            return False


@contextmanager
def living(config: Path, log: Path, port: int, environment: Mapping[str, str]) -> Iterator[Mortal]:
    """It lives until the block ends."""
    mortal = Mortal(config, log, port, environment)
    mortal.start()
    try:
        yield mortal
    finally:
        mortal.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
