"""A customer as a card: what the core sums up, in the words of the turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, select

from bot import answer_window
from bot.language import listing, moments
from bot.language.phrases import archive as archive_phrases
from bot.language.phrases import cards as phrases
from bot.language.phrases import reply as reply_phrases
from crm_core.address_book import Standing
from crm_core.chat import Button, Card, Field, Quote
from crm_core.conversations import consents
from crm_core.customers import stages, summary
from crm_core.customers.summary import Summary
from crm_core.customers.tables import Customer, Stage
from crm_core.outreach import answers
from crm_core.outreach.answers import Window
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right
from crm_core.relations.parties import of_customer, staff_of

if TYPE_CHECKING:
    from bot.commands.command import Turn
from crm_core.text import tidying

#: Longest part of an utterance or a note that a card shows, in characters.
SHOWN = 80

_NEXT_STAGE = {Stage.LEAD: Stage.INTERESTED, Stage.INTERESTED: Stage.WON, Stage.WON: Stage.LOYAL}


def customer_card(turn: Turn, customer: Customer) -> Card:
    """The card of a customer whom the viewer may see."""
    known = summary.of(turn.session, customer, viewer=turn.viewer, now=turn.now)
    window = answers.window(turn.session, known.id)
    return Card(
        title=f"{known.name} #{known.id}",
        fields=tuple(Field(label, value) for label, value in _fields(turn, known, window) if value),
        quotes=tuple(
            Quote(said.sender_name, ago(turn, said.sent_at), shortened(said.text))
            for said in reversed(known.last_messages)
        ),
        buttons=_buttons(turn, known, window),
        footer=turn.say(phrases.OPTED_OUT) if known.opted_out else "",
    )


def shortened(text: str, longest: int = SHOWN) -> str:
    """One line of at most so many characters."""
    return tidying.shortened(text, longest)


def ago(turn: Turn, at: datetime) -> str:
    """How long ago, in words."""
    return moments.distance(at, now=turn.now, language=turn.language)


def stage_of(turn: Turn, stage: Stage) -> str:
    return stages.stage_word(stage, turn.language)


def open_button(turn: Turn, customer_id: int) -> Button:
    return Button(turn.say(phrases.OPEN_BUTTON), turn.say(phrases.OPEN_COMMAND, id=customer_id))


def history_button(turn: Turn, customer_id: int) -> Button:
    return Button(turn.say(phrases.HISTORY_BUTTON), turn.say(phrases.HISTORY_COMMAND, id=customer_id))


def yes_or_no(turn: Turn, value: str) -> str:
    """`yes` and `no` in the language of the turn; anything else as it is."""
    words = {"yes": phrases.YES, "no": phrases.NO}
    return turn.say(words[value]) if value in words else value


def _fields(turn: Turn, known: Summary, window: Window | None) -> Iterator[tuple[str, str]]:
    yield turn.say(phrases.COMPANY), known.company
    yield turn.say(phrases.POSITION), known.position
    yield turn.say(phrases.OWNER), known.owner_name or turn.say(phrases.POOL)
    yield turn.say(phrases.STAGE), stage_of(turn, known.stage)
    yield turn.say(phrases.TIER), known.tier or ""
    yield turn.say(phrases.TAGS), listed(turn, known.tags)
    yield turn.say(phrases.PHONE), listed(turn, known.phones)
    yield turn.say(phrases.EMAIL), listed(turn, known.emails)
    yield turn.say(phrases.ADDRESS), listed(turn, known.addresses)
    yield turn.say(phrases.BIRTHDAY), known.birthday
    yield turn.say(phrases.SOURCE), known.source
    yield turn.say(phrases.OTHER_NAMES), listed(turn, known.other_names)
    yield turn.say(phrases.CONNECTED), listed(turn, connected(turn, known.id))
    for custom in known.custom:
        yield custom.label(turn.language), yes_or_no(turn, custom.value)
    yield turn.say(phrases.LAST_CONTACT), last_contact(turn, known)
    yield turn.say(phrases.NEXT_NUDGE), next_nudge(turn, known)
    yield turn.say(phrases.NOTE), last_note(turn, known)
    yield turn.say(archive_phrases.CONSENT), recording(turn, known)
    yield turn.say(reply_phrases.FIELD), answer_window.left(turn, window)


def connected(turn: Turn, customer_id: int) -> list[str]:
    """The colleagues the customer is connected with on a platform, the first one first."""
    relations = of_customer(turn.session, customer_id)
    said = {Standing.HALF: phrases.HALF, Standing.LOST: phrases.LOST}
    names = {}
    for relation in relations:
        member = staff_of(turn.session, relation.platform, [relation.member]).get(relation.member.lower())
        name = relation.member if member is None else member.name
        names[name] = turn.say(said[relation.standing], name=name) if relation.standing in said else name
    return list(names.values())


def last_contact(turn: Turn, known: Summary) -> str:
    """When there was contact last, in words."""
    return turn.say(phrases.NEVER) if known.last_contact_at is None else ago(turn, known.last_contact_at)


def next_nudge(turn: Turn, known: Summary) -> str:
    """The next reminder about the customer, or ""."""
    if known.next_nudge is None:
        return ""
    when = moments.short(known.next_nudge.due_at, now=turn.now, zone=turn.zone, language=turn.language)
    return turn.say(phrases.NUDGE, when=when, text=shortened(known.next_nudge.text))


def last_note(turn: Turn, known: Summary) -> str:
    """The last note about the customer, or ""."""
    note = known.last_note
    if note is None:
        return ""
    return turn.say(phrases.NOTED, text=shortened(note.text), author=note.author, when=ago(turn, note.at))


def recording(turn: Turn, known: Summary) -> str:
    """That the customer does not want to be recorded, or ""."""
    since = consents.declined(turn.session, [known.id])
    return "" if since is None else turn.say(archive_phrases.DECLINED, when=ago(turn, since))


def _buttons(turn: Turn, known: Summary, window: Window | None) -> tuple[Button, ...]:
    history = history_button(turn, known.id)
    if not turn.viewer.may(Right.WRITE):
        return (history,)
    return (
        Button(turn.say(phrases.NOTE_BUTTON), turn.say(phrases.NOTE_COMMAND, id=known.id)),
        Button(turn.say(phrases.REMIND_BUTTON), turn.say(phrases.REMIND_COMMAND, id=known.id)),
        history,
        *_answer(turn, known, window),
        *_forward(turn, known),
    )


def _answer(turn: Turn, known: Summary, window: Window | None) -> Iterator[Button]:
    """Where a customer waits for an answer by the company's account."""
    if window is not None and window.is_open(turn.now):
        yield Button(turn.say(reply_phrases.BUTTON), turn.say(reply_phrases.BUTTON_COMMAND, id=known.id))


