"""Everything that happens later, put together: lanes, courier, clock."""

from collections.abc import Mapping

from bot.clock import Clock
from bot.config import Config
from bot.outreach.broadcast_work import LargeBroadcasts
from bot.outreach.courier import Courier
from bot.outreach.live_messages import LiveMessages
from bot.outreach.rounds import rounds
from bot.outreach.task_work import TaskWork
from bot.threads import Core
from crm_core.chat import ChatPlatform
from crm_core.group_sends import GroupSends
from crm_core.outreach import deliveries
from scheduler.engine import Engine
from scheduler.lanes import Duty, Lanes


def open_lanes(
    core: Core,
    platforms: Mapping[str, ChatPlatform],
    config: Config,
    clock: Clock,
    engine: Engine,
    *,
    group_sends: Mapping[str, GroupSends] | None = None,
) -> Lanes:
    """The lanes of these platforms, and what members of staff are asked to send on some of them; told of every commit
    that makes something due. Start and stop them."""
    courier = Courier(core, platforms, config, clock)
    tasks = [TaskWork(core, name, sends, config, clock) for name, sends in (group_sends or {}).items()]
    duties: tuple[Duty, ...] = (
        *tasks,
        LargeBroadcasts(core, config, clock),
        LiveMessages(core, platforms, config, clock),
    )
    lanes = Lanes(engine, core, courier, names=tuple(platforms), clock=clock, rounds=rounds(config), duties=duties)
    core.database.after_commit(lambda session: lanes.notice(deliveries.noted(session)))
    return lanes
