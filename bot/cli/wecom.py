"""`crmbot wecom menu`: the menu under the chat with the app."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.config import Config


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser("wecom", help="what WeCom's console needs 企业微信的应用设置")
    actions = parser.add_subparsers(required=True, metavar="action")
    menu = actions.add_parser(
        "menu",
        help="put the menu of the app there 设置应用菜单",
        description="Put the menu of the app there: to-dos, customers, broadcasts, help. A start of the program does "
        "it too. 设置应用菜单：我的待办、查客户、群发、帮助；程序启动时也会自动设置。",
    )
    options.add_config(menu)
    menu.set_defaults(run=put_menu)


def put_menu(arguments: argparse.Namespace) -> int:
    """Put it there. Raises `ConfigError` when there is no app."""
    from bot.config import ConfigError

    options.speak_utf8()
    config = options.config_of(arguments)
    if not config.wecom.app:
        raise ConfigError("[wecom] corp_id, agent_id and secret: the app has to be set up first 请先填写自建应用的设置")
    return asyncio.run(_put_menu(config))


async def _put_menu(config: "Config") -> int:
    from adapters.health import Health
    from adapters.wecom.errors import WeComError
    from adapters.wecom.setup import put_menu as put
    from bot.clock import utc_now
    from bot.opening import open_database
    from bot.ports.memory import CoreMemory
    from bot.threads import Core
    from bot.wecom.transports import transports_of

    core = Core(open_database(config))
    app = transports_of(config.wecom, CoreMemory(core, "wecom", utc_now), Health(), utc_now)["app"]
    try:
        changed = await put(app, config.wecom.agent_id)
    except WeComError as error:
        print(f"WeCom refused: {error}; see crmbot doctor 企业微信拒绝了请求，请用 crmbot doctor 检查")
        return 1
    finally:
        await app.close()
        core.close()
        core.database.close()
    print("The menu is there now. 菜单已设置。" if changed else "The menu was there already. 菜单已是最新。")
    return 0
