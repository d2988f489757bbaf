"""Everything about a customer in one list, the newest first: what was said, noted, changed, promised and sent.

Each source reads its own table page by page; the list merges them and stops when it is full.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import func
from sqlalchemy import select as rows_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crm_core.chat import Happening
from crm_core.conversations import marks, turning_points, versions
from crm_core.conversations.entries import Entry, EntryKind, Place, below
from crm_core.conversations.tables import AttachmentRow, Message, Note
from crm_core.customers import families
from crm_core.customers.permits import require_sight
from crm_core.customers.tables import Customer
from crm_core.outreach import templates
from crm_core.outreach.tables import Broadcast, Delivery, DeliveryKind, DeliveryState, Nudge
from crm_core.people.tables import Change, Operation, Staff
from crm_core.people.viewer import Right, Viewer

#: Most entries of one page.
LONGEST_PAGE = 200

_ROWS = 50


@dataclass(frozen=True)
class _Asked:
    session: Session
    viewer: Viewer
    members: Sequence[int]


@dataclass(frozen=True)
class _Page:
    """`last`: the place of the last row read; None when there is nothing below."""

    entries: Sequence[Entry]
    last: Place | None


def of(
    session: Session,
    customer: Customer,
    *,
    viewer: Viewer,
    before: datetime | str | None = None,
    limit: int = 20,
) -> list[Entry]:
    """A page of the customer's history and of everything merged into it, the newest entry first.

    `before`: the `cursor` of the last entry of the page before, or a moment. What was deleted is listed without its
    text, except to administrators. Raises `NotFound`, `Invalid("cursor_invalid")`.
    """
    require_sight(viewer, families.survivor(session, customer.id))
    place = Place.read(before)
    asked = _Asked(session, viewer, families.family(session, customer.id))
    sources = [_read(source, asked, place) for source in _SOURCES]
    merged = heapq.merge(*sources, key=lambda entry: entry.place, reverse=True)
    return list(islice(merged, max(0, min(limit, LONGEST_PAGE))))


def _read(source: Callable[[_Asked, Place | None], _Page], asked: _Asked, place: Place | None) -> Iterator[Entry]:
    start, going = place, True
    while going:
        page = source(asked, place)
        yield from (entry for entry in page.entries if start is None or entry.place < start)
        place, going = page.last, page.last is not None


def _page(entries: Sequence[Entry], places: Sequence[Place]) -> _Page:
    return _Page(entries, places[-1] if len(places) == _ROWS else None)


def _messages(asked: _Asked, place: Place | None) -> _Page:
    at, row_id = col(Message.sent_at), col(Message.id)
    found = asked.session.exec(
        select(Message)
        .where(col(Message.customer_id).in_(asked.members), below(place, 0, at, row_id))
        .order_by(at.desc(), row_id.desc())
        .limit(_ROWS)
    ).all()
    files = _files(asked.session, found)
    marked = marks.of_all(asked.session, found)
    taken_back = _taken_back(asked.session, found) if asked.viewer.may(Right.ADMIN) else {}
    entries = [
        Entry(
            kind=EntryKind.MESSAGE,
            at=message.sent_at,
            who=message.sender_name or message.sender_platform_id,
            text=taken_back.get(message.id, message.text),
            ref=f"message:{message.id}",
            place=Place(message.sent_at, 0, message.id),
            edited=message.edited_at is not None,
            deleted=message.deleted_at is not None,
            files=tuple(files.get(message.id, ())) if message.deleted_at is None else (),
            marks=tuple(Counter(one.name for one in marked.get(message.id, ())).items()),
        )
        for message in found
    ]
    return _page(entries, [entry.place for entry in entries])


def _files(session: Session, messages: Sequence[Message]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    ids = [message.id for message in messages]
    rows = select(AttachmentRow).where(col(AttachmentRow.message_id).in_(ids)).order_by(col(AttachmentRow.id))
    for row in session.exec(rows):
        found.setdefault(row.message_id, []).append(row.name or row.platform_file_id)
    return found


def _taken_back(session: Session, messages: Sequence[Message]) -> dict[int, str]:
    """The last text of each deleted message."""
    rows = versions.kept(session, [message.id for message in messages if message.deleted_at is not None])
    last: dict[int, str] = {}
    for message_id, kept in rows.items():
        spoken = sorted((row for row in kept if row.happening is not Happening.DELETED), key=lambda row: row.at)
        last[message_id] = spoken[-1].text if spoken else ""
    return last


def _notes(asked: _Asked, place: Place | None) -> _Page:
    at, row_id = col(Note.at), col(Note.id)
    found = asked.session.exec(
        select(Note)
        .where(col(Note.customer_id).in_(asked.members), below(place, 1, at, row_id))
        .order_by(at.desc(), row_id.desc())
        .limit(_ROWS)
    ).all()
    entries = [
        Entry(EntryKind.NOTE, note.at, note.author, note.text, f"note:{note.id}", Place(note.at, 1, note.id))
        for note in found
    ]
    return _page(entries, [entry.place for entry in entries])


def _changes(asked: _Asked, place: Place | None) -> _Page:
    at, row_id = col(Operation.at), col(Change.id)
    found = asked.session.exec(
        select(Change, Operation)
        .join(Operation, col(Operation.id) == Change.operation_id)
        .where(col(Change.customer_id).in_(asked.members), col(Change.table_name).in_(turning_points.TABLES))
        .where(below(place, 2, at, row_id))
        .order_by(at.desc(), row_id.desc())
        .limit(_ROWS)
    ).all()
    names = turning_points.names_in(asked.session, [change for change, _ in found])
    entries = [
        Entry(
            kind=point.kind,
            at=operation.at,
            who=operation.actor,
            text=" → ".join(filter(None, (point.before, point.after))),
            ref=f"change:{change.id}",
            place=Place(operation.at, 2, change.id, part),
            before=point.before,
            after=point.after,
        )
        for change, operation in found
        for part, point in reversed(list(enumerate(turning_points.of(change, names))))
    ]
    return _page(entries, [Place(operation.at, 2, change.id) for change, operation in found])


def _nudges(asked: _Asked, place: Place | None) -> _Page:
    at, row_id = col(Nudge.created_at), col(Nudge.id)
    found = asked.session.exec(
        select(Nudge, Staff)
        .join(Staff, col(Staff.id) == Nudge.staff_id)
        .where(col(Nudge.customer_id).in_(asked.members), below(place, 3, at, row_id))
        .order_by(at.desc(), row_id.desc())
        .limit(_ROWS)
    ).all()
    entries = [
        Entry(
            kind=EntryKind.NUDGE,
            at=nudge.created_at,
            who=member.name,
            text=nudge.text,
            ref=f"nudge:{nudge.id}",
            place=Place(nudge.created_at, 3, nudge.id),
            after=nudge.state,
        )
        for nudge, member in found
    ]
    return _page(entries, [entry.place for entry in entries])


def _broadcasts(asked: _Asked, place: Place | None) -> _Page:
    at, row_id = col(Delivery.sent_at), col(Delivery.id)
    by, sender, owner = aliased(Staff), aliased(Staff), aliased(Staff)
    names = [func.coalesce(col(named.name), "") for named in (by, sender, owner)]
    found = asked.session.execute(
        rows_of(Delivery, col(Broadcast.text), col(Customer.name), names[0], names[1], names[2])
        .join(Broadcast, col(Broadcast.id) == Delivery.broadcast_id)
        .join(Customer, col(Customer.id) == Delivery.customer_id)
        .join(by, col(by.id) == Broadcast.created_by_id, isouter=True)
        .join(sender, col(sender.id) == Delivery.staff_id, isouter=True)
        .join(owner, col(owner.id) == Customer.owner_id, isouter=True)
        .where(col(Delivery.customer_id).in_(asked.members), col(Delivery.kind) == DeliveryKind.BROADCAST)
        .where(col(Delivery.state) == DeliveryState.SENT, at.is_not(None), below(place, 4, at, row_id))
        .order_by(at.desc(), row_id.desc())
        .limit(_ROWS)
    ).all()
    entries = [
        Entry(
            kind=EntryKind.BROADCAST,
            at=delivery.sent_at,
            who=who,
            text=_as_sent(text, name, sender=sent_by, owner=owned_by),
            ref=f"delivery:{delivery.id}",
            place=Place(delivery.sent_at, 4, delivery.id),
        )
        for delivery, text, name, who, sent_by, owned_by in found
        if delivery.sent_at is not None
    ]
    return _page(entries, [entry.place for entry in entries])


def _as_sent(text: str, name: str, *, sender: str, owner: str) -> str:
    """The words the customer read. `sender`: the colleague who sent the same to everybody, "" when the bot did."""
    template = templates.parse(text)
    return template.fill_for_all(sender) if sender else template.fill({"name": name, "owner": owner})


_SOURCES = (_messages, _notes, _changes, _nudges, _broadcasts)
