"""Bringing a database to the newest schema, and telling whether it is there.

The text indexes (`search_…`) belong to each database's own text search; the models do not know them.
"""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from crm_core import indexes
from crm_core.database import Database


def is_ours(name: str | None, type_: str, _parents: MutableMapping[Any, str | None]) -> bool:
    """Whether a comparison of the schema with the models should look at this object."""
    return not (type_ in {"table", "index"} and name is not None and name.startswith(("search_", "pgqueuer")))


def upgrade(database: Database) -> None:
    """Migrate to head, and rebuild the text indexes where their tokens changed."""
    alembic = config()
    with database.engine.connect() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        connection.commit()
    indexes.bring_up_to_date(database)


def current(database: Database) -> bool:
    """Whether the schema is at head."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(config()).get_current_head()


def config() -> Config:
    """Alembic's configuration; no file, since there is nothing to configure."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    return found
