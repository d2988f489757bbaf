"""`crmbot backup`, `restore`, `deliveries` and `status`, as somebody types them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import utc_now
from crm_core.backup import record
from crm_core.database import Database
from crm_core.outreach import holding, pausing
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from crm_core.platforms import pulses
from tests.conftest import NOW

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def settings(sqlite_database: Database, tmp_path: Path) -> Path:
    with sqlite_database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, now=NOW)
    sqlite_database.close()
    file = tmp_path / "config.toml"
    file.write_text(
        f'[bot]\nlanguage = "en"\n[database]\nurl = "{sqlite_database.url}"\n[slack]\nbot_token = "xoxb-secret-1"\n'
        f'signing_secret = "secret-2"\n[backup]\nfolder = "{tmp_path}/backups"\n',
        encoding="utf-8",
    )
    return file


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    file = tmp_path / "elsewhere.toml"
    file.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/elsewhere.db"\n', encoding="utf-8")
    return file


@pytest.fixture
def run(settings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, config: Path = settings) -> tuple[int, str, str]:
        code = main([*words, "--config", str(config)])
        return code, *capsys.readouterr()

    return run


def the_backup(settings: Path) -> Path:
    [file] = (settings.parent / "backups").iterdir()
    return file


def test_from_a_backup_to_another_database_and_back_to_work(run: Run, settings: Path, elsewhere: Path) -> None:
    code, out, _ = run("backup")
    file = the_backup(settings)
    assert code == 0
    assert str(file) in out
    assert "1 rows" in out
    assert run("backup", "--check", str(file))[0] == 0

    assert run("restore", str(file), config=elsewhere)[0] == 1, "nobody said yes"
    code, out, _ = run("restore", str(file), "--yes", config=elsewhere)
    assert code == 0
    assert "什么都不会自动发出" in out
    assert run("deliveries", "release", config=elsewhere) == (
        0,
        "已恢复发送：0 条按时发出；0 条可能发过的不再发（提醒仍在待办里）。\n",
        "",
    )
    assert "没有暂停" in run("deliveries", "release", "--all", config=elsewhere)[1]


def test_what_the_world_may_have_seen_is_said(run: Run, settings: Path) -> None:
    run("backup")
    code, out, _ = run("restore", str(the_backup(settings)), "--force", "--yes")
    assert code == 0
    assert "may have been seen outside" in out
    assert "Slack: what was said meanwhile is read again by itself." in out
    assert ".before-" in out
    assert "secret" not in out


def test_a_full_database_is_not_replaced_by_mistake(run: Run, settings: Path) -> None:
    run("backup")
    code, _, err = run("restore", str(the_backup(settings)), "--yes")
    assert code == 1
    assert "--force" in err


@pytest.mark.parametrize("words", [("restore", "nothing.zip"), ("backup", "--check", "nothing.zip")])
def test_a_file_that_is_not_there_is_said_in_a_sentence(run: Run, words: tuple[str, ...]) -> None:
    code, _, err = run(*words)
    assert (code, err) == (1, "crmbot: There is no backup nothing.zip. Check the path.\n")


@pytest.mark.parametrize("folder", ["copies", "copies.d", "copies/of today"])
def test_a_folder_that_is_not_there_is_made(run: Run, tmp_path: Path, folder: str) -> None:
    code, out, _ = run("backup", "--to", str(tmp_path / folder))
    [file] = (tmp_path / folder).iterdir()
    assert (code, file.name.startswith("crmbot-")) == (0, True)
    assert str(file) in out


def test_a_backup_may_be_given_its_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "copies" / "today.zip"
    assert run("backup", "--to", str(file))[0] == 0
    assert run("backup", "--check", str(file))[0] == 0


def test_a_backup_is_checked_without_a_configuration(
    run: Run, settings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup")
    file = str(the_backup(settings))
    for locale, said in (("zh_CN.UTF-8", "备份"), ("C.UTF-8", "backup")):
        monkeypatch.setenv("LC_ALL", locale)
        assert main(["backup", "--check", file]) == 0
        assert said in capsys.readouterr().out.replace(file, "")
    assert main(["backup"]) == 2
    assert "--config" in capsys.readouterr().err


def test_without_a_place_it_asks_for_one(run: Run, elsewhere: Path) -> None:
    code, _, err = run("backup", config=elsewhere)
    assert code == 2
    assert "--to" in err


def test_what_cannot_be_written_is_said(run: Run, settings: Path) -> None:
    (settings.parent / "backups").write_text("not a folder")
    code, _, err = run("backup")
    assert code == 1
    assert "It did not work" in err


def test_the_status_of_a_program_that_does_not_run(run: Run) -> None:
    code, out, _ = run("status")
    assert code == 1
    assert "FAIL  Program: not running" in out
    assert "crmbot serve" in out
    assert "note  Backup: none yet" in out


def test_the_status_of_one_that_runs(run: Run, sqlite_database: Database) -> None:
    now = utc_now()
    told = {"name": "box:1", "version": "1.0", "started_at": now.isoformat(), "platforms": {"slack": {"status": "ok"}}}
    with sqlite_database.writing() as session:
        pulses.tell(session, "n", told, now=now)
        record.finish(session, taken_at=now, file="/b/one", size=1_300_000, rows=1, seconds=1, now=now)
    code, out, _ = run("status")
    assert code == 0
    assert "ok    Program: box:1 (1.0, started now)" in out
    assert "ok    Slack: connected" in out
    assert "ok    Backup: now, 1.3 MB, /b/one" in out


def test_the_status_names_what_to_do(run: Run, sqlite_database: Database) -> None:
    now = utc_now()
    trouble = {"part": "slack", "level": "error", "text": "Slack: down", "at": now.isoformat(), "count": 3}
    told = {
        "name": "box:1",
        "version": "1.0",
        "started_at": now.isoformat(),
        "platforms": {"slack": {"status": "down", "socket": "no answer"}},
        "troubles": [trouble],
    }
    with sqlite_database.writing() as session:
        pulses.tell(session, "n", told, now=now)
        pulses.tell(session, "old", {**told, "name": "box:2"}, now=now - timedelta(minutes=5))
        record.fail(session, "No space left on device", now=now)
        holding.hold(session, holding.Held(now, now))
    code, out, _ = run("status")
    assert code == 1
    for line in (
        "note  Program: box:1 (1.0, started now); not heard of: box:2",
        "FAIL  Slack: down: socket: no answer",
        "→ Run crmbot doctor",
        "FAIL  Sending: held after a restore",
        "crmbot deliveries release",
        "FAIL  Backup: failed: No space left on device",
        "FAIL  Lately (slack): now ×3: Slack: down",
    ):
        assert line in out


def test_the_status_says_who_stopped_sending(run: Run, sqlite_database: Database) -> None:
    now = utc_now()
    with sqlite_database.writing() as session:
        dora = staff.add(session, "Dora", role=Role.ADMIN, now=now)
        viewer = of_staff(session, dora, timezone="Asia/Shanghai", language="en")
        pausing.pause(session, viewer=viewer, now=now)
    assert "note  Sending: stopped by Dora now, 0 wait" in run("status")[1]
