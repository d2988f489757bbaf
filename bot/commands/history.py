"""历史/history: what was said and done with a customer, and search in what was said."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.commands.fieldwords import value_of
from bot.commands.naming import named, named_or_none
from bot.language import moments
from bot.language.phrases import history as phrases
from bot.language.phrases import record as record_phrases
from crm_core.chat import Button, Card, Quote
from crm_core.conversations import search, timeline
from crm_core.conversations.entries import Entry, EntryKind
from crm_core.conversations.tables import Message, Note
from crm_core.customers import families
from crm_core.customers.tables import Customer
from crm_core.people.viewer import Right

#: Entries on one card, and how much of each it shows, in characters.
PAGE = 10
SHOWN = 200

_NUMBER = re.compile(r"\d{1,18}")
_EARLIER = re.compile(r"\s*(?:早于|before)\s+(\S{1,80})$")


def run_history(turn: Turn, rest: str) -> Reply:
    """The history of a customer, messages of a customer with these words, or any messages with these words."""
    earlier = _EARLIER.search(rest)
    text, cursor = (rest[: earlier.start()], earlier[1]) if earlier else (rest, "")
    word = turn.say(phrases.WORD)
    meant = named_or_none(turn, word, text) if text else named(turn, word, "")
    if meant is None:
        return _search(turn, text, cursor)
    return _search_in(turn, meant.customer, meant.rest) if meant.rest else _timeline(turn, meant.customer, cursor)


def _timeline(turn: Turn, customer: Customer, cursor: str) -> Reply:
    found = timeline.of(turn.session, customer, viewer=turn.viewer, before=cursor or None, limit=PAGE)
    if not found:
        return Reply(Card(text=turn.say(phrases.EMPTY, name=customer.name)), subject_id=customer.id)
    earlier = _earlier(turn, f"#{customer.id}", found[-1].cursor) if len(found) == PAGE else ()
    card = Card(
        title=turn.say(phrases.TITLE, name=customer.name),
        quotes=tuple(_entry(turn, entry) for entry in reversed(found)),
        buttons=(*earlier, cards.open_button(turn, customer.id)),
    )
    return Reply(card, subject_id=customer.id)


def _entry(turn: Turn, entry: Entry) -> Quote:
    return Quote(entry.who, _at(turn, entry.at), cards.shortened(_told(turn, entry), SHOWN))


def _told(turn: Turn, entry: Entry) -> str:
    if entry.kind is not EntryKind.MESSAGE:
        nothing = turn.say(record_phrases.NOTHING)
        before, after = (value_of(turn, entry.kind, value) or nothing for value in (entry.before, entry.after))
        return turn.say(phrases.KINDS[entry.kind], text=entry.text, before=before, after=after)
    files = (turn.say(phrases.FILE, name=name) for name in entry.files)
    marks = (f":{name}:" if count == 1 else f":{name}: ×{count}" for name, count in entry.marks)
    text = " ".join(part for part in (entry.text, *files, *marks) if part)
    if entry.deleted:
        return turn.say(phrases.TAKEN_BACK, text=text)
    return turn.say(phrases.EDITED, text=text) if entry.edited else text


def _search_in(turn: Turn, customer: Customer, query: str) -> Reply:
    """Messages and notes of one customer."""
    found = search.search(turn.session, query, viewer=turn.viewer, customer_id=customer.id, commands=False, limit=PAGE)
    said = [(each.sent_at, each.sender_name, each.text) for each in found]
    noted = [
        (each.at, each.author, turn.say(phrases.KINDS["note"], text=each.text))
        for each in _notes(turn, customer, query)
    ]
    newest = sorted((*said, *noted), reverse=True)[:PAGE]
    shown = cards.shortened(query, 40)
    if not newest:
        text = turn.say(phrases.NOTHING_IN, name=customer.name, query=shown)
        return Reply(Card(text=text, buttons=(cards.history_button(turn, customer.id),)), subject_id=customer.id)
    card = Card(
        title=turn.say(phrases.SEARCHED_IN, name=customer.name, query=shown),
        quotes=tuple(Quote(who, _at(turn, at), cards.shortened(text, SHOWN)) for at, who, text in reversed(newest)),
        buttons=(cards.history_button(turn, customer.id),),
    )
    return Reply(card, subject_id=customer.id)


def _notes(turn: Turn, customer: Customer, query: str) -> Sequence[Note]:
    members = families.family(turn.session, customer.id)
    written = select(Note).where(col(Note.customer_id).in_(members), *_words(query))
    return turn.session.exec(written.order_by(col(Note.at).desc()).limit(PAGE)).all()


def _words(query: str) -> list[ColumnElement[bool]]:
    return [col(Note.text).icontains(word, autoescape=True) for word in query.split()]


def _search(turn: Turn, query: str, cursor: str) -> Reply:
    """Messages of anybody whom the viewer may see."""
    before = int(cursor) if _NUMBER.fullmatch(cursor) else None
    found = search.search(turn.session, query, viewer=turn.viewer, commands=False, limit=PAGE, before_id=before)
    shown = cards.shortened(query, 40)
    if not found:
        return turn.reply(phrases.NOTHING, query=shown)
    names = _customers(turn, found)
    earlier = _earlier(turn, query, str(min(each.id for each in found))) if len(found) == PAGE else ()
    card = Card(
        title=turn.say(phrases.SEARCHED, query=shown),
        quotes=tuple(_found(turn, each, names.get(each.customer_id, "")) for each in reversed(found)),
        buttons=earlier,
    )
    about = tuple(dict.fromkeys(each.customer_id for each in found if each.customer_id is not None))
    return Reply(card, shown=about, beyond=any(each.customer_id is None for each in found))


def _found(turn: Turn, message: Message, customer: str) -> Quote:
    who = message.sender_name or message.sender_platform_id
    if customer and customer != who:
        who = turn.say(phrases.SAID_TO, who=who, customer=customer)
    return Quote(who, _at(turn, message.sent_at), cards.shortened(message.text, SHOWN))


def _customers(turn: Turn, messages: Sequence[Message]) -> dict[int | None, str]:
    ids = {message.customer_id for message in messages if message.customer_id is not None}
    return {customer_id: families.survivor(turn.session, customer_id).name for customer_id in ids}


def _earlier(turn: Turn, what: str, cursor: str) -> tuple[Button, ...]:
    return (Button(turn.say(phrases.EARLIER), turn.say(phrases.EARLIER_COMMAND, what=what, cursor=cursor)),)


def _at(turn: Turn, at: datetime) -> str:
    return moments.short(at, now=turn.now, zone=turn.zone, language=turn.language)


COMMANDS = (
    Command(
        name="history",
        words=("历史", "history", "聊天记录", "往来", "timeline"),
        right=Right.READ,
        writes=False,
        run=run_history,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
