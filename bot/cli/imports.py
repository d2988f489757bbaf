"""`crmbot import`: customers out of a table, past conversations out of a history."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.cli import doors

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx"})
#: What is wrong with the call rather than with the file.
_WRONG_CALL = frozenset({"import_heading_unknown", "field_unknown"})


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "import",
        help="bring in customers (.csv, .xlsx) or past conversations (.jsonl, Slack .zip)",
        description="Bring in customers from a .csv, .tsv or .xlsx, or past conversations from a .jsonl or a standard "
        "Slack export (.zip). What is there already is reported and not doubled, so a file may be given twice.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    options.add_config(parser)
    options.add_person(parser)
    parser.add_argument("--dry-run", action="store_true", help="do everything, report it, and leave nothing behind")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="HEADING=FIELD",
        help="what a column is, when it is not recognised; an empty field leaves the column out; may be repeated",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 nothing could be read, 2 called wrongly."""
    from bot.cli import doors
    from bot.config import ConfigError
    from bot.language.phrases import transfer as phrases
    from crm_core.errors import CrmError

    with doors.opened(arguments) as door:
        said = [text.rpartition("=") for text in arguments.map]
        is_table = arguments.file.suffix.lower() in _TABLES
        if not all(heading and sign for heading, sign, _ in said):
            raise ConfigError(phrases.MAP_FORM.say(door.viewer.language))
        if said and not is_table:
            raise ConfigError(phrases.MAP_FOR_TABLES.say(door.viewer.language))
        try:
            return _take(door, arguments, {heading: field for heading, _, field in said}, is_table=is_table)
        except CrmError as error:
            door.complain(error)
            return 2 if error.problem in _WRONG_CALL else 1


def _take(door: "doors.Door", arguments: argparse.Namespace, said: dict[str, str], *, is_table: bool) -> int:
    from bot.cli import customers_in, messages_in

    if is_table:
        return customers_in.take(door, arguments.file, said, dry=arguments.dry_run, yes=arguments.yes)
    return messages_in.take(door, arguments.file, dry=arguments.dry_run, yes=arguments.yes)
