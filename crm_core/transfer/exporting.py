"""Customers and messages into a file: what the viewer may see, masked where they may not see it in full."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from crm_core.conversations import log
from crm_core.conversations.log import Line, Place
from crm_core.customers import contacts, dates, fields, listing
from crm_core.customers.tables import ContactKind, Customer, FieldDefinition
from crm_core.errors import Invalid
from crm_core.people import audit
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import segments, tags
from crm_core.transfer import sheets

Progress = Callable[[int], None]

#: Heading of each column and what fills it; an import reads these headings again.
_HEADINGS = {
    "zh": (
        *("姓名", "类型", "公司", "职位", "阶段", "等级", "负责人", "标签"),
        *("电话", "邮箱", "地址", "生日", "来源", "创建时间"),
    ),
    "en": (
        *("name", "kind", "company", "position", "stage", "tier", "owner", "tags"),
        *("phone", "email", "address", "birthday", "source", "created_at"),
    ),
}
_PAGE = 500
HIDDEN = "***"


def _quiet(_written: int) -> None:
    """Progress nobody looks at."""


def customers(
    session: Session,
    path: Path,
    *,
    viewer: Viewer,
    now: datetime,
    segment: str = "",
    progress: Progress = _quiet,
) -> int:
    """Write every visible customer (of a segment) to a `.csv` or `.xlsx`; gives their number.

    Raises `Invalid("file_type")`, and what `segments.resolve` refuses. The export is on record.
    """
    viewer.require(Right.EXPORT)
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise Invalid("file_type", file=path.name)
    written = write(path, _rows(session, viewer=viewer, now=now, segment=segment, progress=progress))
    details = {"customers": written, "segment": segment[:200]}
    audit.saw(session, viewer=viewer, action="export", now=now, details=details)
    return written


def messages(session: Session, path: Path, *, viewer: Viewer, now: datetime, progress: Progress = _quiet) -> int:
    """Write every visible message as JSON Lines, newest first, in the form an import reads; gives their number."""
    viewer.require(Right.EXPORT)
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for page in _message_pages(session, viewer):
            file.writelines(json.dumps(_document(line), ensure_ascii=False) + "\n" for line in page)
            written += len(page)
            progress(written)
    audit.saw(session, viewer=viewer, action="export", now=now, details={"messages": written})
    return written


def _rows(session: Session, *, viewer: Viewer, now: datetime, segment: str, progress: Progress) -> Iterator[list[str]]:
    custom = fields.active(session)
    headings = list(_HEADINGS["zh" if viewer.language == "zh" else "en"])
    yield headings + [one.label_zh if viewer.language == "zh" else one.label_en for one in custom]
    wanted = segments.matching(session, segments.resolve(session, segment), viewer=viewer, now=now) if segment else None
    after, written = 0, 0
    while True:
        page = listing.page(session, viewer=viewer, among=wanted, after_id=after, limit=_PAGE)
        if not page:
            return
        yield from _page_rows(session, page, custom, viewer)
        after, written = page[-1].id, written + len(page)
        progress(written)
        session.expunge_all()


def _page_rows(
    session: Session, page: Sequence[Customer], custom: Sequence[FieldDefinition], viewer: Viewer
) -> Iterator[list[str]]:
    ids = [one.id for one in page]
    points, carried, around = contacts.of(session, ids), tags.of(session, ids), listing.names_around(session, page)
    for one in page:
        open_ = viewer.sees_sensitive(one.owner_id)
        reached = {
            kind: "; ".join(
                point.value if open_ else contacts.masked(kind, point.value)
                for point in points[one.id]
                if point.kind is kind
            )
            for kind in ContactKind
        }
        yield [
            one.name,
            one.kind,
            around.companies.get(one.company_id or 0, ""),
            one.position,
            one.stage,
            one.tier or "",
            around.owners.get(one.owner_id or 0, ""),
            "; ".join(carried[one.id]),
            *(reached[kind] for kind in (ContactKind.PHONE, ContactKind.EMAIL, ContactKind.ADDRESS)),
            dates.birthday_text(one.birthday),
            one.source,
            one.created_at.strftime("%Y-%m-%d %H:%M"),
            *(_custom(one, field, open_=open_) for field in custom),
        ]


def _custom(customer: Customer, field: FieldDefinition, *, open_: bool) -> str:
    value = customer.custom.get(field.key)
    if value is None:
        return ""
    return str(value) if open_ or not field.sensitive else HIDDEN


def _write_csv(path: Path, rows: Iterator[list[str]]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        return _written(rows, lambda row: writer.writerow([_inert(cell) for cell in row]))


def _written(rows: Iterator[list[str]], write: Callable[[list[str]], object]) -> int:
    """Write the heading and the rows; the number of rows."""
    count = -1
    for row in rows:
        write(row)
        count += 1
    return count


def _inert(cell: str) -> str:
    """Text that a spreadsheet shows and never calculates; an import takes the apostrophe off again."""
    return f"'{cell}" if sheets.is_calculation(cell) or (cell[:1] in "\t\r" and cell) else cell


def _write_xlsx(path: Path, rows: Iterator[list[str]]) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("customers")

    def append(row: list[str]) -> None:
        cells = [WriteOnlyCell(sheet, value=_printable(cell)) for cell in row]
        for cell in cells:
            cell.data_type = "s"  # shown, never calculated
        sheet.append(cells)

    count = _written(rows, append)
    book.save(path)
    return count


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _message_pages(session: Session, viewer: Viewer) -> Iterator[list[Line]]:
    before: int | None = None
    while True:
        found = log.page(session, Place(None, None), viewer=viewer, limit=_PAGE, before_id=before)
        if not found:
            return
        yield log.lines(session, found, viewer=viewer)
        before = found[-1].id
        session.expunge_all()


def _document(line: Line) -> dict[str, object]:
    message, room = line.message, line.conversation
    document: dict[str, object] = {
        "platform": message.platform,
        "conversation": room.platform_id,
        "conversation_kind": room.kind,
        "conversation_title": room.title,
        "message_id": message.platform_message_id,
        "thread": message.thread_id,
        "sender": message.sender_platform_id,
        "sender_name": message.sender_name,
        "sender_kind": message.sender_kind,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
    }
    if message.edited_at is not None:
        document["edited_at"] = message.edited_at.isoformat()
    if message.deleted_at is not None:
        document["deleted_at"] = message.deleted_at.isoformat()
    return document
