"""The running parts, and how they begin and end."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.console.client import Console
from adapters.console.keyboard import Keyboard
from bot.backup.duty import BackupDuty
from bot.capture.intake import Intake
from bot.chores import ChoreRunner
from bot.clock import Clock
from bot.config import Config
from bot.metrics import Metrics
from bot.presence import Presence
from bot.pulse import Pulse
from bot.router import Router
from bot.threads import Core
from crm_core.chat import ChatPlatform
from scheduler.lanes import Lanes

if TYPE_CHECKING:
    from bot.slack.doors import Doors
    from bot.slack.far import Far
    from bot.wecom.doors import Doors as WeComDoors
    from bot.wecom.far import Far as WeComFar


@dataclass(frozen=True)
class Program:
    """The running parts. Between `start` and `stop` it answers and delivers."""

    config: Config
    clock: Clock
    core: Core
    platforms: dict[str, ChatPlatform]
    console: Console
    keyboard: Keyboard
    router: Router
    intake: Intake
    lanes: Lanes
    metrics: Metrics
    slack: "Far | None" = None
    slack_doors: "Doors | None" = None
    wecom: "WeComFar | None" = None
    wecom_doors: "WeComDoors | None" = None
    chores: ChoreRunner | None = None
    pulse: Pulse | None = None
    backup: BackupDuty | None = None
    presence: Presence | None = None

    async def prepare(self) -> None:
        """Put into the database what the configuration says. `start` does it too."""
        await self.router.start()

    async def start(self) -> None:
        """Begin to answer, first what a stop left unanswered, and to deliver."""
        await self.prepare()
        if self.presence is not None:
            await self.presence.come()
        if self.slack is not None:
            await self.slack.start()
        if self.wecom is not None:
            await self.wecom.start()
        await self.intake.start()
        await self.lanes.start()

    async def open_doors(self) -> None:
        """Let in what comes over connections that we make ourselves."""
        if self.slack_doors is not None:
            await self.slack_doors.open()
        if self.wecom_doors is not None:
            await self.wecom_doors.open()
        if self.chores is not None:
            await self.chores.start()
        if self.pulse is not None:
            await self.pulse.start()
        if self.backup is not None:
            self.backup.open()

    async def stop(self) -> None:
        """Finish what is under way, then close the database."""
        self.hang_up()
        if self.pulse is not None:
            await self.pulse.stop()
        if self.chores is not None:
            await self.chores.stop()
        if self.slack_doors is not None:
            await self.slack_doors.close()
        if self.wecom_doors is not None:
            await self.wecom_doors.close()
        await self.intake.stop()
        await self.lanes.stop()
        if self.slack is not None:
            await self.slack.stop()
        if self.wecom is not None:
            await self.wecom.stop()
        self.core.close()
        self.core.database.close()
        if self.presence is not None:
            self.presence.leave()

    async def deliver_due(self) -> None:
        """Deliver what is due by the clock now, and return when that is done."""
        await self.lanes.deliver_due()

    def hang_up(self) -> None:
        """End the connections that would never end by themselves."""
        self.console.close()
