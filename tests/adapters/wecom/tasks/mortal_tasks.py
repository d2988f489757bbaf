"""A process whose children look after the tasks of broadcasts and die at a chosen instant. Not a test:
`test_killed.py` starts it.

A life (`tests.lives`) ends when everything that is due is done, and meets "before call" and "after call", too. `now`:
seconds since 1970.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from adapters.wecom.tasks import Tasks
from adapters.wecom.transport import Transport
from adapters.wecom.uploads import Uploads
from bot import config
from bot.outreach.task_work import TaskWork
from bot.ports.memory import CoreMemory
from bot.ports.shelf import CoreShelf
from bot.threads import Core
from crm_core.chat import Document
from crm_core.database import Database
from tests.lives import Fate, MortalCore, live_as_told


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


if __name__ == "__main__":
    live_as_told(live)
