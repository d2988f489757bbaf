"""`crmbot restore`: make the database what it was when a backup was taken; what would go out is held."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import options, refusals

if TYPE_CHECKING:
    from bot.config import Config
    from crm_core.backup.file import Backup
    from crm_core.backup.restoring import Restored


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "restore",
        help="bring a backup back 恢复备份",
        description="Make the database what it was when the backup was taken. Into an empty database only, unless "
        "forced; everything that would be sent is held until an administrator decides. "
        "把数据库恢复到备份时的样子。默认只恢复到空库；恢复后暂不发送任何消息，等管理员确认。",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    options.add_config(parser)
    parser.add_argument("--force", action="store_true", help="replace what is in the database 覆盖现有数据")
    parser.add_argument("--yes", action="store_true", help="do not ask 不再询问")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 not possible, 2 called wrongly."""
    from crm_core.backup.file import reading

    def work(config: "Config") -> int:
        with reading(arguments.file) as backup:
            return _restore(config, backup, force=arguments.force, yes=arguments.yes)

    return refusals.telling(arguments, work)


def _restore(config: "Config", backup: "Backup", *, force: bool, yes: bool) -> int:
    from bot.cli.bar import counting
    from bot.clock import utc_now
    from bot.language.phrases import backup as phrases
    from crm_core.backup import restoring

    language, url = config.bot.language, config.database.url
    restoring.examine(backup, url, force=force, now=utc_now())
    when = backup.manifest.taken_at.astimezone(config.bot.zone)
    print(
        phrases.ABOUT_TO.say(
            language, file=backup.name, when=f"{when:%Y-%m-%d %H:%M}", rows=f"{backup.manifest.rows:,}"
        )
    )
    if force:
        print(phrases.REPLACES.say(language))
    if not _confirmed(language, yes=yes):
        return 1
    with counting(phrases.RESTORING.say(language)) as report:
        done = restoring.restore(backup, url, now=utc_now(), progress=report)
    _tell(config, done)
    return 0


def _confirmed(language: str, *, yes: bool) -> bool:
    from bot.language.phrases import backup as phrases
    from bot.language.phrases import transfer

    if yes:
        return True
    if not sys.stdin.isatty():
        print(phrases.SAY_YES.say(language))
        return False
    try:
        answer = input(transfer.ASK.say(language)).strip().casefold()
    except EOFError:
        answer = ""
    if answer in {"y", "yes", "是", "好"}:
        return True
    print(phrases.NOTHING_CHANGED.say(language))
    return False


def _tell(config: "Config", done: "Restored") -> None:
    """What was done, and what the outside world may have seen meanwhile."""
    from bot.language.phrases import backup as phrases

    language, when = config.bot.language, done.manifest.taken_at.astimezone(config.bot.zone)
    moment = f"{when:%Y-%m-%d %H:%M}"
    print(phrases.RESTORED.say(language, rows=f"{done.manifest.rows:,}", when=moment))
    if done.kept is not None:
        print(phrases.KEPT.say(language, file=done.kept))
    print(phrases.MEANWHILE.say(language, when=moment))
    print(phrases.HELD.say(language, unsure=done.waiting.unsure, sure=done.waiting.sure))
    if config.slack.on:
        print(phrases.SLACK.say(language))
    if config.slack.client_id:
        print(phrases.SLACK_TOKENS.say(language))
    if config.wecom.on or config.wecom.archive.on:
        print(phrases.WECOM.say(language))
    print(phrases.NUMBERS.say(language))
