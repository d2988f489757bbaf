"""What the recorded changes of rows mean in the history of a customer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from crm_core.conversations.entries import EntryKind
from crm_core.customers.tables import Customer
from crm_core.people.tables import Change, Staff
from crm_core.tags.tables import Tag

#: Tables whose changes are read.
TABLES = ("customer", "customer_tag", "conversation")

_FIELDS = {"stage": EntryKind.STAGE, "tier": EntryKind.TIER, "name": EntryKind.RENAMED, "owner_id": EntryKind.OWNER}


@dataclass(frozen=True)
class TurningPoint:
    kind: EntryKind
    before: str
    after: str


@dataclass(frozen=True)
class Names:
    """Names of the rows that changes refer to by id."""

    staff: Mapping[int, str]
    customers: Mapping[int, str]
    tags: Mapping[int, str]


def names_in(session: Session, changes: Sequence[Change]) -> Names:
    """The names needed to tell these changes."""
    documents = [document for change in changes for document in (change.before, change.after) if document]
    return Names(
        staff=_names(session, Staff, _ids(documents, "owner_id")),
        customers=_names(session, Customer, _ids(documents, "merged_into_id")),
        tags=_tag_names(session, changes, _ids(documents, "tag_id")),
    )


def of(change: Change, names: Names) -> list[TurningPoint]:
    """What a change of one row means; most changes mean nothing here."""
    before, after = change.before, change.after
    if change.table_name == "customer_tag":
        return list(_of_tag(before, after, names))
    if change.table_name == "conversation":
        return list(_of_link(before or {}, after or {}))
    if before is None:
        return [TurningPoint(EntryKind.CREATED, "", str((after or {}).get("name", "")))]
    return list(_of_customer(before, after or {}, names)) if after is not None else []


def _of_tag(before: dict[str, Any] | None, after: dict[str, Any] | None, names: Names) -> Iterator[TurningPoint]:
    if before is None and after is not None:
        yield TurningPoint(EntryKind.TAGGED, "", names.tags.get(after["tag_id"], ""))
    elif before is not None and after is None:
        yield TurningPoint(EntryKind.UNTAGGED, names.tags.get(before["tag_id"], ""), "")


def _of_link(before: dict[str, Any], after: dict[str, Any]) -> Iterator[TurningPoint]:
    title = str(after.get("title") or after.get("platform_id") or "")
    if after.get("customer_id") == before.get("customer_id"):
        return
    if after.get("customer_id") is not None:
        yield TurningPoint(EntryKind.LINKED, "", title)
    else:
        yield TurningPoint(EntryKind.UNLINKED, title, "")


def _of_customer(before: dict[str, Any], after: dict[str, Any], names: Names) -> Iterator[TurningPoint]:
    for field, kind in _FIELDS.items():
        if before.get(field) != after.get(field):
            yield TurningPoint(kind, _told(field, before, names), _told(field, after, names))
    into, out_of = after.get("merged_into_id"), before.get("merged_into_id")
    if into != out_of:
        kind = EntryKind.UNMERGED if into is None else EntryKind.MERGED
        yield TurningPoint(kind, str(after.get("name", "")), names.customers.get(into or out_of or 0, ""))
    if bool(before.get("opted_out_at")) != bool(after.get("opted_out_at")):
        yield TurningPoint(EntryKind.OPTED_OUT if after.get("opted_out_at") else EntryKind.OPTED_IN, "", "")


def _told(field: str, document: dict[str, Any], names: Names) -> str:
    value = document.get(field)
    if value is None:
        return ""
    return names.staff.get(value, "") if field == "owner_id" else str(value)


def _ids(documents: Iterable[dict[str, Any]], field: str) -> set[int]:
    return {document[field] for document in documents if document.get(field) is not None}


def _tag_names(session: Session, changes: Sequence[Change], ids: set[int]) -> dict[int, str]:
    """A tag that was undone with its customer's has its name in the record of the same operation."""
    names = _names(session, Tag, ids)
    if not ids - names.keys():
        return names
    operations = {change.operation_id for change in changes if change.table_name == "customer_tag"}
    lost = select(Change).where(col(Change.operation_id).in_(operations), Change.table_name == "tag")
    return {change.row_id: (change.before or change.after or {})["name"] for change in session.exec(lost)} | names


def _names(session: Session, table: type[Staff] | type[Customer] | type[Tag], ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return dict(session.exec(select(table.id, table.name).where(col(table.id).in_(ids))).all())
