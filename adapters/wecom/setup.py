"""What the app looks like in the client: its menu, put there when another one is."""

import logging

from adapters.wecom import menu
from adapters.wecom.errors import WeComError
from adapters.wecom.transport import Transport

log = logging.getLogger(__name__)

_NO_MENU = 46003


async def put_menu(transport: Transport, agent_id: int) -> bool:
    """Put the menu there; whether it was another one. Raises `WeComError`."""
    if menu.is_wanted(await _shown(transport, agent_id)):
        return False
    await transport.post("menu/create", menu.wanted(), repeatable=True, agentid=agent_id)
    return True


async def put_menu_quietly(transport: Transport, agent_id: int) -> None:
    """The same at a start, where nobody waits for it; without its menu the bot works as well."""
    try:
        await put_menu(transport, agent_id)
    except WeComError as error:
        log.warning("WeCom: the menu was not put there: %s", error)


async def _shown(transport: Transport, agent_id: int) -> dict[str, object]:
    try:
        return await transport.get("menu/get", background=True, agentid=agent_id)
    except WeComError as error:
        if error.errcode != _NO_MENU:
            raise
    return {}
