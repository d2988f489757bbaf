"""What `import` and `export` share: the database, the person, their language, and how far it is."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.cli import options
from bot.language.phrase import Phrase
from bot.language.problems import sentence
from crm_core.errors import CrmError

if TYPE_CHECKING:
    from bot.config import Config
    from crm_core.database import Database
    from crm_core.people.viewer import Viewer


@dataclass(frozen=True)
class Door:
    """An open database and the person who carries files through."""

    config: "Config"
    database: "Database"
    viewer: "Viewer"
    now: datetime

    def say(self, phrase: Phrase, **details: object) -> None:
        """On standard output."""
        print(phrase.say(self.viewer.language, **details), flush=True)

    def explain(self, error: CrmError) -> str:
        return sentence(error, self.viewer.language)

    def complain(self, error: CrmError) -> None:
        """On standard error."""
        print(f"crmbot: {self.explain(error)}", file=sys.stderr)

    def confirms(self, go_on: Phrase, *, yes: bool) -> bool:
        """Whether to go ahead: said already, or asked on a terminal; without one it is only told how to."""
        from bot.language.phrases import transfer as phrases

        if yes:
            return True
        if not sys.stdin.isatty():
            self.say(go_on)
            return False
        try:
            answer = input(phrases.ASK.say(self.viewer.language)).strip().casefold()
        except EOFError:
            answer = ""
        if answer not in options.YES:
            self.say(phrases.NOT_DONE)
            return False
        return True


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Door]:
    """The door of these arguments. Raises `ConfigError`."""
    from bot import logs
    from bot.cli.who import colleague
    from bot.clock import utc_now
    from bot.opening import declare_fields, open_database

    logs.set_up("error")
    options.speak_utf8()
    config, now = options.config_of(arguments), utc_now()
    database = open_database(config)
    try:
        declare_fields(database, config, utc_now)
        with database.writing() as session:
            viewer = colleague(session, arguments.name, config, now=now)
        yield Door(config, database, viewer, now)
    finally:
        database.close()


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while it takes time; what is given says how many are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    terminal = Console(stderr=True)
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
