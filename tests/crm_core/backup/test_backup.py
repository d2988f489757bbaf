"""A backup is everything at one instant, checked; a broken one is never taken for one; it comes back on either kind."""

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from crm_core.backup import restoring, taking
from crm_core.backup.file import check, reading
from crm_core.customers import find, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer
from crm_core.database import Database
from crm_core.errors import Conflict, Invalid
from crm_core.files import shelf
from crm_core.migrations import run as migrations
from crm_core.outreach import holding, nudges
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from crm_core.platforms import pulses
from tests.conftest import NOW
from tests.crm_core.backup.conftest import LIST, everything

LATER = NOW + timedelta(hours=5)


def bring_back(file: Path, url: str, *, force: bool = False) -> restoring.Restored:
    with reading(file) as backup:
        restoring.examine(backup, url, force=force, now=LATER)
        return restoring.restore(backup, url, now=LATER)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everything_comes_back_on_either_database(
    company_in: Database, empty_url: Callable[[str], str], kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup.zip"
    manifest = taking.take(company_in, file, now=NOW, version="1.0")
    url = empty_url(kind)
    bring_back(file, url)

    database = Database(url)
    try:
        before, after = everything(company_in), everything(database)
        assert {table: len(rows) for table, rows in after.items()} == {
            table: len(rows) for table, rows in before.items()
        }
        assert after == before
        assert manifest.tables["customer"].rows == len(after["customer"]) > 4
        assert migrations.current(database)
        with database.reading() as session:
            assert shelf.content(session, shelf.digest_of(LIST)) == LIST
        with database.writing() as session:
            viewer = of_staff(session, staff.everyone(session)[0], timezone="Asia/Shanghai", language="zh")
            highest = session.exec(select(func.max(Customer.id))).one()
            name = session.exec(select(Customer.name).order_by(col(Customer.id)).limit(1)).one()
            assert find.find(session, name, viewer=viewer, now=NOW), "the text index was built again"
            new = Customer(name="new", name_key="new", created_at=NOW, updated_at=NOW)
            session.add(new)
            session.flush()
            assert new.id > highest, "numbers go on"
    finally:
        database.close()


def test_no_number_that_was_given_after_the_backup_is_given_again(
    database: Database, empty_url: Callable[[str], str], tmp_path: Path
) -> None:
    file, kind = tmp_path / "one.backup.zip", "sqlite" if database.url.startswith("sqlite") else "postgresql"
    taking.take(database, file, now=NOW, version="1.0")
    url = empty_url(kind)
    bring_back(file, url)
    restored = Database(url)
    try:
        with restored.writing() as session:
            alice = staff.add(session, "Alice", role=Role.ADMIN, now=NOW)
            viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
            customer = records.create(session, Draft("张三"), viewer=viewer, now=NOW)
            todo = nudges.schedule(
                session,
                viewer=viewer,
                for_staff=alice,
                text="call",
                due_at=LATER,
                timezone="Asia/Shanghai",
                now=NOW,
            )
            assert customer.id > 1000
            assert todo.id > 1000
    finally:
        restored.close()


def test_only_its_owner_may_read_it_and_nothing_else_is_left(small: Path) -> None:
    assert small.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in small.parent.iterdir() if path.name.endswith(".part")] == []


def test_what_was_written_meanwhile_is_not_in_it(company_in: Database, tmp_path: Path) -> None:
    def hire_somebody(_done: int, _of: int) -> None:
        with company_in.writing() as session:
            session.add(Customer(name="late", name_key="late", created_at=NOW, updated_at=NOW))

    file = tmp_path / "one.backup.zip"
    told, taking._TOLD = taking._TOLD, 50
    try:
        manifest = taking.take(company_in, file, now=NOW, version="1.0", progress=hire_somebody)
    finally:
        taking._TOLD = told

    with reading(file) as backup:
        names = [row[manifest.tables["customer"].columns.index("name")] for row in backup.rows("customer")]
    assert names
    assert "late" not in names
    with company_in.reading() as session:
        assert session.exec(select(Customer).where(Customer.name == "late")).first() is not None


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = os.urandom(40)
    file.write_bytes(content)


def _rewrite(file: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, change(name, content))


def _lose_a_row(file: Path) -> None:
    _rewrite(
        file, lambda name, content: content[content.index(b"\n") + 1 :] if name == "tables/customer.jsonl" else content
    )


def _lose_the_manifest(file: Path) -> None:
    _rewrite(file, lambda name, content: b"{}" if name == "manifest.json" else content)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [_cut, _flip, _lose_a_row, _lose_the_manifest, _empty])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    small: Path, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    damage(small)
    target = tmp_path / "target.db"

    with pytest.raises(Invalid, match="backup_broken"):
        check(small)
    with pytest.raises(Invalid, match="backup_broken"):
        bring_back(small, f"sqlite:///{target}")
    assert not target.exists()
    assert list(tmp_path.glob(".target*")) == []


