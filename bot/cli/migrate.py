"""`crmbot migrate`: bring the database to the newest schema. `serve`, `chat` and `demo` do the same when they start."""

import argparse

from bot.cli import options


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser("migrate", help="bring the database to the newest schema")
    options.add_config(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate and say so."""
    from bot.opening import open_database

    open_database(options.config_of(arguments)).close()
    print("The database is at the newest schema. 数据库已是最新结构。")
    return 0
