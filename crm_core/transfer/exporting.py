"""Customers and messages into a file: what the viewer may see, masked where they may not see it in full."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from crm_core.conversations import log
from crm_core.conversations.log import Line, Place
from crm_core.conversations.tables import AttachmentRow, Note
from crm_core.customers import contacts, dates, fields, listing, stages
from crm_core.customers.summary import HIDDEN
from crm_core.customers.tables import ContactKind, ContactPoint, Customer, FieldDefinition, OtherName
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
        *("电话", "邮箱", "地址", "生日", "来源", "创建时间", "别名", "时区", "语言", "退订", "备注"),
    ),
    "en": (
        *("name", "kind", "company", "position", "stage", "tier", "owner", "tags"),
        *("phone", "email", "address", "birthday", "source", "created_at"),
        *("other_names", "timezone", "language", "opted_out", "notes"),
    ),
}
_PAGE = 500
_CONTACTS = (ContactKind.PHONE, ContactKind.EMAIL, ContactKind.ADDRESS)
#: Who owns what nobody owns, as an import reads it.
POOL = ("公海", "pool")


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

    Only reads, however long it takes: `put_on_record` before the file is handed over. Raises `Invalid("file_type")`,
    and what `segments.resolve` refuses.
    """
    viewer.require(Right.EXPORT)
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise Invalid("file_type", file=path.name)
    return write(path, _rows(session, viewer=viewer, now=now, segment=segment, progress=progress))


def messages(session: Session, path: Path, *, viewer: Viewer, progress: Progress = _quiet) -> int:
    """Write every visible message as JSON Lines, oldest first, in the form an import reads; gives their number.

    Only reads, like `customers`.
    """
    viewer.require(Right.EXPORT)
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for page in _message_pages(session, viewer):
            files = _files(session, [line.message.id for line in page])
            file.writelines(json.dumps(_document(line, files), ensure_ascii=False) + "\n" for line in page)
            written += len(page)
            progress(written)
    return written


def put_on_record(session: Session, *, viewer: Viewer, now: datetime, **details: object) -> None:
    """Who took out what: `customers=120, segment="VIP"`, `messages=3000`."""
    audit.saw(session, viewer=viewer, action="export", now=now, details=details)


def table(session: Session, customer_ids: Sequence[int], *, viewer: Viewer) -> list[list[str]]:
    """These customers as an export writes them: the headings, then one row each, by id. Only visible ones."""
    custom = fields.active(session)
    wanted = select(Customer.id).where(col(Customer.id).in_(customer_ids))
    page = listing.page(session, viewer=viewer, among=wanted, limit=len(customer_ids))
    return [_headings(custom, viewer), *_page_rows(session, page, custom, viewer)]


def _rows(session: Session, *, viewer: Viewer, now: datetime, segment: str, progress: Progress) -> Iterator[list[str]]:
    wanted = segments.matching(session, segments.resolve(session, segment), viewer=viewer, now=now) if segment else None
    custom = fields.active(session)
    yield _headings(custom, viewer)
    after, written = 0, 0
    while page := listing.page(session, viewer=viewer, among=wanted, after_id=after, limit=_PAGE):
        yield from _page_rows(session, page, custom, viewer)
        after, written = page[-1].id, written + len(page)
        progress(written)
        session.expunge_all()


def _headings(custom: Sequence[FieldDefinition], viewer: Viewer) -> list[str]:
    chinese = viewer.language == "zh"
    return [
        *_HEADINGS["zh" if chinese else "en"],
        *(field.label_zh if chinese else field.label_en for field in custom),
    ]


def _page_rows(
    session: Session, page: Sequence[Customer], custom: Sequence[FieldDefinition], viewer: Viewer
) -> Iterator[list[str]]:
    ids = [one.id for one in page]
    points, carried, around = contacts.of(session, ids), tags.of(session, ids), listing.names_around(session, page)
    called, noted = _other_names(session, ids), _notes(session, ids, viewer)
    for one in page:
        open_ = viewer.sees_sensitive(one.owner_id)
        yield [
            one.name,
            stages.kind_word(one.kind, viewer.language),
            around.companies.get(one.company_id or 0, ""),
            one.position,
            stages.stage_word(one.stage, viewer.language),
            one.tier or "",
            around.owners.get(one.owner_id or 0, POOL[viewer.language == "en"]),
            "; ".join(carried[one.id]),
            *(_reached(points[one.id], kind, open_=open_) for kind in _CONTACTS),
            dates.birthday_text(one.birthday),
            one.source,
            _wall_time(one.created_at, viewer),
            "; ".join(called.get(one.id, ())),
            one.timezone,
            one.language,
            stages.yes_no_word(True, viewer.language) if one.opted_out_at else "",
            _joined(noted.get(one.id, ())),
            *(_custom(one, field, viewer, open_=open_) for field in custom),
        ]


