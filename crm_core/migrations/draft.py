"""Writes a new migration: the difference between the migrations so far and the models. Read it before you commit it."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from crm_core.database import Database
from crm_core.migrations import run


def draft(message: str, folder: Path) -> None:
    """Draft against a new SQLite database in this folder, brought to head first."""
    database = Database(f"sqlite:///{folder / 'draft.db'}")
    run.upgrade(database)
    alembic = run.config()
    number = len(list(ScriptDirectory.from_config(alembic).walk_revisions())) + 1
    with database.engine.connect() as connection:
        alembic.attributes["connection"] = connection
        command.revision(alembic, message, autogenerate=True, rev_id=f"{number:04}")
    database.close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        draft(sys.argv[1], Path(folder))
