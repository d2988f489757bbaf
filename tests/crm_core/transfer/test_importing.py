"""Customers come in row by row: each stands or falls alone, and nobody comes in twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from crm_core.conversations.tables import Note
from crm_core.customers import contacts, fields, records
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, CustomerKind, FieldType, Stage, Tier
from crm_core.errors import NotAllowed
from crm_core.tags import tags
from crm_core.transfer import importing, sheets
from crm_core.transfer.importing import Outcome
from tests.conftest import NOW
from tests.crm_core.conftest import Cast
from tests.crm_core.transfer.conftest import bring, everybody, problems

Write = Callable[..., Path]


def reached(session: Session, name: str, kind: ContactKind = ContactKind.PHONE) -> list[str]:
    customer = everybody(session)[name]
    return [point.value for point in contacts.of(session, [customer.id])[customer.id] if point.kind is kind]


def test_a_table_becomes_customers(session: Session, cast: Cast, write_csv: Write) -> None:
    fields.declare(session, "budget", "预算", "Budget", FieldType.NUMBER)
    header = "姓名 类型 手机1 手机2 邮箱 公司 职位 阶段 等级 标签 生日 来源 预算 地址"
    person = "张三||138 0013 8000|021-62345678|Z@Acme.com|Acme|采购|意向|A|VIP、老客户|5月3日|展会|3万|上海市"
    company = "Acme|公司||||||成交||||||上海;北京"
    tally = bring(session, write_csv(header.split(), person.split("|"), company.split("|")), cast.alice)
    assert tally.counts == {Outcome.ADDED: 2}
    found = everybody(session)
    zhang, acme = found["张三"], found["Acme"]
    assert (zhang.company_id, acme.kind, acme.stage) == (acme.id, CustomerKind.COMPANY, Stage.WON)
    assert (zhang.stage, zhang.tier, zhang.birthday, zhang.custom) == (
        Stage.INTERESTED,
        Tier.A,
        date(1604, 5, 3),
        {"budget": 30000},
    )
    assert zhang.owner_id == cast.alice.staff_id
    assert reached(session, "张三") == ["+8613800138000", "+862162345678"]
    assert reached(session, "张三", ContactKind.EMAIL) == ["z@acme.com"]
    assert reached(session, "Acme", ContactKind.ADDRESS) == ["上海", "北京"]
    assert tags.of(session, [zhang.id])[zhang.id] == ["VIP", "老客户"]


def test_a_spreadsheet_with_numbers_for_phones_and_true_dates(session: Session, cast: Cast, write_xlsx: Write) -> None:
    fields.declare(session, "invoiced", "已开票", "Invoiced", FieldType.YES_NO)
    bring(
        session,
        write_xlsx(["Name", "Mobile Phone", "Birthday", "Invoiced"], ["Dave", 15048530186.0, date(1988, 5, 3), True]),
        cast.alice,
    )
    dave = everybody(session)["Dave"]
    assert reached(session, "Dave") == ["+8615048530186"]
    assert (dave.birthday, dave.custom) == (date(1988, 5, 3), {"invoiced": True})


@pytest.mark.parametrize("cell", ["13800138000;13900139000", "13800138000、13900139000", "13800138000/13900139000",
                                  "13800138000\n13900139000", "13800138000,13900139000"])  # fmt: skip
def test_several_phones_in_one_cell(sqlite_session: Session, cast_sqlite: Cast, write_csv: Write, cell: str) -> None:
    bring(sqlite_session, write_csv(["姓名", "电话"], ["张三", cell]), cast_sqlite.alice)
    assert reached(sqlite_session, "张三") == ["+8613800138000", "+8613900139000"]


def test_bad_rows_stay_out_alone(session: Session, cast: Cast, write_csv: Write) -> None:
    header = ["姓名", "电话", "生日", "负责人", "备注", "创建时间"]
    tally = bring(
        session,
        write_csv(
            header,
            ["张三", "13800138000", "", "", "", ""],
            ["李四", "12345", "", "", "", ""],
            ["王五", "", "2月31日", "", "", ""],
            ["赵六", "", "", "陌生人", "", ""],
            ["", "13800138001", "", "", "", ""],
            ["=1+1", "", "", "", "", ""],
            ["钱七", "", "", "", "=cmd|' /C calc'!A0", ""],
            ["孙八", "", "", "", "长" * 100_000, ""],
            ["周九", "", "", "", "", "2026-02-31"],
            ["吴十", "13800138002", "-", "--", "/", ""],
        ),
        cast.alice,
    )
    assert sorted(everybody(session)) == ["吴十", "张三"]
    assert problems(tally) == [
        (3, "phone_invalid"),
        (4, "date_invalid"),
        (5, "staff_not_found"),
        (6, "name_empty"),
        (7, "import_calculation"),
        (8, "import_calculation"),
        (9, "import_cell_too_long"),
        (10, "import_moment_invalid"),
    ]


def test_a_bad_row_leaves_no_company_and_no_tag_behind(session: Session, cast: Cast, write_csv: Write) -> None:
    path = write_csv(["姓名", "公司", "标签", "备注"], ["张三", "Acme", "VIP", "长" * 5000])
    assert problems(bring(session, path, cast.alice)) == [(2, "note_too_long")]
    assert everybody(session) == {}
    assert tags.all_tags(session) == []


def test_who_is_there_already_is_told_and_not_doubled(session: Session, cast: Cast, write_csv: Write) -> None:
    records.create(session, Draft("张三", phones=["13800138000"]), viewer=cast.alice, now=NOW)
    records.create(session, Draft("李四", emails=["li@acme.com"]), viewer=cast.charlie, now=NOW)
    tally = bring(
        session,
        write_csv(
            ["姓名", "电话", "邮箱"],
            ["张先生", "+86 138-0013-8000", ""],
            ["李先生", "", "LI@acme.com"],
            ["王五", "13900139000", ""],
            ["小王", "13900139000", ""],
        ),
        cast.alice,
    )
    assert [(one.number, one.error.problem) for one in tally.duplicates if one.error] == [
        (2, "customer_duplicate"),
        (3, "customer_duplicate_hidden"),
        (5, "customer_duplicate_row"),
    ]
    assert sorted(everybody(session)) == ["张三", "李四", "王五"]


def test_namesakes_without_contact_are_told_apart_by_their_company(
    session: Session, cast: Cast, write_csv: Write
) -> None:
    path = write_csv(
        ["姓名", "公司"], ["张三", ""], ["张三", "Acme"], ["张三", "Globex"], ["张三", "acme"], ["張三", ""]
    )
    tally = bring(session, path, cast.alice)
    assert tally.counts == {Outcome.ADDED: 3, Outcome.DUPLICATE: 2}


def test_a_hidden_namesake_is_not_told(session: Session, cast: Cast, write_csv: Write) -> None:
    records.create(session, Draft("张三"), viewer=cast.charlie, now=NOW)
    assert bring(session, write_csv(["姓名"], ["张三"]), cast.alice).counts == {Outcome.ADDED: 1}


def test_the_same_file_again_adds_nothing(session: Session, cast: Cast, write_csv: Write) -> None:
    path = write_csv(
        ["姓名", "类型", "电话", "公司", "备注"],
        ["张三", "", "13800138000", "Acme", "一"],
        ["李四", "", "", "Acme", "二"],
        ["Acme", "公司", "", "", "三"],
        ["王五", "", "", "", ""],
    )
    assert bring(session, path, cast.alice).counts == {Outcome.ADDED: 4}
    assert bring(session, path, cast.alice).counts == {Outcome.DUPLICATE: 4}
    assert len(session.exec(select(Note)).all()) == 3


def test_time_and_author_are_kept(session: Session, cast: Cast, write_csv: Write) -> None:
    note = "2026-01-05 09:30 Bob: 报价\n已发\n2026-01-06 10:00:00 Carol: 成交"
    path = write_csv(["姓名", "创建时间", "备注"], ["张三", "2026/01/02 10:20", note], ["李四", "2026-01-02", "老客户"])
    bring(session, path, cast.alice)
    found = everybody(session)
    assert found["张三"].created_at == datetime(2026, 1, 2, 2, 20, tzinfo=UTC)
    kept = [(one.author, one.text, one.at, one.staff_id) for one in session.exec(select(Note).order_by(Note.text))]
    alice = cast.alice.staff_id
    assert sorted(kept) == [
        ("Alice", "老客户", datetime(2026, 1, 1, 16, 0, tzinfo=UTC), alice),
        ("Bob", "报价\n已发", datetime(2026, 1, 5, 1, 30, tzinfo=UTC), alice),
        ("Carol", "成交", datetime(2026, 1, 6, 2, 0, tzinfo=UTC), alice),
    ]


def test_first_and_last_names_are_joined_as_their_language_does(
    sqlite_session: Session, cast_sqlite: Cast, write_csv: Write
) -> None:
    path = write_csv(["First Name", "Last Name"], ["Dave", "Miller"], ["三", "张"], ["Cher", ""])
    bring(sqlite_session, path, cast_sqlite.alice)
    assert sorted(everybody(sqlite_session)) == ["Cher", "Dave Miller", "张三"]


def test_who_opted_out_stays_out(sqlite_session: Session, cast_sqlite: Cast, write_csv: Write) -> None:
    bring(sqlite_session, write_csv(["姓名", "退订"], ["张三", "是"], ["李四", "否"], ["王五", ""]), cast_sqlite.alice)
    out = {name for name, one in everybody(sqlite_session).items() if one.opted_out_at}
    assert out == {"张三"}


def test_a_viewer_may_not_import(sqlite_session: Session, cast_sqlite: Cast, write_csv: Write) -> None:
    with pytest.raises(NotAllowed):
        importing.plan(sqlite_session, sheets.read(write_csv(["姓名"], ["张三"])), {}, viewer=cast_sqlite.intern)


def test_strange_text_is_taken_or_refused_in_a_sentence(
    sqlite_session: Session, cast_sqlite: Cast, write_csv: Write
) -> None:
    path = write_csv(["姓名", "备注"], ["\u202eevil", "]]>"], ["🐉🐲", "%_'\""], ["张\x07三", "a\tb"])
    assert bring(sqlite_session, path, cast_sqlite.alice).counts == {Outcome.ADDED: 3}
    assert sorted(everybody(sqlite_session)) == ["evil", "张三", "🐉🐲"]
