"""A process whose children look after the tasks of broadcasts and die at a chosen instant. Not a test:
`test_killed.py` starts it.

Reads one JSON object per line, forks a child for it, and answers with how the child ended. `die`: "before write 3",
"after write 3", "before call 1", "after call 1", or "" to do everything that is due. `now`: seconds since 1970.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlmodel import Session

from adapters.wecom.tasks import Tasks
from adapters.wecom.transport import Transport
from adapters.wecom.uploads import Uploads
from bot import config
from bot.memory import CoreMemory
from bot.outreach.task_work import TaskWork
from bot.shelf import CoreShelf
from bot.threads import Core
from crm_core.chat import Document
from crm_core.database import Database

T = TypeVar("T")


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
    def __init__(self, database: Database, fate: Fate) -> None:
        super().__init__(database, threads=2)
        self._fate = fate

    async def write(self, change: Callable[[Session], T], *, urgent: bool = False) -> T:
        self._fate.meet("before write")
        changed = await super().write(change, urgent=urgent)
        self._fate.meet("after write")
        return changed


class MortalTransport(Transport):
    def __init__(self, life: Mapping[str, Any], core: Core, fate: Fate) -> None:
        def clock() -> datetime:
            return datetime.fromtimestamp(life["now"], UTC)

        memory = CoreMemory(Core(core.database, threads=1), "wecom", clock)
        super().__init__(life["api_url"], life["corp_id"], SecretStr(life["secret"]), memory=memory, clock=clock)
        self._fate = fate

    async def post(
        self,
        path: str,
        body: Document,
        *,
        background: bool = False,
        repeatable: bool | None = None,
        window: str = "",
        **params: str | int,
    ) -> Document:
        self._fate.meet("before call")
        answer = await super().post(path, body, background=background, repeatable=repeatable, window=window, **params)
        self._fate.meet("after call")
        return answer


async def live(life: Mapping[str, Any]) -> None:
    """Do what is due."""
    fate = Fate(life["die"])
    core = MortalCore(Database(life["url"]), fate)
    transport = MortalTransport(life, core, fate)
    settings = config.parse({})

    def clock() -> datetime:
        return datetime.fromtimestamp(life["now"], UTC)

    uploads = Uploads(transport, CoreShelf(core, clock), CoreMemory(core, "wecom", clock), clock)
    await TaskWork(core, "wecom", Tasks(transport, uploads), settings, clock).run(asyncio.Event())


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.get_event_loop_policy().new_event_loop().run_until_complete(live(json.loads(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
