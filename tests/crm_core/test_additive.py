"""Nodes are upgraded one after the other: a migration disturbs no older program."""

from pathlib import Path

import pytest
from sqlmodel import text

from crm_core.database import Database
from crm_core.migrations import additive, run

VERSIONS = sorted(Path(additive.__file__).parent.glob("versions/[0-9]*.py"))


@pytest.mark.parametrize("migration", VERSIONS, ids=lambda path: path.name[:4])
def test_every_migration_after_the_first_release_only_adds(migration: Path) -> None:
    assert additive.breaches(migration) == []


@pytest.mark.parametrize(
    "statement",
    [
        'op.drop_table("x")',
        'op.drop_column("x", "y")',
        'op.rename_table("x", "y")',
        'op.alter_column("x", "y", new_column_name="z")',
        'op.alter_column("x", "y", nullable=False)',
        'op.alter_column("x", "y", type_=sa.Integer())',
        'op.add_column("x", sa.Column("y", sa.Integer(), nullable=False))',
        'op.execute("ALTER TABLE x DROP COLUMN y")',
        'op.execute("ALTER TABLE x RENAME TO y")',
        'op.execute("ALTER TABLE x ADD COLUMN y TEXT NOT NULL")',
        'with op.batch_alter_table("x") as batch:\n        batch.drop_column("y")',
    ],
)
def test_what_disturbs_is_found(tmp_path: Path, statement: str) -> None:
    assert len(additive.breaches(migration(tmp_path, statement))) == 1
    assert additive.breaches(migration(tmp_path, statement, 'NOT_ADDITIVE = "no older program writes there"')) == []
    assert len(additive.breaches(migration(tmp_path, statement, 'NOT_ADDITIVE = ""'))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        'op.create_table("x", sa.Column("y", sa.Integer(), nullable=False))',
        'op.add_column("x", sa.Column("y", sa.Integer(), nullable=True))',
        'op.add_column("x", sa.Column("y", sa.Integer(), nullable=False, server_default="0"))',
        'op.execute("ALTER TABLE x ADD COLUMN y TEXT NOT NULL DEFAULT 0")',
        'op.create_index("ix", "x", ["y"])',
        'op.drop_index("ix")',
    ],
)
def test_what_only_adds_is_let_through(tmp_path: Path, statement: str) -> None:
    assert additive.breaches(migration(tmp_path, statement)) == []


def test_a_program_beside_a_newer_schema_starts_and_is_ready(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("ALTER TABLE customer ADD COLUMN later TEXT NOT NULL DEFAULT ''"))
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    run.upgrade(database)
    assert run.current(database)


def migration(folder: Path, statement: str, mark: str = "") -> Path:
    path = folder / "0999_later.py"
    path.write_text(f"{mark}\n\ndef upgrade():\n    {statement}\n\n\ndef downgrade():\n    op.drop_table('x')\n")
    return path
