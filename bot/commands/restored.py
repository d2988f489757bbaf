"""What undoing an operation brings back, in words; to be asked before it is undone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot import cards
from bot.commands.command import Turn
from bot.commands.fieldwords import label_of, value_of
from bot.language import moments
from bot.language.phrases import record as record_phrases
from bot.language.phrases import undo as phrases
from crm_core.customers import contacts, dates, fields
from crm_core.customers.tables import ContactKind, Customer
from crm_core.people.tables import Change, Staff
from crm_core.tags.tables import Tag

_Row = Mapping[str, Any]

#: Columns of a customer that a person sets, and the field each is.
_FIELDS = {
    "name": "name",
    "kind": "kind",
    "company_id": "company",
    "position": "position",
    "owner_id": "owner",
    "stage": "stage",
    "tier": "tier",
    "birthday": "birthday",
    "source": "source",
    "timezone": "timezone",
    "language": "language",
}


def lines(turn: Turn, changes: Sequence[Change]) -> list[str]:
    """One line for each thing that people know by name, in order, each once."""
    made = {change.row_id for change in changes if _makes_a_customer(change)}
    worth = [change for change in changes if change.customer_id not in made or _makes_a_customer(change)]
    said = [line for change in worth for line in _SAYERS.get(change.table_name, _nothing)(turn, change)]
    return list(dict.fromkeys(said))


def _makes_a_customer(change: Change) -> bool:
    return change.table_name == "customer" and change.before is None


def _nothing(_turn: Turn, _change: Change) -> Iterator[str]:
    yield from ()


def _customer(turn: Turn, change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if before is None or after is None:
        name = (before or after or {})["name"]
        yield turn.say(phrases.GONE if before is None else phrases.BACK, name=name)
        return
    if before["merged_into_id"] != after["merged_into_id"]:
        yield turn.say(phrases.UNMERGED, name=before["name"])
    for column, field in _FIELDS.items():
        if before[column] != after[column]:
            yield _field(turn, before, field, _value(turn, field, before[column]))
    if bool(before["opted_out_at"]) is not bool(after["opted_out_at"]):
        yield _field(turn, before, "opted_out", value_of(turn, "opted_out", "yes" if before["opted_out_at"] else "no"))
    for key in sorted({*before["custom"], *after["custom"]}):
        if before["custom"].get(key) != after["custom"].get(key):
            yield _field(turn, before, key, value_of(turn, key, fields.text(before["custom"].get(key))))


def _field(turn: Turn, before: _Row, field: str, value: str) -> str:
    shown = value or turn.say(record_phrases.NOTHING)
    return turn.say(phrases.FIELD, name=before["name"], label=label_of(turn, field), value=shown)


def _value(turn: Turn, field: str, value: Any) -> str:
    if field == "company" and value is not None:
        company = turn.session.get(Customer, value)
        return "" if company is None else company.name
    if field == "owner" and value is not None:
        return turn.session.get_one(Staff, value).name
    if field == "birthday" and value is not None:
        return dates.birthday_text(date.fromisoformat(value))
    return value_of(turn, field, "" if value is None else str(value))


def _point(turn: Turn, change: Change) -> Iterator[str]:
    row = change.before or change.after or {}
    if change.before is None or change.after is None:
        value = contacts.shown(ContactKind(row["kind"]), row["value"])
        yield turn.say(phrases.POINT_GONE if change.before is None else phrases.POINT_BACK, value=value)


def _tag(turn: Turn, change: Change) -> Iterator[str]:
    row = change.before or change.after or {}
    tag = turn.session.get(Tag, row["tag_id"])
    if tag is not None and (change.before is None or change.after is None):
        yield turn.say(phrases.TAG_GONE if change.before is None else phrases.TAG_BACK, tag=tag.name)


def _note(turn: Turn, change: Change) -> Iterator[str]:
    if change.before is None and change.after is not None:
        yield turn.say(phrases.NOTE_GONE, text=cards.shortened(change.after["text"], 40))


def _nudge(turn: Turn, change: Change) -> Iterator[str]:
    if change.before is None and change.after is not None:
        yield turn.say(phrases.NUDGE_GONE, text=cards.shortened(change.after["text"], 40))
    elif change.before is not None:
        due = datetime.fromisoformat(change.before["due_at"])
        when = moments.short(due, now=turn.now, zone=turn.zone, language=turn.language)
        yield turn.say(phrases.NUDGE_BACK, text=cards.shortened(change.before["text"], 40), when=when)


def _conversation(turn: Turn, change: Change) -> Iterator[str]:
    if change.before is not None and change.after is not None:
        yield turn.say(phrases.LINK_BACK)


def _segment(turn: Turn, change: Change) -> Iterator[str]:
    yield turn.say(phrases.SEGMENT_BACK, name=(change.before or change.after or {})["name"])


_SAYERS: Mapping[str, Callable[[Turn, Change], Iterator[str]]] = {
    "customer": _customer,
    "contact_point": _point,
    "customer_tag": _tag,
    "note": _note,
    "nudge": _nudge,
    "conversation": _conversation,
    "segment": _segment,
}
