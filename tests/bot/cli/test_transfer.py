"""`crmbot import` and `crmbot export`, as somebody types them."""

import csv
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.cli import main
from bot.cli.customers_in import SLICE
from bot.language.phrases import transfer as phrases
from crm_core.conversations.tables import Message
from crm_core.customers import find
from crm_core.customers.tables import Customer, ImportRun
from crm_core.database import Database
from crm_core.people import staff
from crm_core.people.tables import AuditEntry, Role, Staff
from crm_core.people.viewer import of_staff
from crm_core.transfer import importing, sheets, trying
from tests.conftest import NOW

Run = Callable[..., tuple[int, str, str]]
TABLE = "客户姓名,手机1,公司\n张三,13800138000,Acme\n李四,12345,\n王五,13900139000,\n张先生,13800138000,\n"
LINE = {
    "platform": "slack",
    "conversation": "C1",
    "message_id": "m1",
    "sender": "u1",
    "text": "你好",
    "sent_at": "2026-01-05T09:00:00+08:00",
}


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Path:
    with database.writing() as session:
        staff.add(session, "Alice", role=Role.SALES, now=NOW)
        staff.add(session, "Charlie", role=Role.SALES, now=NOW, language="en")
        staff.add(session, "Ivy", role=Role.VIEWER, now=NOW, language="en")
    file = tmp_path / "config.toml"
    file.write_text(f'[database]\nurl = "{database.url}"\n', encoding="utf-8")
    return file


@pytest.fixture
def run(settings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(command: str, file: Path, *options: str, name: str = "Alice") -> tuple[int, str, str]:
        code = main([command, str(file), "--config", str(settings), "--as", name, *options])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def count(database: Database, kind: type[Customer | Message | ImportRun]) -> int:
    with database.reading() as session:
        return len(session.exec(select(kind)).all())


def test_without_a_terminal_and_without_yes_it_is_only_shown(database: Database, run: Run, table: Path) -> None:
    code, out, _ = run("import", table)
    assert code == 0
    assert "客户姓名" in out
    assert "+8613800138000" in out
    assert out.endswith(f"{phrases.GO_ON.zh}\n")
    assert (count(database, Customer), count(database, ImportRun)) == (0, 0)


def test_a_dry_run_says_what_would_come_and_leaves_nothing(database: Database, run: Run, table: Path) -> None:
    code, out, _ = run("import", table, "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, phrases.TRIED.say("zh", added=2, duplicate=1, rejected=1))
    assert (count(database, Customer), count(database, ImportRun)) == (0, 0)
    assert not table.with_name("customers.csv.rejects.csv").exists()


def test_an_import_is_complete_and_on_record(database: Database, run: Run, table: Path) -> None:
    code, out, _ = run("import", table, "--yes")
    assert code == 0
    assert phrases.DONE.say("zh", added=2, duplicate=1, rejected=1) in out
    assert phrases.KNOWN.zh.split("{", maxsplit=1)[0] in out
    with database.reading() as session:
        done = session.exec(select(ImportRun)).one()
        assert (done.filename, done.counts) == ("customers.csv", {"added": 2, "duplicate": 1, "rejected": 1})
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "import")).one()
        assert (entry.actor, entry.details["added"]) == ("Alice", 2)
        alice = session.exec(select(Staff).where(Staff.name == "Alice")).one()
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="zh")
        assert [hit.customer.name for hit in find.find(session, "zhangsan", viewer=viewer, now=NOW)] == ["张三"]


def test_rejects_are_kept_with_the_reason_and_come_in_when_mended(database: Database, run: Run, table: Path) -> None:
    run("import", table, "--yes")
    rejects = table.with_name("customers.csv.rejects.csv")
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.startswith("客户姓名,手机1,公司,crmbot 原因\n李四,12345,,")
    assert "12345" in text.splitlines()[1].split(",", 3)[3]
    rejects.write_text(text.replace("李四,12345", "李四,13700137000"), encoding="utf-8")
    code, out, _ = run("import", rejects, "--yes")
    assert (code, phrases.DONE.say("zh", added=1, duplicate=0, rejected=0) in out) == (0, True)
    assert count(database, Customer) == 4


