"""The migrations and the models say the same."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from crm_core.database import Database
from crm_core.migrations import run
from crm_core.tables import metadata


def test_an_empty_database_migrated_to_head_equals_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": run.is_ours, "compare_type": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_is_current(database: Database) -> None:
    assert run.current(database)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    run.upgrade(database)
    assert run.current(database)