def _reached(points: Sequence[ContactPoint], kind: ContactKind, *, open_: bool) -> str:
    return "; ".join(
        _written_out(point) if open_ else contacts.masked(kind, point.value) for point in points if point.kind is kind
    )


def _written_out(point: ContactPoint) -> str:
    """A phone with its extension: `+862162345678 ext. 12`."""
    return f"{point.value} {point.label}" if point.label.startswith("ext. ") else point.value


def _wall_time(at: datetime, viewer: Viewer) -> str:
    return at.astimezone(ZoneInfo(viewer.timezone)).strftime("%Y-%m-%d %H:%M:%S")


def _other_names(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(OtherName).where(col(OtherName.customer_id).in_(ids)).order_by(col(OtherName.id))
    for other in session.exec(query):
        found.setdefault(other.customer_id, []).append(other.name)
    return found


def _notes(session: Session, ids: Sequence[int], viewer: Viewer) -> dict[int, list[str]]:
    """The notes of each customer, newest first, in the form an import reads: `2026-11-18 10:20:00 Alice: …`."""
    found: dict[int, list[str]] = {}
    query = select(Note).where(col(Note.customer_id).in_(ids)).order_by(col(Note.at).desc(), col(Note.id).desc())
    for note in session.exec(query):
        found.setdefault(note.customer_id, []).append(f"{_wall_time(note.at, viewer)} {note.author}: {note.text}")
    return found


def _joined(noted: Sequence[str]) -> str:
    """As many notes as one cell of a spreadsheet can hold."""
    cell = ""
    for note in noted:
        if len(cell) + len(note) + 1 >= sheets.LONGEST_NOTES:
            break
        cell += f"{note}\n"
    return cell.rstrip("\n")


def _custom(customer: Customer, field: FieldDefinition, viewer: Viewer, *, open_: bool) -> str:
    value = customer.custom.get(field.key)
    if value is None or open_ or not field.sensitive:
        return stages.yes_no_word(value, viewer.language) if isinstance(value, bool) else fields.text(value)
    return HIDDEN


def _write_csv(path: Path, rows: Iterator[list[str]]) -> int:
    with sheets.writing(path) as write:
        return _written(rows, write)


def _written(rows: Iterator[list[str]], write: Callable[[list[str]], object]) -> int:
    """Write the heading and the rows; the number of rows."""
    count = -1
    for row in rows:
        write(row)
        count += 1
    return count


def _write_xlsx(path: Path, rows: Iterator[list[str]]) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    rows = chain([next(rows)], rows)  # what is refused is refused before a book is begun
    book = Workbook(write_only=True)
    sheet = book.create_sheet("customers")

    def append(row: list[str]) -> None:
        cells = [WriteOnlyCell(sheet, value=sheets.inert(_printable(cell))) for cell in row]
        for cell in cells:
            cell.data_type = "s"  # shown, never calculated
        sheet.append(cells)

    count = _written(rows, append)
    book.save(path)
    return count


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _message_pages(session: Session, viewer: Viewer) -> Iterator[list[Line]]:
    after = 0
    while found := log.page(session, Place(None, None), viewer=viewer, limit=_PAGE, after_id=after):
        yield log.lines(session, found, viewer=viewer)
        after = found[-1].id
        session.expunge_all()


def _files(session: Session, message_ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    found: dict[int, list[dict[str, object]]] = {}
    query = select(AttachmentRow).where(col(AttachmentRow.message_id).in_(message_ids)).order_by(col(AttachmentRow.id))
    for one in session.exec(query):
        document: dict[str, object] = {"id": one.platform_file_id, "name": one.name, "mime": one.mime, "size": one.size}
        found.setdefault(one.message_id, []).append(document)
    return found


def _document(line: Line, files: Mapping[int, list[dict[str, object]]]) -> dict[str, object]:
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
    if message.id in files:
        document["attachments"] = files[message.id]
    if message.edited_at is not None:
        document["edited_at"] = message.edited_at.isoformat()
    if message.deleted_at is not None:
        document["deleted_at"] = message.deleted_at.isoformat()
    return document
