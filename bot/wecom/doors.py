"""What lets WeCom in, opened and closed in order."""

import asyncio
from dataclasses import dataclass

from adapters.wecom.archive.archive import Archive
from adapters.wecom.door import Door
from adapters.wecom.errands import AGAIN, Errands
from adapters.wecom.kf.watch import Watch
from adapters.wecom.webhook import Webhook
from bot.wecom.contacts import Contacts
from bot.wecom.robot import RobotDoors


@dataclass
class Doors:
    """What lets WeCom in: over HTTP when there is a token for the callback, and the robot's connection."""

    door: Door
    errands: Errands
    webhook: Webhook | None
    contacts: Contacts | None = None
    robot: RobotDoors | None = None
    archive: Archive | None = None
    kf: Watch | None = None
    sweeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.sweeping = asyncio.create_task(_sweep(self.errands))
        if self.contacts is not None:
            await self.contacts.start()
        if self.robot is not None:
            await self.robot.open()
        if self.archive is not None:
            await self.archive.start()
        if self.kf is not None:
            await self.kf.start()

    async def close(self) -> None:
        if self.robot is not None:
            await self.robot.close()
        if self.contacts is not None:
            await self.contacts.stop()
        if self.sweeping is not None:
            self.sweeping.cancel()
            await asyncio.gather(self.sweeping, return_exceptions=True)
        await self.door.close()
        if self.archive is not None:
            await self.archive.stop()
        if self.kf is not None:
            await self.kf.stop()


async def _sweep(errands: Errands) -> None:
    while True:
        await errands.sweep()
        await asyncio.sleep(AGAIN.total_seconds())
