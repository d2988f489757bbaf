"""A table looked at without taking anything in: what would become of each row, by what is there and the rows before."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from crm_core.customers import contacts, names, records, stages
from crm_core.customers.records import Draft
from crm_core.customers.tables import ContactKind, CustomerKind
from crm_core.errors import Conflict, CrmError
from crm_core.people.viewer import Right, Viewer
from crm_core.tags import tags
from crm_core.transfer import importing
from crm_core.transfer.importing import DUPLICATES, Outcome, Plan, Turned

#: One address may be many people's.
_TELLING = frozenset({ContactKind.PHONE, ContactKind.EMAIL})


@dataclass
class Before:
    """What the rows before would have brought in: who has a phone or an e-mail (their name and line of the file), and
    who goes by name and company (their line).
    """

    owners: dict[tuple[ContactKind, str], tuple[str, int]] = field(default_factory=dict)
    people: dict[tuple[CustomerKind, str, str], int] = field(default_factory=dict)


def look(
    session: Session, plan: Plan, rows: range, before: Before, *, viewer: Viewer, now: datetime, country: str = "CN"
) -> list[Turned]:
    """What `importing.take` would make of these rows; `before` goes on with them. In a reading session."""
    viewer.require(Right.IMPORT)
    return [_look_at(session, plan, index, before, viewer=viewer, now=now, country=country) for index in rows]


def _look_at(
    session: Session, plan: Plan, index: int, before: Before, *, viewer: Viewer, now: datetime, country: str
) -> Turned:
    number, row = plan.sheet.numbers[index], plan.sheet.rows[index]
    try:
        cells = importing.cells_of(plan.columns, row)
        draft = importing.draft_of(cells, viewer)
        if "opted_out" in cells:
            stages.parse_yes_no(cells["opted_out"][0])
        alone = not draft.phones and not draft.emails
        if alone:
            importing.refuse_namesake(session, draft, viewer)
        points = records.check(session, draft, viewer=viewer, now=now, country=country)
        for name in importing.split(cells.get("tags", ()), "tags"):
            _check_tag(session, name)
        for text in cells.get("note", ()):
            list(importing.notes_of(text, 0, viewer, now))
        _note(before, draft, points, number, alone=alone)
    except CrmError as error:
        known = error.problem in DUPLICATES
        return Turned(number, row, Outcome.DUPLICATE if known else Outcome.REJECTED, error)
    return Turned(number, row, Outcome.ADDED)


def _check_tag(session: Session, name: str) -> None:
    wanted = tags.parse_name(name)
    if tags.find(session, wanted) is None:
        tags.refuse_taken(session, wanted)


def _note(before: Before, draft: Draft, points: list[tuple[ContactKind, str]], line: int, *, alone: bool) -> None:
    """Remember what this row brings; raises `Conflict("customer_duplicate_row")` when a row before brought the same."""
    name = names.normalise(draft.name)
    telling = [point for point in points if point[0] in _TELLING]
    for kind, value in telling:
        if (kind, value) in before.owners:
            owner, row = before.owners[kind, value]
            raise Conflict("customer_duplicate_row", row=row, name=owner, value=contacts.shown(kind, value))
    company = names.key(draft.company) if draft.company.strip() else ""
    person = (draft.kind, names.key(draft.name), "" if draft.kind is CustomerKind.COMPANY else company)
    if person in before.people and (alone or draft.kind is CustomerKind.COMPANY):
        raise Conflict("customer_duplicate_row", row=before.people[person], name=name, value=name)
    before.people.setdefault(person, line)
    before.owners.update(dict.fromkeys(telling, (name, line)))
