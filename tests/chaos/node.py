"""One of several nodes: the program as it is served, by a clock that can be set wrong while it runs.

    python -m tests.chaos.node CONFIG PORT CLOCK BEAT

CLOCK: a file with the seconds its clock is ahead. BEAT: seconds of silence after which others take it for dead. Large
broadcasts are frozen in small slices.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot import config, logs
from bot.app import create_app
from bot.cli import serve
from bot.clock import utc_now
from bot.server import Server
from bot.wiring import build
from crm_core.outreach import slices
from scheduler import engine


class WrongClock:
    """The wall's, and as many seconds more as the file says."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=float(os.pread(self._file, 20, 0) or b"0"))


def main() -> None:
    path, port, clock, beat = sys.argv[1:5]
    engine.HEARTBEAT = timedelta(seconds=float(beat))
    slices.SIZES = dict.fromkeys(slices.SIZES, slices.Sizes(stretch=2_000, slice=5))
    logs.set_up("info")
    settings = config.load(Path(path), os.environ)
    with serve.listen(settings, "127.0.0.1", int(port)) as listener:
        program = build(settings, clock=WrongClock(Path(clock)))
        Server(create_app(program), program, lambda: None).run(sockets=[listener])


if __name__ == "__main__":
    main()
