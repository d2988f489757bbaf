"""A process whose children run the real pump and die at a chosen instant. Not a test: `test_kill.py` starts it.

A life (`tests.lives`) ends when everything is sent, and meets "before send" and "after send", too. `late`: seconds its
clock is ahead, so that nobody waits for the lease of the dead.
"""

import asyncio
import http.client
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from sqlmodel import Session, col, select

from bot import config
from bot.outreach.later import open_lanes
from crm_core.chat import OutboundMessage, Receipt
from crm_core.database import Database
from crm_core.outreach.tables import Delivery, DeliveryState
from scheduler.engine import engine_for
from tests.fakes.far_side import FarSide
from tests.lives import Fate, MortalCore, live_as_told


class HttpPlatform(FarSide):
    """The near side of a far side in another process."""

    def __init__(self, port: int, fate: Fate, *, can_tell: bool) -> None:
        super().__init__(can_tell=can_tell)
        self._port = port
        self._fate = fate

    async def send(self, message: OutboundMessage) -> Receipt:
        self._fate.meet("before send")
        await asyncio.to_thread(self._ask, "POST", message.room_id, message.key)
        self._fate.meet("after send")
        return Receipt(message.key)

    async def find(self, room_id: str, key: str) -> Receipt | None:
        there = self.can_tell and await asyncio.to_thread(self._ask, "GET", room_id, key) == 200
        return Receipt(key) if there else None

    def _ask(self, method: str, room_id: str, key: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(method, f"/{quote(f'{room_id} {key}')}")
            return connection.getresponse().status
        finally:
            connection.close()


async def live(port: int, life: Mapping[str, Any]) -> None:
    """Run the lanes until nothing is left to send."""
    fate = Fate(life["die"])
    core = MortalCore(Database(life["url"]), fate)
    platform = HttpPlatform(port, fate, can_tell=life["can_tell"])
    ahead = timedelta(seconds=life["late"])

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    lanes = open_lanes(core, {"console": platform}, config.parse({}), clock, engine_for(life["url"]))
    loop, committed = asyncio.get_running_loop(), asyncio.Event()
    core.database.after_commit(lambda _: loop.call_soon_threadsafe(committed.set))
    await lanes.start()
    while await core.read(is_something_open):
        committed.clear()
        await committed.wait()


def is_something_open(session: Session) -> bool:
    waiting = (DeliveryState.DUE, DeliveryState.SENDING)
    return session.exec(select(Delivery.id).where(col(Delivery.state).in_(waiting)).limit(1)).first() is not None


if __name__ == "__main__":
    live_as_told(partial(live, int(sys.argv[1])))
