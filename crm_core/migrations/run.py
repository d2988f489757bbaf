"""Bringing a database to the newest schema, and telling whether it is there.

The text indexes (`search_…`) belong to each database's own text search; the models do not know them.
"""

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from crm_core import indexes
from crm_core.database import Database


def is_ours(name: str | None, type_: str, _parents: MutableMapping[Any, str | None]) -> bool:
    """Whether a comparison of the schema with the models should look at this object."""
    return not (type_ in {"table", "index"} and name is not None and name.startswith(("search_", "pgqueuer")))


def upgrade(database: Database) -> None:
    """Migrate to head, and rebuild the text indexes where their tokens changed. A schema that is newer than this
    program stays as it is: nodes are upgraded one after the other, and migrations only add."""
    with database.engine.connect() as connection:
        found = _found(connection)
        connection.rollback()
        if _is_newer(found):
            return
        if found != _head():
            bring_to(connection, "head")
            connection.commit()
    indexes.bring_up_to_date(database)


def bring_to(connection: Connection, revision: str) -> None:
    """Migrate up to a revision; inside the transaction of the connection when it has one."""
    alembic = config()
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, revision)


def knows(revision: str) -> bool:
    """Whether this program has the migration of this name: a newer program's is not known."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(config()).walk_revisions())


def current(database: Database) -> bool:
    """Whether the schema is at head, or newer."""
    with database.engine.connect() as connection:
        found = _found(connection)
    return found == _head() or _is_newer(found)


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _head() -> str | None:
    """The newest migration of this program."""
    return ScriptDirectory.from_config(config()).get_current_head()


def _is_newer(found: str | None) -> bool:
    """Revisions are numbers of four digits."""
    head = _head()
    return found is not None and head is not None and found.isdecimal() and found > head


def config() -> Config:
    """Alembic's configuration; no file, since there is nothing to configure."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    return found
