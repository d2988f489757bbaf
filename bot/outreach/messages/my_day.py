"""My day: what is due, the customers of late, the rooms that are linked, settings and help; for the front page."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.language import moments
from bot.language.phrases import desk as phrases
from bot.language.phrases import outreach as outreach_phrases
from bot.language.phrases import staff as staff_phrases
from bot.outreach.messages import nudge as nudge_message
from bot.outreach.messages.digest import day_of
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, Card, Field, RoomKind
from crm_core.conversations.tables import Conversation
from crm_core.customers import families, recent
from crm_core.customers.permits import visible
from crm_core.customers.tables import Customer
from crm_core.outreach import nudges
from crm_core.outreach.tables import Nudge
from crm_core.people.tables import Staff
from crm_core.platforms import completeness

#: So many of each are shown.
NUDGES = 12
CUSTOMERS = 5
ROOMS = 10
_OPEN = 100


def compose(reader: Reader, platform: str) -> tuple[tuple[Card, ...], tuple[int, ...]]:
    """The cards from top to bottom, and the customers they show."""
    found = nudges.open_of(reader.session, viewer=reader.viewer, staff_id=reader.viewer.staff_id, limit=_OPEN)
    due = [nudge for nudge in found if nudge.due_at < _midnight(reader)]
    customers = recent.of(reader.session, viewer=reader.viewer, limit=CUSTOMERS)
    rooms = _linked(reader, platform)
    cards = (
        _head(reader, due),
        *(_due(reader, nudge) for nudge in due[:NUDGES]),
        *_more(reader, len(found) - len(due[:NUDGES])),
        _customers(reader, customers),
        _rooms(reader, rooms, completeness.behind(reader.session, platform)),
        _settings(reader),
        _help(reader),
    )
    return cards, _shown(reader, due[:NUDGES], customers, rooms)


def _midnight(reader: Reader) -> datetime:
    local = reader.now.astimezone(reader.zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _head(reader: Reader, due: Sequence[Nudge]) -> Card:
    overdue = sum(nudge.due_at < reader.now for nudge in due)
    title = reader.say(
        phrases.TITLE, name=reader.viewer.name, day=day_of(reader, reader.now.astimezone(reader.zone).date())
    )
    said = reader.say(phrases.DUE, due=len(due), overdue=overdue) if due else reader.say(phrases.NOTHING_DUE)
    return Card(title=title, text=said)


def _due(reader: Reader, nudge: Nudge) -> Card:
    customer = reader.customer(nudge.customer_id)
    text = nudge_message.text_of(reader, nudge, customer)
    apart = customer is not None and customer.name.lower() not in text.lower()
    named = reader.say(outreach_phrases.OF_CUSTOMER, name=customer.name) if customer is not None and apart else ""
    phrase = phrases.OVERDUE if nudge.due_at < reader.now else phrases.LINE
    said = reader.say(phrase, when=reader.when(nudge.due_at), text=text, customer=named)
    return Card(text=said, buttons=nudge_message.buttons(reader, nudge, customer))


def _more(reader: Reader, count: int) -> Iterator[Card]:
    if count > 0:
        button = Button(reader.say(phrases.TODO), reader.say(phrases.TODO_COMMAND))
        yield Card(text=reader.say(phrases.MORE, count=count), buttons=(button,))


def _customers(reader: Reader, customers: Sequence[Customer]) -> Card:
    if not customers:
        return Card(title=reader.say(phrases.RECENT), text=reader.say(phrases.NO_CUSTOMERS))
    buttons = tuple(
        Button(customer.name, reader.say(phrases.OPEN_COMMAND, reference=f"#{customer.id}")) for customer in customers
    )
    return Card(title=reader.say(phrases.RECENT), buttons=buttons)


def _linked(reader: Reader, platform: str) -> list[tuple[Conversation, Customer]]:
    """The rooms of this platform about a customer in sight, the liveliest first."""
    rooms = (
        select(Conversation, Customer)
        .join(Customer, col(Customer.id) == Conversation.customer_id)
        .where(Conversation.platform == platform, Conversation.kind != RoomKind.DIRECT, visible(reader.viewer))
        .order_by(col(Conversation.last_message_at).desc(), col(Conversation.id).desc())
    )
    return list(reader.session.exec(rooms.limit(ROOMS)))


def _rooms(reader: Reader, rooms: Sequence[tuple[Conversation, Customer]], behind: Mapping[str, datetime]) -> Card:
    title = reader.say(phrases.CHANNELS)
    if not rooms:
        return Card(title=title, text=reader.say(phrases.NO_CHANNELS))
    return Card(title=title, items=tuple(_room(reader, room, customer, behind) for room, customer in rooms))


def _room(reader: Reader, room: Conversation, customer: Customer, behind: Mapping[str, datetime]) -> str:
    state = reader.say(phrases.CHANNEL_SILENT)
    if room.last_message_at is not None:
        ago = moments.distance(room.last_message_at, now=reader.now, language=reader.viewer.language)
        state = reader.say(phrases.CHANNEL_LAST, ago=ago)
    if room.platform_id in behind:
        state = reader.say(phrases.CHANNEL_BEHIND, when=reader.when(behind[room.platform_id]))
    return reader.say(phrases.CHANNEL, room=room.title or room.platform_id, customer=customer.name, state=state)


def _settings(reader: Reader) -> Card:
    member = reader.session.get_one(Staff, reader.viewer.staff_id)
    hour = member.digest_hour
    digest = staff_phrases.DIGEST_OFF if hour is None else staff_phrases.DIGEST_AT
    fields = (
        Field(reader.say(phrases.LANGUAGE), reader.say(staff_phrases.LANGUAGES[member.language])),
        Field(reader.say(phrases.ZONE), reader.viewer.timezone),
        Field(reader.say(phrases.DIGEST), reader.say(digest, hour=hour)),
    )
    return Card(title=reader.say(phrases.SETTINGS), fields=fields, footer=reader.say(phrases.SETTINGS_HINT))


def _help(reader: Reader) -> Card:
    button = Button(reader.say(phrases.HELP), reader.say(phrases.HELP_COMMAND))
    return Card(title=reader.say(phrases.HELP), text=reader.say(phrases.HELP_TEXT), buttons=(button,))


def _shown(
    reader: Reader,
    due: Sequence[Nudge],
    customers: Sequence[Customer],
    rooms: Sequence[tuple[Conversation, Customer]],
) -> tuple[int, ...]:
    promised = (nudge.customer_id for nudge in due if reader.customer(nudge.customer_id) is not None)
    ids = (*(families.survivor(reader.session, id_).id for id_ in promised if id_ is not None),)
    return tuple(dict.fromkeys((*ids, *(one.id for one in customers), *(customer.id for _, customer in rooms))))