def test_a_damaged_backup_leaves_the_database_as_it_was(small: Path, database: Database) -> None:
    with database.writing() as session:
        session.add(Customer(name="precious", name_key="precious", created_at=NOW, updated_at=NOW))
    _lose_a_row(small)
    before = everything(database)
    database.close()
    with pytest.raises(Invalid, match="backup_broken"):
        bring_back(small, database.url, force=True)
    assert everything(database) == before


def test_a_database_with_something_in_it_is_not_touched_unless_forced(small: Path, database: Database) -> None:
    with database.writing() as session:
        session.add(Customer(name="precious", name_key="precious", created_at=NOW, updated_at=NOW))
    with pytest.raises(Conflict, match="restore_not_empty"):
        bring_back(small, database.url)
    database.close()

    done = bring_back(small, database.url, force=True)

    with database.reading() as session:
        assert session.exec(select(Customer).where(Customer.name == "precious")).first() is None
    if database.dialect == "sqlite":
        assert done.kept is not None
        with sqlite3.connect(done.kept) as kept:
            assert kept.execute("SELECT count(*) FROM customer WHERE name = 'precious'").fetchone() == (1,)


def test_a_running_program_stands_in_the_way(small: Path, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        pulses.tell(session, "n1", {"name": "one"}, now=LATER)
    with pytest.raises(Conflict, match="restore_running"):
        bring_back(small, sqlite_database.url, force=True)


def test_a_database_in_use_is_not_replaced_under_its_user(small: Path, sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        session.exec(select(Customer)).first()
        with sqlite_database.writing() as other:
            other.add(Customer(name="x", name_key="x", created_at=NOW, updated_at=NOW))
        with pytest.raises(Conflict, match="restore_in_use"):
            bring_back(small, sqlite_database.url, force=True)


@pytest.mark.parametrize(("key", "value"), [("revision", "0999"), ("format", 99)])
def test_a_backup_of_a_newer_program_is_refused(small: Path, key: str, value: object, tmp_path: Path) -> None:
    def newer(name: str, content: bytes) -> bytes:
        return json.dumps({**json.loads(content), key: value}).encode() if name == "manifest.json" else content

    _rewrite(small, newer)
    with pytest.raises(Invalid, match="backup_newer"):
        bring_back(small, f"sqlite:///{tmp_path}/target.db")


def test_a_table_that_the_schema_does_not_have_is_refused_by_name(small: Path, tmp_path: Path) -> None:
    def other(name: str, content: bytes) -> bytes:
        return content.replace(b'"other_name"', b'"x; DROP TABLE staff"') if name == "manifest.json" else content

    _rewrite(small, other)
    with pytest.raises(Invalid, match="backup_unfit"):
        bring_back(small, f"sqlite:///{tmp_path}/target.db")


def test_an_older_schema_is_migrated(full_database: Database, small: Path, tmp_path: Path) -> None:
    """A backup from before the text indexes came with their migration."""
    _rewrite(small, lambda name, content: content.replace(b'"0002"', b'"0001"') if name == "manifest.json" else content)
    bring_back(small, f"sqlite:///{tmp_path}/target.db")

    database = Database(f"sqlite:///{tmp_path}/target.db")
    assert migrations.current(database)
    assert everything(database) == everything(full_database)
    database.close()


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from crm_core.backup import taking
from crm_core.database import Database
taking._TOLD = 20
taking.take(Database(sys.argv[1]), Path(sys.argv[2]), now=datetime.now(UTC), version="1",
            progress=lambda done, total: done > total / 2 and os.kill(os.getpid(), signal.SIGKILL))
"""


def test_killed_while_writing_it_leaves_the_old_ones_whole(small: Path, full_database: Database) -> None:
    before = small.read_bytes()
    done = subprocess.run(
        (sys.executable, "-c", _KILLED, full_database.url, str(small)), cwd=Path.cwd(), check=False, timeout=60
    )
    assert done.returncode == -9
    assert small.read_bytes() == before
    assert len(list(small.parent.glob(".company*.part"))) == 1, "a draft is left, and is not taken for a backup"
    check(small)


def test_after_a_restore_everything_that_would_go_out_is_held(small: Path, tmp_path: Path) -> None:
    done = bring_back(small, f"sqlite:///{tmp_path}/target.db")
    database = Database(f"sqlite:///{tmp_path}/target.db")
    with database.reading() as session:
        assert holding.held(session) == holding.Held(NOW, LATER)
    assert done.waiting == holding.Waiting(unsure=1, sure=0)
    database.close()
