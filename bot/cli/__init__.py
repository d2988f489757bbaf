"""The command line: `crmbot demo | serve | chat | when | import | export | sequence | backup | restore | deliveries |
status | migrate | doctor | slack … | wecom …`.

Each subcommand is a file here with `add_parser(subcommands)` and `run(arguments) -> exit code`. The file is loaded when
its subcommand is called, and heavy libraries are imported where they are used, so that every command starts fast.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

#: The subcommands, in the order of the help, and the module beside this one that each is.
PARTS = {
    "demo": "demo",
    "serve": "serve",
    "chat": "chat",
    "when": "when",
    "import": "imports",
    "export": "exports",
    "backup": "backup",
    "restore": "restore",
    "deliveries": "deliveries",
    "status": "status",
    "sequence": "sequences",
    "migrate": "migrate",
    "doctor": "doctor",
    "slack": "slack",
    "wecom": "wecom",
}


class _Version(argparse.Action):
    """Looks the version up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"crmbot {version('crmbot')}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit code. A configuration that does not work is said in a sentence, exit code 2."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(words).parse_args(words)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except _told() as error:
        print(f"crmbot: {error}", file=sys.stderr)
        return 2


def _told() -> tuple[type[Exception], ...]:
    """What is said in its own words. Asked for only when something was raised: it loads much that a command may not
    need."""
    from bot.config import ConfigError
    from crm_core.database import Unfit

    return ConfigError, Unfit


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the subcommand that is called; of all of them when none is, for the help."""
    parser = argparse.ArgumentParser(prog="crmbot", description="A CRM that lives in the chat. 住在聊天里的 CRM。")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subcommands = parser.add_subparsers(required=True, metavar="command")
    called = [module for word, module in PARTS.items() if words and words[0] == word]
    for module in called or PARTS.values():
        import_module(f"bot.cli.{module}").add_parser(subcommands)
    return parser