@pytest.mark.parametrize("name", ["Alice", "Charlie"])
def test_rejects_that_nobody_mended_are_refused_again_for_the_same_reason(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    cells = ["=cmd()", " @SUM(A1)", "-2+3+cmd|' /C calc'!A0"]
    path.write_text("name,note,phone\n" + "".join(f"N{at},{cell},\n" for at, cell in enumerate(cells)), "utf-8")
    first = run("import", path, "--yes", name=name)
    rejects = tmp_path / "a.csv.rejects.csv"
    rows = [*csv.reader(rejects.read_text("utf-8-sig").splitlines())]
    assert not any(cell[:1] in ("=", "@", "-", " ") for row in rows for cell in row)
    again = run("import", rejects, "--yes", name=name)
    assert (first[0], again[0], again[1].splitlines()[-2]) == (1, 1, first[1].splitlines()[-2])
    kept = [*csv.reader((tmp_path / "a.csv.rejects.csv.rejects.csv").read_text("utf-8-sig").splitlines())]
    assert kept == rows


def test_rejects_come_in_as_they_were_mended(database: Database, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,phone\n'=Acme,12345\n=Bolt,13800138000\n=Cog,13800138001\n", "utf-8")
    run("import", path, "--yes", name="Charlie")
    rejects = tmp_path / "a.csv.rejects.csv"
    text = rejects.read_text("utf-8-sig").replace("12345,", "13800138002,", 1).replace("(formula) =Bolt", "'=Bolt")
    rejects.write_text(text.replace("(formula) =Cog", "(formula) Cog"), "utf-8")
    _, out, _ = run("import", rejects, "--yes", name="Charlie")
    assert phrases.DONE.say("en", added=2, duplicate=0, rejected=1) in out
    with database.reading() as session:
        assert sorted(session.exec(select(Customer.name)).all()) == ["=Acme", "=Bolt"]


def test_a_row_that_doubles_one_of_the_same_file_is_told_by_its_line(run: Run, table: Path) -> None:
    told = phrases.LINE.say("zh", row=5, reason=phrases.KNOWN_ROW.say("zh", value="13800138000", row=2, name="张三"))
    shown = phrases.ROW_NOT_ADDED.say("zh", row=5, reason=told.split("：", 1)[1])
    assert shown in run("import", table)[1].splitlines()
    assert told in run("import", table, "--dry-run")[1].splitlines()
    assert told in run("import", table, "--yes")[1].splitlines()
    assert phrases.KNOWN.zh.split("{id}", 1)[0].format(value="13800138000") in run("import", table)[1]


def test_what_is_not_recognised_is_told_with_the_command_that_makes_a_field(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "公司名,联系人,客户名称,预计金额,微信号,crmbot 原因\nAcme,张三,张三,3万,z3,\nBolt,李四,,500,13800138000,\n"
    )
    _, out, _ = run("import", path)
    assert "没认出的列不会导入：预计金额、微信号。" in out
    assert phrases.LEFT_TAKEN.say("zh", field="姓名") in out
    lines = out.splitlines()
    assert "  字段 添加 预计金额 数字" in lines
    assert "  字段 添加 微信号 文本" in lines
    assert "  field add 微信号 text" in run("import", path, "--map", "预计金额=", name="Charlie")[1].splitlines()
    assert "没认出" not in run("import", path, "--map", "预计金额=", "--map", "微信号=")[1]


def test_the_sentences_are_in_the_language_of_the_person(run: Run, table: Path) -> None:
    _, out, _ = run("import", table, "--yes", name="charlie")
    assert phrases.DONE.say("en", added=2, duplicate=1, rejected=1) in out
    assert "客户姓名,手机1,公司,crmbot reason" in table.with_name("customers.csv.rejects.csv").read_text(
        encoding="utf-8-sig"
    )


def test_a_column_is_named_or_left_out_by_hand(database: Database, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("对接人,手机\n张三,12345\n", encoding="utf-8")
    assert run("import", path, "--yes")[0] == 1
    code, out, _ = run("import", path, "--yes", "--map", "对接人=姓名", "--map", "手机=")
    assert (code, phrases.DONE.say("zh", added=1, duplicate=0, rejected=0) in out) == (0, True)


@pytest.mark.parametrize(
    "options", [("--map", "姓名"), ("--map", "=姓名"), ("--map", "鞋码=姓名"), ("--map", "公司=鞋码")]
)
def test_a_wrong_call_is_told(run: Run, table: Path, options: tuple[str, ...]) -> None:
    code, _, err = run("import", table, "--yes", *options)
    assert code == 2
    assert err.startswith("crmbot: ")


def test_a_name_that_nobody_has_is_told(database: Database, run: Run, table: Path) -> None:
    code, _, err = run("import", table, "--yes", name="Alcie")
    assert (code, "Alcie" in err, "--new" in err) == (2, True, True)
    with database.reading() as session:
        assert len(session.exec(select(Staff)).all()) == 3


def test_what_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    code, out, err = run("import", empty, "--yes")
    assert (code, out) == (1, "")
    assert "empty.csv" in err
    assert run("import", tmp_path / "none.xlsx")[0] == 1
    assert run("import", tmp_path / "none.doc")[0] == 1
    assert run("import", empty, name="Ivy")[0] == 1


def test_an_import_that_was_cut_off_is_completed_by_another(
    database: Database, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = SLICE + 50
    path = tmp_path / "many.csv"
    rows = "".join(f"客户{number},{13800000000 + number}\n" for number in range(total))
    path.write_text("姓名,电话\n" + rows, encoding="utf-8")
    finish = Database.writing
    entered = iter(range(5))

    def broken(self: Database) -> object:
        if next(entered) == 4:
            raise KeyboardInterrupt
        return finish(self)

    monkeypatch.setattr(Database, "writing", broken)
    assert run("import", path, "--yes")[0] == 130
    monkeypatch.undo()
    assert count(database, Customer) == SLICE
    code, out, _ = run("import", path, "--yes")
    assert (code, phrases.DONE.say("zh", added=50, duplicate=SLICE, rejected=0) in out) == (0, True)
    assert count(database, Customer) == total


@pytest.mark.parametrize(("answer", "expected"), [("y", 3), ("n", 0), ("", 0)])
def test_on_a_terminal_it_asks(
    sqlite_database: Database, tmp_path: Path, table: Path, answer: str, expected: int
) -> None:
    settings = tmp_path / "sqlite.toml"
    settings.write_text(f'[database]\nurl = "{sqlite_database.url}"\n', encoding="utf-8")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = (sys.executable, "-m", "bot.cli", "import", str(table), "--config", str(settings), "--as", "Alice")
    done = subprocess.run(command, stdin=theirs, capture_output=True, timeout=120, check=False)
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, phrases.ASK.zh in done.stdout.decode()) == (0, True)
    assert count(sqlite_database, Customer) == expected


def test_a_history_is_shown_tried_and_taken_once(database: Database, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "past.jsonl"
    lines = [json.dumps(LINE), "{broken", json.dumps(LINE | {"message_id": "m2"})]
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run("import", path)
    assert (code, phrases.GO_ON_HISTORY.zh in out) == (0, True)
    assert count(database, Message) == 0
    _, out, _ = run("import", path, "--dry-run")
    assert phrases.HISTORY_TRIED.say("zh", added=2, duplicate=0, rejected=1) in out
    assert count(database, Message) == 0
    code, out, _ = run("import", path, "--yes")
    assert (code, phrases.HISTORY_DONE.say("zh", added=2, duplicate=0, rejected=1) in out) == (0, True)
    _, out, _ = run("import", path, "--yes")
    assert phrases.HISTORY_DONE.say("zh", added=0, duplicate=2, rejected=1) in out
    assert (count(database, Message), count(database, ImportRun)) == (2, 2)


def test_a_history_without_a_message_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "past.jsonl"
    path.write_text("{broken\n", encoding="utf-8")
    code, _, err = run("import", path, "--yes")
    assert (code, "past.jsonl" in err) == (1, True)
    assert run("import", path, "--map", "a=b")[0] == 2


def test_customers_and_messages_go_out(run: Run, table: Path, tmp_path: Path) -> None:
    run("import", table, "--yes")
    for name in ("out.csv", "out.xlsx"):
        code, out, _ = run("export", tmp_path / name)
        assert (code, out) == (0, phrases.EXPORTED.say("zh", count=3, file=tmp_path / name) + "\n")
    code, out, _ = run("export", tmp_path / "out.csv", "--segment", "!company:Acme", name="Charlie")
    assert (code, out) == (0, phrases.EXPORTED.say("en", count=0, file=tmp_path / "out.csv") + "\n")
    assert run("export", tmp_path / "out.jsonl")[0] == 0
    assert sorted(path.name for path in tmp_path.glob("*out.*")) == ["out.csv", "out.jsonl", "out.xlsx"]


def test_who_took_out_what_is_on_record(database: Database, run: Run, table: Path, tmp_path: Path) -> None:
    run("import", table, "--yes")
    run("export", tmp_path / "out.csv", "--segment", "company:Acme")
    run("export", tmp_path / "out.jsonl")
    with database.reading() as session:
        trail = session.exec(
            select(AuditEntry).where(AuditEntry.action == "saw export").order_by(col(AuditEntry.id))
        ).all()
    details = [entry.details for entry in trail]
    assert details == [{"customers": 2, "segment": "company:Acme"}, {"messages": 0}]
    assert {entry.actor for entry in trail} == {"Alice"}


def test_an_export_that_fails_leaves_the_file_that_was_there(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine", encoding="utf-8")
    for name, options, expected in (
        ("Ivy", (), 1),
        ("Alice", ("--segment", "没有的标签"), 1),
        ("Alice", ("--segment", "(("), 1),
    ):
        code, _, err = run("export", path, *options, name=name)
        assert (code, err.startswith("crmbot: ")) == (expected, True)
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("export", tmp_path / "none" / "out.csv")[0] == 1
    assert run("export", tmp_path / "out.doc")[0] == 2
    assert run("export", tmp_path / "out.jsonl", "--segment", "VIP")[0] == 2


def test_a_dry_run_keeps_nobody_waiting_and_knows_the_rows_before(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(
        "name,phone,company,tags\n"
        "Ann,13800138000,Acme,VIP\nAnn again,13800138000,,\nBen,,Acme,\nBen,,Acme,\nCid,nonsense,,\n",
        encoding="utf-8",
    )
    with sqlite_database.writing() as session:
        boss = staff.add(session, "Dora", role=Role.ADMIN, now=NOW)
        viewer = of_staff(session, boss, timezone="Asia/Shanghai", language="en")
    with sqlite_database.writing(), sqlite_database.reading() as session:
        plan = importing.plan(session, sheets.read(path), {}, viewer=viewer)
        before = trying.Before()
        looked = [*trying.look(session, plan, range(3), before, viewer=viewer, now=NOW)]
        looked += trying.look(session, plan, range(3, 5), before, viewer=viewer, now=NOW)
    assert [one.outcome.value for one in looked] == ["added", "duplicate", "added", "duplicate", "rejected"]
    with sqlite_database.writing() as session:
        taken = importing.take(session, plan, range(5), viewer=viewer, now=NOW)
    assert [one.outcome for one in taken] == [one.outcome for one in looked]
