"""What goes out: what the viewer may see, inert in every spreadsheet, and readable by an import."""

import csv
import gc
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from crm_core.conversations import log, messages, notes
from crm_core.conversations.log import Place
from crm_core.customers import fields, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import CustomerKind, FieldType
from crm_core.database import Database
from crm_core.errors import Invalid, NotAllowed, NotFound
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import Viewer, of_staff
from crm_core.tags import tags
from crm_core.tags.tables import CustomerTag
from crm_core.transfer import exporting, histories, sheets
from crm_core.transfer.importing import Outcome
from tests.conftest import NOW
from tests.crm_core.conftest import Cast, hired
from tests.crm_core.transfer.conftest import bring, everybody
from tests.crm_core.transfer.said import said

Write = Callable[..., Path]
_TOLD = {"sender_name", "text", "sent_at", "edited_at", "deleted_at", "thread_id"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(session: Session, alice: Viewer, charlie: Viewer) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    fields.declare(session, "invoiced", "已开票", "Invoiced", FieldType.YES_NO)
    records.create(
        session,
        Draft(
            "张三", phones=["13800138000", "021-62345678转12"], emails=["z@acme.com"], tags=["VIP", "老客户"],
            addresses=["上海市", "北京市, 2号"], company="Acme", position="采购", stage="won", tier="A",
            birthday="05-03", source="=1+1",
            custom={"budget": "3.5", "invoiced": "no"}, other_names=["三哥", "Zhang, San"], timezone="Asia/Tokyo",
            language="en", created_at=NOW - timedelta(days=40, seconds=7),
        ),
        viewer=alice,
        now=NOW,
    )  # fmt: skip
    found = everybody(session)
    zhang, acme = found["张三"], found["Acme"]
    records.change(session, acme, "phone", "400-810-8888", viewer=alice, now=NOW)
    records.change(session, zhang, "opted_out", "yes", viewer=alice, now=NOW)
    notes.add(session, zhang, "第一次联系\n说:再看看", viewer=alice, now=NOW - timedelta(days=3))
    notes.add(session, zhang, "=HYPERLINK()", viewer=charlie if charlie.sees(zhang.owner_id) else alice, now=NOW)
    records.create(session, Draft("'tis", owner="pool"), viewer=alice, now=NOW)
    records.create(session, Draft("'=1+2", kind=CustomerKind.COMPANY), viewer=alice, now=NOW)
    records.create(session, Draft("Charlies", phones=["13900139000"]), viewer=charlie, now=NOW)


def test_everybody_takes_out_only_what_they_see(session: Session, cast: Cast, tmp_path: Path) -> None:
    fill(session, cast.alice, cast.charlie)
    path = tmp_path / "out.csv"
    assert exporting.customers(session, path, viewer=cast.charlie, now=NOW) == 3
    assert {row["姓名"] for row in rows(path)} == {"Acme", "'tis", "Charlies"}
    assert "13800138000" not in path.read_text(encoding="utf-8")
    assert exporting.customers(session, path, viewer=cast.admin, now=NOW) == 5


def test_an_export_takes_no_lock_from_those_who_write(database: Database, tmp_path: Path) -> None:
    with database.writing() as writing:
        cast = hired(writing)
        fill(writing, cast.alice, cast.charlie)
    with database.writing() as writing, database.reading() as reading:
        tags.add(writing, everybody(writing)["Acme"], ["held"], viewer=cast.admin, now=NOW)
        assert exporting.customers(reading, tmp_path / "out.csv", viewer=cast.charlie, now=NOW) == 3
        assert exporting.messages(reading, tmp_path / "out.jsonl", viewer=cast.charlie) == 0


def test_who_may_only_look_may_not_export(sqlite_session: Session, cast_sqlite: Cast, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        exporting.customers(sqlite_session, tmp_path / "x.csv", viewer=cast_sqlite.intern, now=NOW)
    with pytest.raises(NotAllowed):
        exporting.messages(sqlite_session, tmp_path / "x.csv", viewer=cast_sqlite.intern)
    assert not (tmp_path / "x.csv").exists()


def test_what_a_viewer_may_not_see_in_full_is_masked(sqlite_session: Session, cast_sqlite: Cast) -> None:
    fields.declare(sqlite_session, "passport", "护照", "Passport", FieldType.TEXT, sensitive=True)
    draft = Draft("张三", phones=["13800138812"], emails=["zhang@acme.com"], custom={"passport": "E123"})
    made = records.create(sqlite_session, draft, viewer=cast_sqlite.alice, now=NOW)
    header, row = exporting.table(sqlite_session, [made.id], viewer=cast_sqlite.intern)
    shown = dict(zip(header, row, strict=True))
    assert (shown["电话"], shown["邮箱"], shown["护照"]) == ("138****8812", "z***@acme.com", "***")
    assert exporting.table(sqlite_session, [made.id], viewer=cast_sqlite.charlie) == [header]


def test_a_segment_is_exported_alone(session: Session, cast: Cast, tmp_path: Path) -> None:
    fill(session, cast.alice, cast.charlie)
    path = tmp_path / "out.csv"
    assert exporting.customers(session, path, viewer=cast.alice, now=NOW, segment="VIP & 成交") == 1
    assert [row["姓名"] for row in rows(path)] == ["张三"]
    with pytest.raises(NotFound):
        exporting.customers(session, path, viewer=cast.alice, now=NOW, segment="没有的标签")


def test_the_headings_are_in_the_language_of_the_person(
    sqlite_session: Session, cast_sqlite: Cast, tmp_path: Path
) -> None:
    fill(sqlite_session, cast_sqlite.alice, cast_sqlite.charlie)
    path = tmp_path / "out.csv"
    exporting.customers(sqlite_session, path, viewer=replace(cast_sqlite.alice, language="en"), now=NOW)
    zhang = rows(path)[0]
    assert (zhang["name"], zhang["stage"], zhang["Budget"], zhang["Invoiced"]) == ("张三", "won", "3.5", "no")


def test_an_unknown_kind_of_file_is_refused(sqlite_session: Session, cast_sqlite: Cast, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        exporting.customers(sqlite_session, tmp_path / "x.doc", viewer=cast_sqlite.alice, now=NOW)


def test_an_export_of_nobody_known_leaves_no_book_half_written(
    sqlite_session: Session, cast_sqlite: Cast, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        exporting.customers(sqlite_session, tmp_path / "out.xlsx", viewer=cast_sqlite.alice, now=NOW, segment="VPI")
    gc.collect()  # a book that was begun would complain now
    assert not (tmp_path / "out.xlsx").exists()


def test_no_cell_of_an_export_is_calculated(sqlite_session: Session, cast_sqlite: Cast, tmp_path: Path) -> None:
    fill(sqlite_session, cast_sqlite.alice, cast_sqlite.charlie)
    for name in ("out.csv", "out.xlsx"):
        exporting.customers(sqlite_session, tmp_path / name, viewer=cast_sqlite.alice, now=NOW)
    assert rows(tmp_path / "out.csv")[0]["来源"] == "'=1+1"
    cells = [cell for row in load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert "'=1+1" in {cell.value for cell in cells}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_an_export_comes_back_whole(
    database: Database, sqlite_database: Database, tmp_path: Path, name: str, language: str
) -> None:
    def fresh(session: Session) -> Viewer:
        member = staff.add(session, "Alice", role=Role.ADMIN, now=NOW, language=language)
        return of_staff(session, member, timezone="Asia/Shanghai", language=language)

    first, second = tmp_path / name, tmp_path / f"again-{name}"
    with database.writing() as session:
        alice = fresh(session)
        fill(session, alice, alice)
        exporting.customers(session, first, viewer=alice, now=NOW)
        session.rollback()
    with database.writing() as session:
        alice = fresh(session)
        fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
        fields.declare(session, "invoiced", "已开票", "Invoiced", FieldType.YES_NO)
        assert bring(session, first, alice).counts == {Outcome.ADDED: 5}
        exporting.customers(session, second, viewer=alice, now=NOW)
    before, after = sheets.read(first), sheets.read(second)
    assert after.header == before.header
    assert sorted(after.rows) == sorted(before.rows)


def test_messages_come_back_as_the_same_history(database: Database, sqlite_database: Database, tmp_path: Path) -> None:
    def conversation(session: Session, viewer: Viewer) -> list[tuple[object, ...]]:
        page = log.page(session, Place(None, None), viewer=viewer, limit=50)
        return [
            (line.conversation.platform_id, line.conversation.title, line.message.model_dump(include=_TOLD))
            for line in log.lines(session, page, viewer=viewer)
        ]

    def somebody(session: Session) -> Viewer:
        member = staff.add(session, "Alice", role=Role.ADMIN, now=NOW)
        return of_staff(session, member, timezone="Asia/Shanghai", language="zh")

    path = tmp_path / "out.jsonl"
    with database.writing() as session:
        alice = somebody(session)
        for inbound in said():
            messages.record(session, inbound, now=NOW)
        assert exporting.messages(session, path, viewer=alice) == 4
        before = conversation(session, alice)
        session.rollback()
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert documents[0]["sent_at"] == datetime(2026, 1, 5, 1, 0, tzinfo=UTC).isoformat()
    assert documents[0]["attachments"] == [{"id": "F1", "name": "报价.pdf", "mime": "application/pdf", "size": 10}]
    with database.writing() as session:
        alice = somebody(session)
        inbounds = [one for one in histories.read(path) if not isinstance(one, histories.Problem)]
        histories.take(session, inbounds, viewer=alice, now=NOW)
        assert conversation(session, alice) == before
        again = histories.take(session, inbounds, viewer=alice, now=NOW)
        assert (again.new, again.problems) == (0, ())


def test_messages_of_others_stay_in(session: Session, cast: Cast, tmp_path: Path) -> None:
    for inbound in said():
        messages.record(session, inbound, now=NOW)
    assert exporting.messages(session, tmp_path / "out.jsonl", viewer=cast.charlie) == 0


def test_tags_keep_their_cause(sqlite_session: Session, cast_sqlite: Cast, write_csv: Write) -> None:
    bring(sqlite_session, write_csv(["姓名", "标签"], ["张三", "VIP"]), cast_sqlite.alice)
    zhang = everybody(sqlite_session)["张三"]
    assert tags.of(sqlite_session, [zhang.id])[zhang.id] == ["VIP"]
    mark = sqlite_session.exec(select(CustomerTag)).one()
    assert mark.cause == "import"
