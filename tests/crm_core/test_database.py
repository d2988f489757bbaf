"""Which SQLite is good enough, and that nothing is asked of it that came later."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import String, bindparam
from sqlalchemy.dialects import sqlite

from bot import config
from bot.checkup import examine_database
from bot.cli import main
from bot.config import ConfigError
from bot.opening import open_database
from crm_core import documents
from crm_core.checkup import Outcome
from crm_core.database import Database, Unfit


@pytest.fixture
def old_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.34.1")


@pytest.mark.usefixtures("old_sqlite")
def test_a_sqlite_that_is_too_old_is_refused_with_its_version_and_the_one_it_takes() -> None:
    with pytest.raises(Unfit, match=r"3\.34\.1 here, and 3\.35 or newer is needed.*需要 3\.35 或更新"):
        Database("sqlite://")


@pytest.mark.usefixtures("old_sqlite")
def test_the_program_says_so_and_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, settings = tmp_path / "crm.db", tmp_path / "config.toml"
    file.touch()
    settings.write_text(f'[database]\nurl = "sqlite:///{file}"\n')
    with pytest.raises(ConfigError, match=r"3\.35 or newer"):
        open_database(config.load(settings))
    assert main(["status", "--config", str(settings)]) == 2
    assert capsys.readouterr().err.startswith("crmbot: SQLite is 3.34.1 here")


@pytest.mark.usefixtures("old_sqlite")
def test_the_doctor_says_so(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    file.touch()
    check = examine_database(f"sqlite:///{file}")
    assert check.outcome is Outcome.BAD
    assert "SQLite 3.34.1" in check.found.en


def test_rows_bound_as_one_text_need_no_arrow_on_sqlite() -> None:
    row = documents.each("sqlite", bindparam("rows", type_=String()))
    statement = str(documents.part("sqlite", row, 1).compile(dialect=sqlite.dialect()))
    assert "->" not in statement


def test_what_was_committed_is_put_away_from_the_log_into_the_file(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE thing (id INTEGER)")
    assert tables_in(file) == []
    database.put_away()
    assert tables_in(file) == ["thing"]
    database.close()


def tables_in(file: Path) -> list[str]:
    """What the file holds, whatever its log does."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as alone:
        return [name for (name,) in alone.execute("SELECT name FROM sqlite_master")]


def test_a_new_database_is_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    before = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{file}")
        assert not file.exists()
        with database.writing() as session:
            session.connection().exec_driver_sql("CREATE TABLE thing (id INTEGER)")
            assert {oct(one.stat().st_mode & 0o777) for one in tmp_path.iterdir()} == {"0o600"}
        database.close()
    finally:
        os.umask(before)
