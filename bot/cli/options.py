"""Options that several subcommands share."""

import argparse
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bot.config import Config


#: What agrees to a question on a terminal.
YES = frozenset({"y", "yes", "是", "好"})


class Subcommands(Protocol):
    """What `add_parser` of a subcommand is given: argparse's own name for it is private."""

    def add_parser(self, name: str, **texts: Any) -> argparse.ArgumentParser: ...


def add_config(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--config", type=Path, required=required, metavar="FILE", help="the configuration, config.toml")


def add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who you are: a name or a handle")


def add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=_port, default=8765, help="port to listen on (default %(default)s)")


def speak_utf8() -> None:
    """Whatever the locale says, Chinese goes in and out; what is no text stops nothing."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def config_of(arguments: argparse.Namespace) -> "Config":
    """The configuration that `--config` names; without it, the defaults in the language of the terminal.

    Raises `ConfigError`.
    """
    from bot.config import load, parse

    path: Path | None = arguments.config
    return parse({"bot": {"language": _language_here()}}) if path is None else load(path)


def _language_here() -> str:
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if said.lower().startswith("zh") else "en"


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 1 to 65535")
    return port
