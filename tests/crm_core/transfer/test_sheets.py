"""Tables in files: encodings, delimiters, cells, and files that are none."""

import random
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from crm_core.errors import Invalid
from crm_core.transfer import sheets

Write = Callable[..., Path]
HEADER, ROW = ["姓名", "备注"], ["张三", "第一次联系,李四介绍"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_usual_encodings_are_read(write_csv: Write, encoding: str) -> None:
    sheet = sheets.read(write_csv(HEADER, ROW, encoding=encoding))
    assert (sheet.header, sheet.rows) == (HEADER, [ROW])


@pytest.mark.parametrize(("delimiter", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv"), ("\t", "a.csv")])
def test_the_usual_delimiters_are_read(write_csv: Write, delimiter: str, name: str) -> None:
    assert sheets.read(write_csv(HEADER, ROW, delimiter=delimiter, name=name)).rows == [ROW]


def test_empty_rows_are_left_out_and_the_others_keep_their_line(write_csv: Write) -> None:
    sheet = sheets.read(write_csv([""], HEADER, ["", ""], ["张三"], ["李四", "x", "too many"]))
    assert list(zip(sheet.numbers, sheet.rows, strict=True)) == [(4, ["张三", ""]), (5, ["李四", "x"])]


def refused(path: Path) -> str:
    with pytest.raises(Invalid) as error:
        sheets.read(path)
    return error.value.problem


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.csv", "姓名,电话\n".encode(), "file_empty"),
        ("a.csv", b"\xff\xfe\x00", "file_encoding"),
        ("a.csv", "姓名\n张三".encode("utf-16")[2:], "file_encoding"),
        ("a.csv", random.Random(1).randbytes(4000), "file_encoding"),
        ("a.csv", random.Random(2).randbytes(300), "file_encoding"),
        ("a.xlsx", b"", "file_broken"),
        ("a.xlsx", b"PK\x03\x04 half a file", "file_broken"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "file_broken"),
        ("a.doc", b"x", "file_type"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == problem


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv") == "file_missing"


def test_cells_of_a_spreadsheet_become_text(write_xlsx: Write) -> None:
    sheet = sheets.read(
        write_xlsx(
            ["姓名", "a", "b", "c", "d", "e"],
            ["张三", 15048530186.0, date(1988, 5, 3), True, 3.5, datetime(2026, 1, 2, 10, 20)],  # noqa: DTZ001
        )
    )
    assert sheet.rows == [["张三", "15048530186", "1988-05-03", "yes", "3.5", "2026-01-02 10:20:00"]]


def test_a_formula_without_its_result_stands_as_itself(write_xlsx: Write) -> None:
    sheet = sheets.read(write_xlsx(["姓名", "备注"], ["张三", '=HYPERLINK("http://evil.example")'], ["李四", "好"]))
    assert sheet.rows == [["张三", '=HYPERLINK("http://evil.example")'], ["李四", "好"]]


def test_a_truncated_spreadsheet_is_refused(write_xlsx: Write) -> None:
    path = write_xlsx(["姓名"], *([f"张{number}"] for number in range(200)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refused(path) == "file_broken"


def test_a_spreadsheet_with_a_damaged_member_is_refused(write_xlsx: Write) -> None:
    path = write_xlsx(["姓名"], *([f"张{number}"] for number in range(2000)))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[start + 200 : start + 400] = bytes(200)
    path.write_bytes(content)
    assert refused(path) == "file_broken"


def test_a_zip_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    assert refused(path) == "file_bomb"


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    content = path.read_bytes()
    path.write_bytes(content.replace((30_000_000).to_bytes(4, "little"), (90_000).to_bytes(4, "little")))
    assert refused(path) == "file_broken"


def test_two_cells_far_apart_do_not_fill_the_memory(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0]["A1"] = "姓名"
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    assert refused(tmp_path / "far.xlsx") == "file_too_large"


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "=张三", "'=1"])
def test_what_a_spreadsheet_would_calculate_is_made_inert_and_comes_back(cell: str) -> None:
    inert = sheets.inert(cell)
    assert inert == f"'{cell}"
    assert not sheets.is_calculation(inert)
    assert sheets.plain(inert) == cell


@pytest.mark.parametrize(
    "cell",
    ["+8613800138000", "+86 138-0013-8000", "-5", "+8613800138000; +862162345678 ext. 12", "张三", "'tis", "O'Hara"],
)
def test_names_numbers_and_phones_stay_as_they_are(cell: str) -> None:
    assert sheets.inert(cell) == cell
    assert sheets.plain(cell) == cell
