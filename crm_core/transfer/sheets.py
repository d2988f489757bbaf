"""A table in a file, CSV or XLSX, as a header and rows of text."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from crm_core.errors import Invalid
from crm_core.transfer import archives

LARGEST_FILE = 200_000_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000
_DELIMITERS = ",;\t|"
_CALCULATION = re.compile(r"[=@]|[+-](?![\d\s(.]*\d[\d\s().\-]*$)")

Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """`rows` are as long as the header; wholly empty ones are left out. `numbers`: where each stands in the file."""

    header: Row
    rows: Sequence[Row]
    numbers: Sequence[int]


def read(path: Path) -> Sheet:
    """Read the first sheet of an `.xlsx`, or a `.csv` in UTF-8, UTF-16 or GB18030 with any usual delimiter.

    Raises `Invalid`: `file_missing`, `file_type`, `file_too_large`, `file_empty`, `file_encoding`, `file_broken`,
    `file_bomb`.
    """
    if not path.is_file():
        raise Invalid("file_missing", file=path.name)
    if path.stat().st_size > LARGEST_FILE:
        raise Invalid("file_too_large", file=path.name)
    readers = {".csv": _csv_rows, ".txt": _csv_rows, ".tsv": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Invalid("file_type", file=path.name)
    return _sheet(path, reader(path))


def is_calculation(cell: str) -> bool:
    """Whether a spreadsheet would calculate this text instead of showing it; numbers and phones it shows."""
    return _CALCULATION.match(cell) is not None


def _sheet(path: Path, rows: Iterator[Row]) -> Sheet:
    header: Row = []
    kept: list[Row] = []
    numbers: list[int] = []
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = _trimmed(row)
            continue
        kept.append(_fitted(row, len(header)))
        numbers.append(number)
        if len(kept) > MOST_ROWS:
            raise Invalid("file_too_large", file=path.name)
    if not kept:
        raise Invalid("file_empty", file=path.name)
    return Sheet(header, kept, numbers)


def _trimmed(row: Row) -> Row:
    while row and not row[-1].strip():
        row = row[:-1]
    return [cell.strip() for cell in row[:MOST_COLUMNS]]


def _fitted(row: Row, width: int) -> Row:
    return [*row[:width], *[""] * (width - len(row))]


def _csv_rows(path: Path) -> Iterator[Row]:
    text = _decoded(path)
    csv.field_size_limit(LONGEST_CELL * 10)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    except csv.Error:
        raise Invalid("file_broken", file=path.name) from None


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    encodings = ["utf-16"] if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid("file_encoding", file=path.name)


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _xlsx_rows(path: Path) -> Iterator[Row]:
    archives.check(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise Invalid("file_broken", file=path.name) from None
    for row in rows:
        yield [_text(cell) for cell in row]


def _text(cell: float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)
