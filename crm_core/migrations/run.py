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

from crm_core.database import Database


def is_ours(name: str | None, type_: str, _parents: MutableMapping[Any, str | None]) -> bool:
    """Whether a comparison of the schema with the models should look at this object."""
    return not (type_ == "table" and name is not None and name.startswith(("search_", "pgqueuer")))


def upgrade(database: Database) -> None:
    """Migrate to head."""
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def current(database: Database) -> bool:
    """Whether the schema is at head."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def draft(database: Database, message: str, revision: str) -> None:
    """Write a new migration: the difference between this database and the models. Read it before you commit it."""
    config = _config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=revision)
