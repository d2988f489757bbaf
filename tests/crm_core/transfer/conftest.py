"""Files made in the test, and the whole way in."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from crm_core.customers.tables import Customer
from crm_core.people.viewer import Viewer
from crm_core.transfer import importing, sheets
from crm_core.transfer.importing import Tally
from tests.conftest import NOW

Rows = Sequence[Sequence[object]]
Bring = Callable[..., Tally]


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Sequence[str], name: str = "customers.csv", encoding: str = "utf-8", delimiter: str = ",") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Sequence[object], name: str = "customers.xlsx") -> Path:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.worksheets[0]
        for row in rows:
            sheet.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def bring(session: Session, path: Path, viewer: Viewer, said: Mapping[str, str] | None = None) -> Tally:
    """Import the whole file."""
    plan = importing.plan(session, sheets.read(path), said or {}, viewer=viewer)
    tally = Tally()
    for turned in importing.take(session, plan, range(len(plan.sheet.rows)), viewer=viewer, now=NOW):
        tally.add(turned)
    return tally


def everybody(session: Session) -> dict[str, Customer]:
    """Customers by name; of namesakes the newest."""
    return {one.name: one for one in session.exec(select(Customer).order_by(col(Customer.id)))}


def problems(tally: Tally) -> list[tuple[int, str]]:
    """(line, problem) of the rejected."""
    return [(one.number, one.error.problem) for one in tally.rejected if one.error]
