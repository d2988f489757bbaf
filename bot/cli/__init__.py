"""The command line: `crmbot demo | serve | chat | when | migrate …`.

Each subcommand is a file here with `add_parser(subcommands)` and `run(arguments) -> exit code`. Heavy libraries are
imported where they are used, so that every command starts fast.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from bot.cli import chat, demo, migrate, serve, when
from bot.config import ConfigError

#: The subcommands, in the order of the help.
PARTS = (demo, serve, chat, when, migrate)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit code. A configuration that does not work is said in a sentence, exit code 2."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ConfigError as error:
        print(f"crmbot: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crmbot", description="A CRM that lives in the chat. 住在聊天里的 CRM。")
    parser.add_argument("--version", action="version", version=f"crmbot {version('crmbot')}")
    subcommands = parser.add_subparsers(required=True, metavar="command")
    for part in PARTS:
        part.add_parser(subcommands)
    return parser
