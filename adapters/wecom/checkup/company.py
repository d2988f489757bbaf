"""Whether WeCom is set up right, asked in the order in which a newcomer meets the questions."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from adapters.direct import open_session
from adapters.wecom.checkup import address, app, archive, customers, robot
from adapters.wecom.checkup.setting import Setting
from crm_core.checkup import Check


async def examine(setting: Setting, clock: Callable[[], datetime]) -> AsyncIterator[Check]:
    """Every check; each takes a few seconds at most."""
    if setting.bot_id:
        yield await robot.examine(setting)
    async with open_session() as session:
        if setting.agent_id:
            async for check in app.examine(session, setting, clock()):
                yield check
        if setting.agent_id and setting.token.get_secret_value():
            yield await address.examine(session, setting, clock())
        if setting.corp_id:
            yield await customers.examine_contact(session, setting)
            yield await customers.examine_kf(session, setting)
        if setting.library:
            async for check in archive.examine(session, setting):
                yield check
