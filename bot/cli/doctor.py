"""`crmbot doctor`: whether everything is set up right, and what to do where it is not."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.cli import options

if TYPE_CHECKING:
    from bot.config import Config
    from crm_core.checkup import Check, Words

_MARKS = {"good": "ok", "unsure": "note", "bad": "FAIL", "skipped": "later"}
_COLOURS = {"good": "green", "unsure": "yellow", "bad": "bold red", "skipped": "dim"}
_WIDTH = max(map(len, _MARKS.values()))


def add_parser(subcommands: options.Subcommands) -> None:
    parser = subcommands.add_parser(
        "doctor",
        help="look whether everything is set up right 检查配置是否正确",
        description="Look whether everything is set up right, and say what to do where it is not; exit code 1 when "
        "something must be mended. 检查配置是否正确，并说明如何修正；有必须修正的问题时退出码为 1。",
    )
    options.add_config(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look and tell."""
    from crm_core.checkup import Outcome

    options.speak_utf8()
    checks = asyncio.run(_examine(options.config_of(arguments)))
    if sys.stdout.isatty():
        _print_table(checks)
    else:
        print("\n".join(line for check in checks for line in _lines(check)))
    return int(any(check.outcome is Outcome.BAD for check in checks))


async def _examine(config: "Config") -> "list[Check]":
    from bot.checkup import examine
    from bot.clock import utc_now

    return [check async for check in examine(config, utc_now)]


def _print_table(checks: "Sequence[Check]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "检查 Check", "结果 Found", show_lines=True)
    for check in checks:
        mark = Text(_MARKS[check.outcome], style=_COLOURS[check.outcome])
        table.add_row(mark, Text(_both(check.title)), Text("\n".join(_told(check))))
    Console().print(table)


def _lines(check: "Check") -> Iterator[str]:
    """For pipes and files."""
    first, *more = _told(check)
    yield f"{_MARKS[check.outcome]:<{_WIDTH}}  {_both(check.title)}: {first}"
    yield from (f"{'':<{_WIDTH}}  {line}" for line in more)


def _told(check: "Check") -> Iterator[str]:
    yield _both(check.found)
    if check.mend is not None:
        yield f"→ {check.mend.en}"
        yield f"→ {check.mend.zh}"
    if check.page:
        yield f"→ {check.page}"


def _both(words: "Words") -> str:
    return words.en if words.en == words.zh else f"{words.en} · {words.zh}"