def _forward(turn: Turn, known: Summary) -> Iterator[Button]:
    following = _NEXT_STAGE.get(known.stage)
    if following is not None:
        word = stage_of(turn, following)
        command = turn.say(phrases.STAGE_COMMAND, id=known.id, stage=word)
        yield Button(turn.say(phrases.STAGE_BUTTON, stage=word), command)


def listed(turn: Turn, values: Iterable[str]) -> str:
    """Several values in one line."""
    return listing.listed(values, turn.language)


def lines_of(turn: Turn, customers: Sequence[Customer]) -> list[str]:
    """One line for each customer that tells it apart: name, company, stage, owner, and its number."""
    firms = _names(turn, Customer, {customer.company_id for customer in customers})
    people = _names(turn, Staff, {customer.owner_id for customer in customers})
    return [_line(turn, each, firms.get(each.company_id, ""), people.get(each.owner_id, "")) for each in customers]


def _line(turn: Turn, customer: Customer, company: str, owner: str) -> str:
    parts = (customer.name, company, stage_of(turn, customer.stage), owner or turn.say(phrases.POOL), f"#{customer.id}")
    return " · ".join(part for part in parts if part)


def _names(turn: Turn, table: type[Customer] | type[Staff], ids: set[int | None]) -> dict[int | None, str]:
    found = turn.session.exec(select(table.id, table.name).where(col(table.id).in_(ids - {None})))
    return dict(found.all())
