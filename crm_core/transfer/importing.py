"""Customers out of a table: read, shown, then taken in row by row; what is there already is reported, not doubled.

`plan` decides what each column is and changes nothing. `take` works on one slice of rows in the session it is given, so
that the caller can commit every few hundred and show how far it is. Run again, the same file adds nothing.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from crm_core.conversations import notes
from crm_core.customers import names, records, stages
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, CustomerKind
from crm_core.errors import Conflict, CrmError, Invalid
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import tags
from crm_core.transfer import headers, sheets
from crm_core.transfer.headers import Column
from crm_core.transfer.sheets import Row, Sheet

#: Columns of a `Draft` that several cells, or one cell with several values, may fill.
_SEVERAL = {"phone": "phones", "email": "emails", "address": "addresses", "other_names": "other_names"}
_SINGLE = ("company", "position", "stage", "tier", "birthday", "source", "owner", "timezone", "language")
_BESIDE = frozenset({"name", "first_name", "last_name", "kind", "note", "tags", "created_at"})
_DUPLICATES = frozenset({"customer_duplicate", "customer_duplicate_hidden"})
_SEPARATORS = re.compile(r"[;；、|\n]+|[,，](?!\d{3}\b)")
_MOMENTS = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M",
            "%Y-%m-%dT%H:%M:%S", "%Y年%m月%d日")  # fmt: skip


class Outcome(StrEnum):
    ADDED = "added"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Plan:
    """A table and what its columns are."""

    sheet: Sheet
    columns: Sequence[Column]


@dataclass(frozen=True)
class Turned:
    """What became of one row. `error` says why it was not added; `number` is its line in the file."""

    number: int
    row: Row
    outcome: Outcome
    error: CrmError | None = None


@dataclass
class Tally:
    """How an import went so far."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    rejected: list[Turned] = field(default_factory=list)
    duplicates: list[Turned] = field(default_factory=list)

    def add(self, turned: Turned) -> None:
        self.counts[turned.outcome] += 1
        if turned.outcome is Outcome.REJECTED:
            self.rejected.append(turned)
        if turned.outcome is Outcome.DUPLICATE:
            self.duplicates.append(turned)


def plan(session: Session, sheet: Sheet, said: Mapping[str, str], *, viewer: Viewer) -> Plan:
    """Decide what each column is; see `headers.mapped` for `said` and what is refused."""
    viewer.require(Right.IMPORT)
    return Plan(sheet, headers.mapped(session, sheet.header, said))


def take(
    session: Session, plan: Plan, rows: range, *, viewer: Viewer, now: datetime, country: str = "CN"
) -> list[Turned]:
    """Take in these rows (indexes into the sheet); each stands or falls alone."""
    viewer.require(Right.IMPORT)
    return [_take_row(session, plan, index, viewer=viewer, now=now, country=country) for index in rows]


def _take_row(session: Session, plan: Plan, index: int, *, viewer: Viewer, now: datetime, country: str) -> Turned:
    number, row = plan.sheet.numbers[index], plan.sheet.rows[index]
    try:
        with session.begin_nested():
            _create(session, plan.columns, row, viewer=viewer, now=now, country=country)
    except CrmError as error:
        known = error.problem in _DUPLICATES
        return Turned(number, row, Outcome.DUPLICATE if known else Outcome.REJECTED, error)
    return Turned(number, row, Outcome.ADDED)


def _create(
    session: Session, columns: Sequence[Column], row: Row, *, viewer: Viewer, now: datetime, country: str
) -> None:
    cells = _cells(columns, row)
    draft = _draft(cells, viewer)
    if not draft.phones and not draft.emails:
        _refuse_namesake(session, draft, viewer)
    customer = records.create(session, draft, viewer=viewer, now=now, country=country)
    tags.put(session, customer, _split(cells.get("tags", ()), "tags"), viewer=viewer, now=now, cause="import")
    for text in cells.get("note", []):
        notes.add(session, customer, text, viewer=viewer, now=draft.created_at or now)


def _cells(columns: Sequence[Column], row: Row) -> dict[str, list[str]]:
    """Field → the cells that say it, empty ones left out."""
    found: dict[str, list[str]] = {}
    for column, cell in zip(columns, row, strict=True):
        text = cell.strip().removeprefix("'")
        if not column.field or not text:
            continue
        if len(text) > sheets.LONGEST_CELL:
            raise Invalid("import_cell_too_long", heading=column.heading[:40])
        if sheets.is_calculation(text):
            raise Invalid("import_calculation", heading=column.heading[:40])
        found.setdefault(column.field, []).append(text)
    return found


def _draft(cells: Mapping[str, Sequence[str]], viewer: Viewer) -> Draft:
    known = {*_SEVERAL, *_SINGLE, *_BESIDE}
    values: dict[str, Any] = {place: _split(cells.get(key, ()), key) for key, place in _SEVERAL.items()}
    values |= {key: cells[key][0] for key in _SINGLE if key in cells}
    return Draft(
        name=_name(cells),
        kind=stages.parse_kind(cells["kind"][0]) if "kind" in cells else CustomerKind.PERSON,
        created_at=_moment(cells["created_at"][0], viewer) if "created_at" in cells else None,
        custom={key: texts[0] for key, texts in cells.items() if key not in known},
        **values,
    )


def _name(cells: Mapping[str, Sequence[str]]) -> str:
    if "name" in cells:
        return cells["name"][0]
    first, last = (cells.get(key, [""])[0] for key in ("first_name", "last_name"))
    return f"{first} {last}".strip() if (first + last).isascii() else last + first


def _split(texts: Sequence[str], field: str) -> list[str]:
    if field == "address":
        return list(texts)
    return [part.strip() for text in texts for part in _SEPARATORS.split(text) if part.strip()]


def _moment(text: str, viewer: Viewer) -> datetime:
    for spelling in _MOMENTS:
        try:
            wall = datetime.strptime(text.strip(), spelling)  # noqa: DTZ007 (the zone is the viewer's)
        except ValueError:
            continue
        return wall.replace(tzinfo=ZoneInfo(viewer.timezone)).astimezone(UTC)
    raise Invalid("import_moment_invalid", text=text[:40])


def _refuse_namesake(session: Session, draft: Draft, viewer: Viewer) -> None:
    """Without a phone or e-mail only name and company tell people apart."""
    company = names.key(draft.company) if draft.company.strip() else None
    query = select(Customer).where(Customer.name_key == names.key(draft.name), Customer.kind == draft.kind)
    for other in session.exec(query.where(col(Customer.merged_into_id).is_(None))):
        employer = session.get(Customer, other.company_id) if other.company_id else None
        if viewer.sees(other.owner_id) and company == (employer.name_key if employer else None):
            raise Conflict("customer_duplicate", id=other.id, name=other.name, value=other.name)
