"""Everything that happens later, put together: lanes, courier, clock."""

from collections.abc import Mapping

from bot.clock import Clock
from bot.config import Config
from bot.outreach.courier import Courier
from bot.outreach.rounds import rounds
from bot.threads import Core
from crm_core.chat import ChatPlatform
from crm_core.outreach import deliveries
from scheduler.engine import Engine
from scheduler.lanes import Lanes


def open_lanes(
    core: Core, platforms: Mapping[str, ChatPlatform], config: Config, clock: Clock, engine: Engine
) -> Lanes:
    """The lanes of these platforms, told of every commit that makes something due. Start and stop them."""
    courier = Courier(core, platforms, config, clock)
    lanes = Lanes(engine, core, courier, names=tuple(platforms), clock=clock, rounds=rounds(config))
    core.database.after_commit(lambda session: lanes.notice(deliveries.noted(session)))
    return lanes
