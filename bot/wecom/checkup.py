"""What the doctor looks at in WeCom, from the configuration; nothing is connected that runs already."""

import asyncio
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.config import Config
from bot.ports.memory import CoreMemory
from bot.threads import Core
from crm_core.database import Database

if TYPE_CHECKING:
    from adapters.wecom.checkup.setting import Setting


async def setting_of(config: Config, clock: Clock, *, readable: bool) -> "Setting":
    """The section as the doctor takes it. `readable`: the database can be looked into."""
    from adapters.wecom.checkup.setting import Setting

    wecom = config.wecom
    return Setting(
        wecom.api_url,
        wecom.corp_id,
        wecom.agent_id,
        wecom.secret,
        wecom.token,
        wecom.encoding_aes_key,
        wecom.public_url,
        wecom.contact_secret,
        wecom.kf_secret,
        wecom.robot.bot_id,
        wecom.robot.secret,
        wecom.robot.ws_url,
        readable and wecom.robot.on and await _is_connected(config, clock),
        wecom.archive.library,
        wecom.archive.secret,
        wecom.archive.keys,
        wecom.archive.media,
    )


async def _is_connected(config: Config, clock: Clock) -> bool:
    """Whether a program that runs has the robot's connection."""
    from adapters.wecom.robot.claim import is_held

    core = Core(Database(config.database.url), threads=1)
    try:
        return await is_held(CoreMemory(core, "wecom", clock), config.wecom.robot.bot_id, asyncio.sleep)
    finally:
        core.close()
        core.database.close()
