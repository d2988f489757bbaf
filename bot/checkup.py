"""What the doctor looks at: the database and the time zones, then each platform that is switched on."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.answering.acquaintance import admins
from bot.clock import Clock
from bot.config import Config, ConfigError
from bot.threads import Core
from bot.wecom import checkup as wecom_checkup
from crm_core.checkup import Check, Outcome, Words, bad, good, unsure
from crm_core.database import LEAST_SQLITE, Database, Unfit
from crm_core.migrations import run as migrations

if TYPE_CHECKING:
    from adapters.slack.checkup.workspace import Access, Setting
    from adapters.wecom.checkup.setting import Setting as WeComSetting

_DATABASE = Words(zh="数据库", en="Database")
_BACKUPS = Words(zh="备份", en="Backups")
_ZONES = Words(zh="时区数据", en="Time zone data")
_ADMINS = Words(zh="管理员", en="Administrators")
_SLACK = Words(zh="Slack", en="Slack")
_WECOM = Words(zh="企业微信", en="WeCom")
_NAME_ONE = Words(
    zh='在 [bot] admins 里写上自己的账号，例如 ["slack:U0123ABCD"] 或 ["wecom:zhangsan"]，然后重新启动。',
    en='Put your own account into [bot] admins, such as ["slack:U0123ABCD"] or ["wecom:zhangsan"], and start again.',
)
_PROFILE = "Slack → Profile → ⋮ → Copy member ID"
#: A zone, a moment and its distance from UTC in hours: one with summer time, one without.
_KNOWN = (
    ("Asia/Shanghai", datetime(2026, 7, 1, tzinfo=UTC), 8),
    ("America/New_York", datetime(2026, 7, 1, tzinfo=UTC), -4),
    ("Europe/Berlin", datetime(2026, 12, 1, tzinfo=UTC), 1),
)


async def examine(config: Config, clock: Clock) -> AsyncIterator[Check]:
    """Every check of this configuration; the database is looked at, not changed."""
    yield examine_database(config.database.url)
    yield examine_zones()
    yield examine_admins(config)
    yield examine_backups(config.backup.folder)
    if config.slack.on:
        from adapters.slack.checkup import workspace

        async for check in workspace.examine(await _slack(config, clock), clock):
            yield check
    else:
        yield _slack_is_off()
    if config.wecom.on or config.wecom.archive.on:
        from adapters.wecom.checkup import company

        async for check in company.examine(await _wecom(config, clock), clock):
            yield check
    else:
        yield _wecom_is_off()


def examine_database(url: str) -> Check:
    """Whether it is there and at the newest schema."""
    if _is_to_come(url):
        return unsure(
            _DATABASE,
            Words(zh="还没有建立", en="not there yet"),
            Words(zh="不用管：serve 第一次启动时会建好。", en="Nothing to do: serve makes it when it first starts."),
        )
    try:
        database = Database(url)
    except Unfit as error:
        return _too_old(error.found)
    except (SQLAlchemyError, ImportError, ValueError, OSError) as error:
        return _no_database(error)
    try:
        current = migrations.current(database)
    except (SQLAlchemyError, OSError) as error:
        return _no_database(error)
    finally:
        database.close()
    if current:
        return good(_DATABASE, Words(zh="可以连接，结构最新", en="reachable, at the newest schema"))
    return bad(
        _DATABASE,
        Words(zh="结构不是最新", en="not at the newest schema"),
        Words(
            zh="运行 crmbot migrate --config …（serve 启动时也会做）。",
            en="Run crmbot migrate --config … (serve does it too).",
        ),
    )


def _is_to_come(url: str) -> bool:
    """An SQLite file that nobody made yet; looking at it would make it."""
    try:
        parts = make_url(url)
    except ArgumentError:
        return False
    file = parts.database or ""
    return parts.get_backend_name() == "sqlite" and file not in {"", ":memory:"} and _could_be_made(Path(file))


def _could_be_made(file: Path) -> bool:
    return not file.exists() and file.parent.is_dir()


def examine_zones() -> Check:
    """Whether the clocks of the world are known, with their summer times."""
    wrong = list(_wrong_zones())
    if not wrong:
        return good(_ZONES, Words(zh="可用", en="there"))
    named = ", ".join(wrong)
    return bad(
        _ZONES,
        Words(zh=f"缺少或有误：{named}", en=f"missing or wrong: {named}"),
        Words(
            zh="安装或更新 tzdata:pip install --upgrade tzdata。",
            en="Install or update it: pip install --upgrade tzdata.",
        ),
    )


def examine_backups(folder: str) -> Check:
    """Whether backups are made, and can be written."""
    if not folder:
        return unsure(
            _BACKUPS,
            Words(zh="没有开启", en="none are made"),
            Words(
                zh="在配置里写 [backup] folder，每天自动备份。", en="Set [backup] folder: one is then made each day."
            ),
        )
    place = next(path for path in (Path(folder), *Path(folder).absolute().parents) if path.exists())
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return good(_BACKUPS, Words(zh=folder, en=folder))
    return bad(
        _BACKUPS,
        Words(zh=f"{folder} 不能写", en=f"{folder} cannot be written"),
        Words(
            zh="建好这个目录，并让运行程序的用户可以写。",
            en="Make this folder, and let the user that runs the program write there.",
        ),
    )


def _wrong_zones() -> Iterator[str]:
    for name, moment, hours in _KNOWN:
        try:
            right = moment.astimezone(ZoneInfo(name)).utcoffset() == timedelta(hours=hours)
        except (ZoneInfoNotFoundError, OSError):
            right = False
        if not right:
            yield name


def examine_admins(config: Config) -> Check:
    """Whether anybody administers the bot, and can on the platforms that are connected."""
    on = {"slack": config.slack.on, "wecom": config.wecom.on, "console": True}
    unheard = [admin for admin in config.bot.admins if not on.get(admin.partition(":")[0])]
    known = [admin for admin in config.bot.admins if admin not in unheard] or _admins_in(config.database.url)
    named = ", ".join(unheard or known)
    if known and not unheard:
        return good(_ADMINS, Words(zh=named, en=named))
    found = Words(zh="还没有", en="none yet")
    if unheard:
        found = Words(zh=f"这些账号的平台没有接通：{named}", en=f"on platforms that are not connected: {named}")
    page = _PROFILE if config.slack.on else ""
    return (unsure if known or not any((config.slack.on, config.wecom.on)) else bad)(_ADMINS, found, _NAME_ONE, page)


def _admins_in(url: str) -> list[str]:
    """The names of those in the database, where it can be read."""
    if examine_database(url).outcome is not Outcome.GOOD:
        return []
    database = Database(url)
    try:
        with database.reading() as session:
            return admins(session)
    finally:
        database.close()


def _no_database(error: Exception) -> Check:
    kind = type(getattr(error, "orig", None) or error).__name__
    return bad(
        _DATABASE,
        Words(zh=f"连接不上：{kind}", en=f"cannot be used: {kind}"),
        Words(
            zh="检查 [database] url（或 CRMBOT_DATABASE_URL）：文件夹存在且可写，或服务器已启动、口令正确。",
            en="Look at [database] url (or CRMBOT_DATABASE_URL): its folder exists and may be written to, or its "
            "server runs and takes the password.",
        ),
    )


def _too_old(found: str) -> Check:
    least = ".".join(map(str, LEAST_SQLITE))
    return bad(
        _DATABASE,
        Words(zh=f"SQLite {found} 太旧", en=f"SQLite {found} is too old"),
        Words(
            zh=f"需要 {least} 或更新：升级系统的 SQLite，或在 [database] url 里改用 PostgreSQL。",
            en=f"{least} or newer is needed: update the system's SQLite, or name a PostgreSQL in [database] url.",
        ),
    )


def _slack_is_off() -> Check:
    return unsure(
        _SLACK,
        Words(zh="没有接通", en="not connected"),
        Words(
            zh="需要的话照 docs/slack.zh-CN.md 做，十分钟即可；从 crmbot slack manifest --socket 开始。",
            en="If you want it, docs/slack.md takes ten minutes; begin with crmbot slack manifest --socket.",
        ),
        "https://api.slack.com/apps?new_app=1",
    )


def _wecom_is_off() -> Check:
    return unsure(
        _WECOM,
        Words(zh="没有接通", en="not connected"),
        Words(
            zh="需要的话照 docs/wecom.zh-CN.md 做；从智能机器人开始，不需要公网地址，十分钟即可。",
            en="If you want it, begin with the robot of docs/wecom.md: ten minutes, and no public address.",
        ),
        "https://work.weixin.qq.com/wework_admin/frame",
    )


async def _wecom(config: Config, clock: Clock) -> "WeComSetting":
    readable = examine_database(config.database.url).outcome is Outcome.GOOD
    return await wecom_checkup.setting_of(config, clock, readable=readable)


async def _slack(config: Config, clock: Clock) -> "Setting":
    from adapters.slack.checkup.workspace import Access, Setting

    slack = config.slack
    token = slack.bot_token.get_secret_value()
    several = bool(slack.client_id)
    return Setting(
        slack.api_url,
        await _installed(config, clock) if several else (Access(token),),
        slack.signing_secret.get_secret_value(),
        slack.app_token.get_secret_value(),
        slack.public_url,
        slack.encryption_key.get_secret_value() if several else None,
    )


async def _installed(config: Config, clock: Clock) -> "tuple[Access, ...]":
    """The tokens of the workspaces that let the bot in, as far as they can be read."""
    from adapters.slack.checkup.workspace import Access
    from adapters.slack.register import Register
    from adapters.slack.vault import Unreadable
    from bot.ports.memory import CoreMemory
    from bot.slack.workspaces import vault_of

    if examine_database(config.database.url).outcome is not Outcome.GOOD:
        return ()
    core = Core(Database(config.database.url))
    try:
        register = Register(CoreMemory(core, "slack", clock), vault_of(config.slack), clock)
        grants = [register.grant_of(row).installation for row in (await register.all()).values()]
        return tuple(Access(one.bot_token, one.name or one.team_id) for one in grants)
    except (ConfigError, Unreadable):
        return ()
    finally:
        core.close()
        core.database.close()
