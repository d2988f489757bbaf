"""Customers out of a table: read, shown, then taken in row by row; what is there already is reported, not doubled.

`plan` decides what each column is and changes nothing. `take` works on one slice of rows in the session it is given, so
that the caller can commit every few hundred and show how far it is. Run again, the same file adds nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from crm_core.conversations import notes
from crm_core.conversations.tables import Note
from crm_core.customers import names, records, stages
from crm_core.customers.records import Draft
from crm_core.customers.tables import Customer, CustomerKind
from crm_core.errors import Conflict, CrmError, Invalid
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import tags
from crm_core.transfer import headers, rejects, sheets
from crm_core.transfer.headers import Column
from crm_core.transfer.sheets import Row, Sheet

#: Columns of a `Draft` that several cells, or one cell with several values, may fill.
_SEVERAL = {"phone": "phones", "email": "emails", "address": "addresses", "other_names": "other_names"}
_SINGLE = ("company", "position", "stage", "tier", "birthday", "source", "owner", "timezone", "language")
_BESIDE = frozenset({"name", "first_name", "last_name", "kind", "note", "tags", "created_at", "opted_out"})
#: Problems of a row that is there already.
DUPLICATES = frozenset({"customer_duplicate", "customer_duplicate_hidden", "customer_duplicate_row"})
_BETWEEN = re.compile(r"[;；、|\n,，]+")
_SEPARATORS = {
    "address": re.compile(r"[;；]+"),
    "other_names": re.compile(r"[;；、|\n]+"),
    "phone": re.compile(r"[;；、|\n,，/]+"),
}
#: What people write into a cell that has nothing to say.
_EMPTY = frozenset({"-", "--", "—", "——", "/", "N/A", "n/a", "#N/A", "NULL", "null"})
_NOTED = re.compile(r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?) (?P<author>[^:：\n]{1,60})[:：] ?", re.MULTILINE)
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
    customer_id: int | None = None


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
    """Decide what each column is; see `headers.mapped` for `said` and what is refused.

    Companies come first, so that what the file says of one is there before somebody who works there makes it.
    """
    viewer.require(Right.IMPORT)
    columns = headers.mapped(session, sheet.header, said)
    return Plan(_companies_first(sheet, columns), columns)


def _companies_first(sheet: Sheet, columns: Sequence[Column]) -> Sheet:
    at = next((place for place, column in enumerate(columns) if column.field == "kind"), None)
    if at is None:
        return sheet
    order = sorted(range(len(sheet.rows)), key=lambda index: not stages.is_company(sheet.rows[index][at]))
    return Sheet(sheet.header, [sheet.rows[index] for index in order], [sheet.numbers[index] for index in order])


def take(
    session: Session,
    plan: Plan,
    rows: range,
    *,
    viewer: Viewer,
    now: datetime,
    country: str = "CN",
    lines: dict[int, int] | None = None,
) -> list[Turned]:
    """Take in these rows (indexes into the sheet); each stands or falls alone.

    `lines`: customer → line of the file, of those the rows before brought in; goes on with these. A row that doubles
    one of them is told by that line.
    """
    viewer.require(Right.IMPORT)
    lines = {} if lines is None else lines
    turned = []
    for index in rows:
        one = _take_row(session, plan, index, lines, viewer=viewer, now=now, country=country)
        if one.customer_id is not None:
            lines[one.customer_id] = one.number
        turned.append(one)
    return turned


def _take_row(
    session: Session,
    plan: Plan,
    index: int,
    lines: Mapping[int, int],
    *,
    viewer: Viewer,
    now: datetime,
    country: str,
) -> Turned:
    number, row = plan.sheet.numbers[index], plan.sheet.rows[index]
    try:
        with session.begin_nested():
            customer = _create(session, plan.columns, row, viewer=viewer, now=now, country=country)
    except CrmError as error:
        known = error.problem in DUPLICATES
        return Turned(number, row, Outcome.DUPLICATE if known else Outcome.REJECTED, _by_line(error, lines))
    return Turned(number, row, Outcome.ADDED, customer_id=customer.id)


def _by_line(error: CrmError, lines: Mapping[int, int]) -> CrmError:
    """Whoever came out of this file is named by the line."""
    found = error.details.get("id") if error.problem == "customer_duplicate" else None
    line = lines.get(found) if isinstance(found, int) else None
    if line is None:
        return error
    return Conflict("customer_duplicate_row", row=line, name=error.details["name"], value=error.details["value"])


def _create(
    session: Session, columns: Sequence[Column], row: Row, *, viewer: Viewer, now: datetime, country: str
) -> Customer:
    cells = cells_of(columns, row)
    draft = draft_of(cells, viewer)
    out = stages.parse_yes_no(cells["opted_out"][0]) if "opted_out" in cells else False
    if not draft.phones and not draft.emails:
        refuse_namesake(session, draft, viewer)
    customer = records.create(session, draft, viewer=viewer, now=now, country=country)
    tags.put(session, customer, split(cells.get("tags", ()), "tags"), viewer=viewer, now=now, cause="import")
    customer.opted_out_at = now if out else None
    for text in cells.get("note", ()):
        session.add_all(notes_of(text, customer.id, viewer, draft.created_at or now))
    session.flush()
    return customer


def notes_of(text: str, customer_id: int, viewer: Viewer, at: datetime) -> Iterator[Note]:
    """The notes of a cell; lines such as `2026-11-18 10:20 Alice: …` begin one of that time and author."""
    begun = [*_NOTED.finditer(text)]
    before = text[: begun[0].start()] if begun else text
    if before.strip():
        yield _note(customer_id, viewer, viewer.name, before, at)
    ends = [*(one.start() for one in begun[1:]), len(text)]
    for this, end in zip(begun, ends, strict=False):
        author = names.normalise(this["author"])
        yield _note(customer_id, viewer, author, text[this.end() : end], _moment(this["at"], viewer))


def _note(customer_id: int, viewer: Viewer, author: str, text: str, at: datetime) -> Note:
    return Note(customer_id=customer_id, staff_id=viewer.staff_id, author=author, text=notes.parse_text(text), at=at)


def cells_of(columns: Sequence[Column], row: Row) -> dict[str, list[str]]:
    """Field → the cells that say it, empty ones left out."""
    found: dict[str, list[str]] = {}
    for column, cell in zip(columns, row, strict=True):
        text = cell.strip()
        if not column.field or not text or text in _EMPTY:
            continue
        if len(text) > (sheets.LONGEST_NOTES if column.field == "note" else sheets.LONGEST_CELL):
            raise Invalid("import_cell_too_long", heading=column.heading[:40])
        if rejects.is_calculation(text):
            raise Invalid("import_calculation", heading=column.heading[:40])
        found.setdefault(column.field, []).append(sheets.plain(text))
    return found


def draft_of(cells: Mapping[str, Sequence[str]], viewer: Viewer) -> Draft:
    """What a new customer is made of, from the cells of a row."""
    known = {*_SEVERAL, *_SINGLE, *_BESIDE}
    values: dict[str, Any] = {place: split(cells.get(key, ()), key) for key, place in _SEVERAL.items()}
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


def split(texts: Sequence[str], field: str) -> list[str]:
    """The values of cells that may hold several."""
    separators = _SEPARATORS.get(field, _BETWEEN)
    return [part.strip() for text in texts for part in separators.split(text) if part.strip()]


def _moment(text: str, viewer: Viewer) -> datetime:
    for spelling in _MOMENTS:
        try:
            wall = datetime.strptime(text, spelling)  # noqa: DTZ007 (the zone is the viewer's)
        except ValueError:
            continue
        if wall.year > 1900:
            return wall.replace(tzinfo=ZoneInfo(viewer.timezone)).astimezone(UTC)
    raise Invalid("import_moment_invalid", text=text[:40])


def refuse_namesake(session: Session, draft: Draft, viewer: Viewer) -> None:
    """Without a phone or e-mail only name and company tell people apart."""
    company = names.key(draft.company) if draft.company.strip() else None
    query = select(Customer).where(Customer.name_key == names.key(draft.name), Customer.kind == draft.kind)
    for other in session.exec(query.where(col(Customer.merged_into_id).is_(None))):
        employer = session.get(Customer, other.company_id) if other.company_id else None
        if viewer.sees(other.owner_id) and company == (employer.name_key if employer else None):
            raise Conflict("customer_duplicate", id=other.id, name=other.name, value=other.name)
