"""`crmbot status`: how the running program is, as the database knows it; what is wrong comes with its mend."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.config import Config
    from bot.status import Fact

_MARKS = {"good": "ok", "unsure": "note", "bad": "FAIL", "skipped": "later"}
_COLOURS = {"good": "green", "unsure": "yellow", "bad": "bold red", "skipped": "dim"}


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "status",
        help="how the program is: platforms, what waits, backups, errors 运行状态",
        description="How the program is: platforms, what waits, what is sent, backups, the latest errors; exit code 1 "
        "when something must be looked after. 平台、积压、发送、备份和最近的错误；需要处理时退出码为 1。",
    )
    options.add_config(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 all is well, 1 something must be looked after, 2 called wrongly."""
    from bot import logs
    from bot.status import is_bad

    logs.set_up("error")
    options.speak_utf8()
    config = options.config_of(arguments)
    facts = _facts(config)
    if sys.stdout.isatty():
        _print_table(facts)
    else:
        print("\n".join(_lines(facts)))
    return int(is_bad(facts))


def _facts(config: "Config") -> "list[Fact]":
    from sqlalchemy.exc import SQLAlchemyError

    from bot.clock import utc_now
    from bot.config import ConfigError
    from bot.language.phrases import configuration as phrases
    from bot.status import look, told
    from crm_core.backup.restoring import sqlite_file
    from crm_core.database import Database

    file = sqlite_file(config.database.url)
    if file is not None and not file.exists():
        raise ConfigError(phrases.NO_DATABASE.say(config.bot.language, file=file))
    now, database = utc_now(), Database(config.database.url)
    try:
        with database.reading() as session:
            return told(look(session, now), config, now, config.bot.language)
    except SQLAlchemyError as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        raise ConfigError(phrases.DATABASE_AWAY.say(config.bot.language, reason=reason)) from None
    finally:
        database.close()


def _print_table(facts: "Sequence[Fact]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, show_lines=False)
    for fact in facts:
        found = Text(fact.found)
        if fact.mend:
            found.append(f"\n→ {fact.mend}", style="dim")
        table.add_row(Text(_MARKS[fact.outcome], style=_COLOURS[fact.outcome]), Text(fact.title), found)
    Console().print(table)


def _lines(facts: "Sequence[Fact]") -> list[str]:
    """For pipes and files."""
    lines = []
    for fact in facts:
        lines.append(f"{_MARKS[fact.outcome]:<5} {fact.title}: {fact.found}")
        lines.extend([f"      → {fact.mend}"] if fact.mend else [])
    return lines
