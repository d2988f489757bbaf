"""Fetches numbered events page by page, in a process of its own, to be killed: writes how far it is after each page.

python -m tests.bot.capture.fetching_process URL
"""

import asyncio
import os
import sys

from bot.capture.intake import Intake
from bot.clock import utc_now
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.chat import Cursor, InboundMessage
from crm_core.database import Database
from tests.bot.capture.envelopes import Plain, envelope

PAGE = 25
EVENTS = 1000


async def fetch(url: str) -> None:
    core = Core(Database(url))
    memory = CoreMemory(core, "console", utc_now)
    intake = Intake(core, {"console": Plain()}, _nobody, utc_now, "CN", patience=30)
    await intake.start()
    at = int((await memory.get("read", "events") or {"at": 0})["at"])
    while at < EVENTS:
        page = [envelope(f"e{n}", f"text{n}", room=f"room:{n % 5}") for n in range(at, at + PAGE)]
        at += PAGE
        await intake.accept_all(page, Cursor("console", "read", "events", {"at": at}))
        os.write(1, f"{at}\n".encode())
    await intake.stop()
    core.close()


async def _nobody(inbound: InboundMessage, envelope_id: int) -> None:
    """Nothing is said to the bot."""


if __name__ == "__main__":
    asyncio.run(fetch(sys.argv[1]))
