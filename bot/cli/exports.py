"""`crmbot export`: customers into a table, messages into JSON Lines; what the person may see, nothing else."""

import argparse
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.cli.doors import Door

_CUSTOMERS, _MESSAGES = frozenset({".csv", ".xlsx"}), frozenset({".jsonl"})


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "export",
        help="take out customers (.csv, .xlsx) or messages (.jsonl)",
        description="Write the customers you may see to a .csv or .xlsx, or the messages you may see to a .jsonl. "
        "An import reads what an export wrote.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    options.add_config(parser)
    options.add_person(parser)
    parser.add_argument("--segment", default="", metavar="EXPR", help="only these customers: 'VIP & !churned'")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 not possible, 2 called wrongly."""
    from bot.cli import doors
    from bot.config import ConfigError
    from bot.language.phrases import transfer as phrases
    from crm_core.errors import CrmError, Invalid

    file: Path = arguments.file
    suffix = file.suffix.lower()
    with doors.opened(arguments) as door:
        if suffix not in _CUSTOMERS | _MESSAGES:
            raise ConfigError(door.explain(Invalid("export_type", file=file.name)))
        if arguments.segment and suffix in _MESSAGES:
            raise ConfigError(phrases.SEGMENT_FOR_CUSTOMERS.say(door.viewer.language))
        try:
            count = _write(door, file, arguments.segment)
        except CrmError as error:
            door.complain(error)
            return 1
        except OSError:
            door.complain(Invalid("file_unwritable", file=file.name))
            return 1
        done = phrases.EXPORTED_MESSAGES if suffix in _MESSAGES else phrases.EXPORTED
        door.say(done, count=count, file=file)
    return 0


def _write(door: "Door", file: Path, segment: str) -> int:
    """Written beside the file first, so that a file that was there is whole until the new one is."""
    draft = file.with_name(f".{file.stem}.{os.getpid()}{file.suffix}")
    try:
        draft.touch(mode=0o600)
        count = _fill(door, draft, segment)
        draft.replace(file)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return count


def _fill(door: "Door", file: Path, segment: str) -> int:
    from bot.cli.doors import progress
    from bot.language.phrases import transfer as phrases
    from crm_core.transfer import exporting

    details: dict[str, object]
    with progress(phrases.PROGRESS_OUT.say(door.viewer.language), None) as report, door.database.reading() as session:
        if file.suffix.lower() in _MESSAGES:
            count = exporting.messages(session, file, viewer=door.viewer, progress=report)
            details = {"messages": count}
        else:
            count = exporting.customers(
                session, file, viewer=door.viewer, now=door.now, segment=segment, progress=report
            )
            details = {"customers": count, "segment": segment[:200]}
    with door.database.writing() as session:
        exporting.put_on_record(session, viewer=door.viewer, now=door.now, **details)
    return count
