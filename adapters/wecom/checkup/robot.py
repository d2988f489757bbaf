"""Whether the robot may connect. A second connection would push out the program that runs, so it is asked for first."""

from adapters.wecom.checkup.advice import refused
from adapters.wecom.checkup.calls import Refused
from adapters.wecom.checkup.setting import Setting
from adapters.wecom.errors import WeComError
from adapters.wecom.robot.connection import Connection, dial
from crm_core.checkup import Check, Words, good

_ROBOT = Words(zh="智能机器人", en="Robot")


async def examine(setting: Setting) -> Check:
    """Subscribe, and hang up."""
    if setting.connected:
        return good(_ROBOT, Words(zh="正由运行中的程序连接着", en="connected by the program that runs"))
    try:
        connection = Connection(await dial(setting.ws_url), lambda _: None)
    except WeComError as error:
        return refused(_ROBOT, Refused(None, error.reason))
    try:
        await connection.subscribe(setting.bot_id, setting.robot_secret)
    except WeComError as error:
        return refused(_ROBOT, Refused(error.errcode, error.reason))
    finally:
        await connection.close()
    return good(_ROBOT, Words(zh="可以连接", en="may connect"))
