"""Lives of a program that is killed at a chosen instant, one after the other over one database.

The test writes one JSON object for each life to a process that forks a child for it, and reads how the child ended.
`die` of a life: "before write 3", "after write 3", or an instant the program itself meets; "": it ends by itself.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session

from bot.threads import Core
from crm_core.database import Database

T = TypeVar("T")

#: How a life ends that was killed.
KILLED = -signal.SIGKILL

_ROOT = Path(__file__).resolve().parents[1]


class Fate:
    """Counts what happens, and ends the process at the chosen instant as kill -9 does."""

    def __init__(self, die: str) -> None:
        self._die = die
        self._counts: Counter[str] = Counter()

    def meet(self, instant: str) -> None:
        self._counts[instant] += 1
        if f"{instant} {self._counts[instant]}" == self._die:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalCore(Core):
    """Meets an instant before and after each transaction that writes."""

    def __init__(self, database: Database, fate: Fate) -> None:
        super().__init__(database, threads=2)
        self._fate = fate

    async def write(self, change: Callable[[Session], T], *, urgent: bool = False) -> T:
        self._fate.meet("before write")
        changed = await super().write(change, urgent=urgent)
        self._fate.meet("after write")
        return changed


def live_as_told(live: Callable[[Mapping[str, Any]], Coroutine[Any, Any, None]]) -> None:
    """In the process: a child for each life that is read from standard input."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.get_event_loop_policy().new_event_loop().run_until_complete(live(json.loads(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


class Lives:
    """In the test. `module`: the process to be started, with these arguments."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, life: Mapping[str, Any]) -> int:
        """One life; how it ended, 0 or `KILLED`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(life) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate(timeout=30)
