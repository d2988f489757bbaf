"""A table in a file, CSV or XLSX, as a header and rows of text."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path

from crm_core.errors import Invalid
from crm_core.transfer import archives

LARGEST_FILE = 200_000_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
#: Of a spreadsheet, from its first to its last cell: one that is nearly empty may still span billions.
MOST_CELLS = 20_000_000
LONGEST_CELL = 10_000
#: Several notes may share a cell; no spreadsheet holds more in one.
LONGEST_NOTES = 32_000
_DELIMITERS = ",;\t|"
_DIGITS = r"[\s(.]*\d[\d\s().\-]*(?:ext\. \d+)?"
#: What a spreadsheet calculates; a number, a phone or several phones it shows.
_CALCULATION = re.compile(rf"[=@]|[+-](?!{_DIGITS}(?:; [+-]?{_DIGITS})*$)")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_PLACE = re.compile(rb'<c [^<>]*?r="([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1 << 20

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


def inert(cell: str) -> str:
    """Text that a spreadsheet shows and never calculates; `plain` gives the text again."""
    return f"'{cell}" if is_calculation(cell.lstrip("'")) or cell[:1] in {"\t", "\r"} else cell


def plain(cell: str) -> str:
    """A cell as it was before `inert`: without the apostrophe that keeps it from being calculated."""
    bare = cell.removeprefix("'")
    return bare if is_calculation(bare.lstrip("'")) or bare[:1] in {"\t", "\r"} else cell


@contextmanager
def writing(path: Path, shown: Callable[[str], str] = inert) -> Iterator[Callable[[Sequence[str]], object]]:
    """A `.csv` that every spreadsheet opens as it is; what is given writes a row of cells that are `shown` as text."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        yield lambda row: writer.writerow([shown(cell) for cell in row])


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
    csv.field_size_limit(LARGEST_FILE)
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
        if _is_text(text):
            return text
    raise Invalid("file_encoding", file=path.name)


def _is_text(text: str) -> bool:
    """Whether these are words: other files decode to a sprinkle of control characters."""
    return "\x00" not in text and len(_CONTROL.findall(text)) <= 4 + len(text) // 100


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def _xlsx_rows(path: Path) -> Iterator[Row]:
    archives.check_whole(path)
    calculated = _survey(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError, ValueError):
        raise Invalid("file_broken", file=path.name) from None
    texts = ([_text(cell) for cell in row] for row in rows)
    return _with_formulas(path, texts) if calculated else texts


def _survey(path: Path) -> bool:
    """Whether the workbook has formulas. Raises `Invalid("file_too_large")` when its cells lie too far apart."""
    calculated = False
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            columns, last_row = set[bytes](), 0
            for chunk in _chunks(archive, name):
                calculated = calculated or b"<f>" in chunk or b"<f " in chunk
                for column, row in _PLACE.findall(chunk):
                    columns.add(column)
                    last_row = max(last_row, int(row))
            if last_row * max(map(_column_number, columns), default=0) > MOST_CELLS:
                raise Invalid("file_too_large", file=path.name)
    return calculated


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of a member by the megabyte; the end of each begins the next, so that no tag is cut in both."""
    tail = b""
    with archive.open(name) as file:
        while read := file.read(_CHUNK):
            yield tail + read
            tail = read[-200:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _with_formulas(path: Path, rows: Iterable[Row]) -> Iterator[Row]:
    """A formula whose result is not in the file stands as itself, so that it is refused rather than lost."""
    from openpyxl import load_workbook

    try:
        formulas = load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
        for row, cells in zip_longest(rows, formulas, fillvalue=()):
            yield [
                str(formula) if not text and isinstance(formula, str) and formula.startswith("=") else text
                for text, formula in zip_longest(row, cells[: len(row)], fillvalue="")
            ]
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError):
        raise Invalid("file_broken", file=path.name) from None


def _text(cell: float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
