"""`crmbot deliveries`: hold everything that would go out by itself, and let it go again."""

import argparse
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.config import Config
    from crm_core.database import Database


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "deliveries",
        help="hold what goes out, or let it go out again 暂停或恢复发送",
        description="After a restore nothing is sent until an administrator decides. "
        "恢复备份后，由管理员决定何时重新开始发送。",
    )
    doing = parser.add_subparsers(required=True, metavar="what")
    release = doing.add_parser(
        "release",
        help="send again; what was due before the restore may have gone out already, and is left out unless --all",
    )
    options.add_config(release)
    release.add_argument("--all", action="store_true", help="also what may have been sent before 包括可能已经发过的")
    release.set_defaults(run=run)
    hold = doing.add_parser("hold", help="send nothing by itself until release 暂停一切自动发送")
    options.add_config(hold)
    hold.set_defaults(run=run, all=None)


def run(arguments: argparse.Namespace) -> int:
    """0 done."""
    from bot import logs
    from bot.opening import open_database

    logs.set_up("error")
    options.speak_utf8()
    config = options.config_of(arguments)
    database = open_database(config)
    try:
        if arguments.all is None:
            return _hold(config, database)
        return _release(config, database, unsure=arguments.all)
    finally:
        database.close()


def _hold(config: "Config", database: "Database") -> int:
    from bot.clock import utc_now
    from bot.language.phrases import backup as phrases
    from crm_core.outreach import holding

    now = utc_now()
    held = holding.Held(now, now)
    with database.writing() as session:
        holding.hold(session, held)
        counts = holding.waiting(session, held)
    print(phrases.HOLDS.say(config.bot.language, unsure=counts.unsure, sure=counts.sure))
    return 0


def _release(config: "Config", database: "Database", *, unsure: bool) -> int:
    from bot.clock import utc_now
    from bot.language.phrases import backup as phrases
    from crm_core.outreach import holding

    with database.writing() as session:
        counts = holding.release(session, unsure=unsure, now=utc_now(), country=config.bot.country)
    if counts is None:
        print(phrases.NOT_HELD.say(config.bot.language))
        return 0
    done = phrases.RELEASED_ALL if unsure else phrases.RELEASED_SURE
    print(done.say(config.bot.language, unsure=counts.unsure, sure=counts.sure))
    if counts.sequences and not unsure:
        print(phrases.SEQUENCES.say(config.bot.language, count=counts.sequences))
    return 0
