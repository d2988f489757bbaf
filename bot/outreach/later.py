"""Everything that happens later, put together: lanes, courier, clock."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.backup.duty import BackupDuty
from bot.clock import Clock
from bot.config import Config
from bot.metrics import Metrics
from bot.outreach.broadcast_work import LargeBroadcasts
from bot.outreach.courier import Courier
from bot.outreach.live_messages import LiveMessages
from bot.outreach.rounds import rounds
from bot.outreach.task_work import TaskWork
from bot.threads import Core
from bot.watched import WatchedCarrier, pausing
from crm_core.chat import ChatPlatform
from crm_core.group_sends import GroupSends
from crm_core.outreach import deliveries, holding
from crm_core.outreach.standstill import stands_still
from scheduler.carrier import Carrier, Sleep
from scheduler.engine import Engine
from scheduler.lanes import Duty, Lanes, Round
from scheduler.together import Store, Together

#: What these plan would not be known for something that may have gone out before the restore.
_AFTER_RESTORE = frozenset({"digests", "entries", "sequences"})


def open_lanes(
    core: Core,
    platforms: Mapping[str, ChatPlatform],
    config: Config,
    clock: Clock,
    engine: Engine,
    *,
    group_sends: Mapping[str, GroupSends] | None = None,
    metrics: Metrics | None = None,
    backup: BackupDuty | None = None,
) -> Lanes:
    """The lanes of these platforms, and what members of staff are asked to send on some of them; told of every commit
    that makes something due. Start and stop them."""
    courier: Carrier = Courier(Together(core), platforms, config, clock)
    sleep: Sleep = asyncio.sleep
    if metrics is not None:
        courier, sleep = WatchedCarrier(courier), pausing(asyncio.sleep, metrics.paused)
    sending: list[Duty] = [TaskWork(core, name, sends, config, clock) for name, sends in (group_sends or {}).items()]
    sending.append(LiveMessages(core, platforms, config, clock))
    duties: list[Duty] = [
        *(Unless(duty, core) for duty in sending),
        LargeBroadcasts(core, config, clock),
    ]
    regular = tuple(_resting(each) if each.name in _AFTER_RESTORE else each for each in rounds(config))
    if backup is not None:
        duties.append(backup)
        regular = (*regular, Round("backup", timedelta(minutes=10), partial(_worry, backup)))
    lanes = Lanes(
        engine, core, courier, names=tuple(platforms), clock=clock, rounds=regular, duties=duties, sleep=sleep
    )
    core.database.after_commit(lambda session: lanes.notice(deliveries.noted(session)))
    return lanes


@dataclass(frozen=True)
class Unless:
    """A duty that rests while nothing may go out."""

    duty: Duty
    store: Store

    @property
    def name(self) -> str:
        return self.duty.name

    def due(self, session: Session) -> datetime | None:
        return None if stands_still(session) else self.duty.due(session)

    async def run(self, stopping: asyncio.Event) -> None:
        if not await self.store.read(stands_still):
            await self.duty.run(stopping)


def _resting(regular: Round) -> Round:
    """A round that plans nothing after a restore until an administrator has decided."""

    async def run(store: Store, now: datetime) -> None:
        if await store.read(holding.held) is None:
            await regular.run(store, now)

    return replace(regular, run=run)


async def _worry(backup: BackupDuty, _store: Store, now: datetime) -> None:
    await backup.worry(now)
