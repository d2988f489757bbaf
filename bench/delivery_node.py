"""A node of the bench: the lanes as the program runs them, over platforms that take everything at once.

    python -m bench.delivery_node JSON

The JSON: `url`, `lanes`, `per_lane`, `per_room` and `journal`, a file that gets a line for each message: when (in
seconds since 1970), the lane, who received it and the message's key. `bare`: the engine alone,
working off jobs that do nothing.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from pgqueuer import Job

from bot import config
from bot.clock import utc_now
from bot.outreach.later import open_lanes
from bot.threads import Core
from crm_core.chat import Attachment, DeliveryError, OutboundMessage, Pacing, Receipt, Sender
from crm_core.database import Database
from scheduler.engine import engine_for, over_postgresql

BARE = "bare"


class Everything:
    """A platform that takes every message and remembers none."""

    whispers = True
    discreet = False
    edits = False
    call = ""

    def __init__(self, name: str, pacing: Pacing, journal: int) -> None:
        self.name = name
        self.pacing = pacing
        self._journal = journal

    async def send(self, message: OutboundMessage) -> Receipt:
        os.write(self._journal, f"{time.time():.6f} {self.name} {message.room_id} {message.key}\n".encode())
        return Receipt(message.key)

    async def find(self, room_id: str, key: str) -> Receipt | None:
        del room_id, key
        return None

    async def roster(self, room_id: str) -> tuple[Sender, ...]:
        return (Sender(room_id),)

    async def direct_room(self, platform_user_id: str) -> str:
        return platform_user_id

    async def fetch(self, room_id: str, file: Attachment, most: int) -> bytes:
        del room_id, file, most
        raise DeliveryError("nothing is remembered", permanent=True)

    async def state(self) -> Mapping[str, str]:
        return {"status": "ok"}


async def deliver(life: Mapping[str, Any]) -> None:
    """Until SIGTERM."""
    journal = os.open(life["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    pacing = Pacing(per_lane=life.get("per_lane", 0.0), per_room=life.get("per_room", 0.0))
    core = Core(Database(life["url"]))
    platforms = {name: Everything(name, pacing, journal) for name in life["lanes"]}
    settings = config.parse({"outreach": {"quiet_from": 0, "quiet_to": 0}})
    lanes = open_lanes(core, platforms, settings, utc_now, engine_for(life["url"]))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await lanes.start()
    print("ready", flush=True)
    await stopping.wait()
    await lanes.stop()
    core.close()


async def work_off(life: Mapping[str, Any]) -> None:
    """The bare engine, until SIGTERM."""
    journal = os.open(life["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    async with over_postgresql(life["url"]) as queue:

        async def work(_job: Job) -> None:
            os.write(journal, f"{time.time():.6f} {BARE} - -\n".encode())

        queue.manager.entrypoint(BARE)(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, queue.manager.shutdown.set)
        print("ready", flush=True)
        await queue.manager.run(batch_size=50, max_concurrent_tasks=200)


def main() -> None:
    life = json.loads(sys.argv[1])
    asyncio.run(work_off(life) if life.get(BARE) else deliver(life))


if __name__ == "__main__":
    main()
