"""The rows of a table that stayed out, as a file of their own: mended there and given again.

A row that nobody mended is refused again for the same reason; so what was refused as a calculation carries a mark, for
an apostrophe alone would make it text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from crm_core.transfer import sheets
from crm_core.transfer.sheets import Row

#: Heading of the last column, which says why; an import leaves it out. No table of a customer's has one called so.
_REASON: Mapping[str, str] = {"zh": "crmbot 原因", "en": "crmbot reason"}
#: Stands before a refused calculation. Signs that every code page of a spreadsheet program has.
_MARK: Mapping[str, str] = {"zh": "（公式）", "en": "(formula) "}
_MARKED = re.compile(r"[' ]*(?:（公式）|\(formula\))[' ]*")


def write(path: Path, header: Row, rows: Iterable[tuple[Row, str]], *, language: str) -> None:
    """Write each row as it was, and its reason. Raises `OSError`."""
    with sheets.writing(path, lambda cell: _inert(cell, language)) as put:
        put([*header, _REASON[language]])
        for row, reason in rows:
            put([*row, reason])


def is_reason(header: Sequence[str], place: int) -> bool:
    """Whether this is the column of reasons of such a file."""
    return place == len(header) - 1 and header[place] in _REASON.values()


def is_calculation(cell: str) -> bool:
    """Whether an import refuses this cell: a calculation, or one that was refused before and still carries its mark."""
    return _MARKED.match(cell) is not None or sheets.is_calculation(cell)


def _inert(cell: str, language: str) -> str:
    """A cell that no spreadsheet calculates and that an import takes as it took this one."""
    if sheets.is_calculation(cell.strip()):
        return _MARK[language] + cell.strip()
    return cell if sheets.plain(cell) != cell else sheets.inert(cell)
