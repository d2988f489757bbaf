"""Customers somebody was given: who they are, what was noted last, and what is open about them."""

from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from bot.language import moments, noun
from bot.language.phrases import assign as phrases
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote
from crm_core.conversations.tables import Note
from crm_core.customers import stages
from crm_core.customers.families import family
from crm_core.customers.tables import Customer
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Delivery, Nudge, NudgeState
from crm_core.text.tidying import shortened

_NOTES = 3
_TODOS = 5
_LONGEST = 120


def compose(reader: Reader, delivery: Delivery) -> Card | Verdict:
    """The customers that are still theirs; none: the assignment was taken back meanwhile."""
    ids: list[int] = delivery.body["customer_ids"]
    wanted = select(Customer).where(col(Customer.id).in_(ids), Customer.owner_id == delivery.staff_id)
    customers = reader.session.exec(wanted.order_by(col(Customer.name_key))).all()
    if not customers:
        return deliveries.cancel("assignment_undone")
    if len(ids) == 1:
        return _one(reader, customers[0], delivery.body["by"])
    return _many(reader, customers, delivery.body["count"], delivery.body["by"])


def _one(reader: Reader, customer: Customer, by: str) -> Card:
    show = Button(reader.say(phrases.SHOW), reader.say(phrases.SHOW_COMMAND, id=customer.id), ButtonStyle.PRIMARY)
    return Card(
        title=reader.say(phrases.NOTICE, by=by, name=customer.name),
        fields=tuple(_fields(reader, customer)),
        quotes=tuple(_notes(reader, customer)),
        items=tuple(_todos(reader, customer)),
        buttons=(show,),
    )


def _fields(reader: Reader, customer: Customer) -> Iterator[Field]:
    yield Field(reader.say(phrases.NOTICE_STAGE), stages.stage_word(customer.stage, reader.viewer.language))
    if customer.last_contact_at is not None:
        ago = moments.distance(customer.last_contact_at, now=reader.now, language=reader.viewer.language)
        yield Field(reader.say(phrases.NOTICE_LAST), ago)


def _notes(reader: Reader, customer: Customer) -> list[Quote]:
    members = family(reader.session, customer.id)
    wanted = select(Note).where(col(Note.customer_id).in_(members)).order_by(col(Note.at).desc(), col(Note.id).desc())
    newest = reader.session.exec(wanted.limit(_NOTES)).all()
    return [Quote(note.author, reader.when(note.at), shortened(note.text, _LONGEST)) for note in reversed(newest)]


def _todos(reader: Reader, customer: Customer) -> list[str]:
    wanted = select(Nudge).where(
        Nudge.customer_id == customer.id, Nudge.state == NudgeState.OPEN, Nudge.staff_id == reader.viewer.staff_id
    )
    found = reader.session.exec(wanted.order_by(col(Nudge.due_at), col(Nudge.id)).limit(_TODOS)).all()
    return [
        reader.say(phrases.NOTICE_TODO, id=one.id, when=reader.when(one.due_at), text=shortened(one.text, _LONGEST))
        for one in found
    ]


def _many(reader: Reader, customers: Sequence[Customer], count: int, by: str) -> Card:
    language = reader.viewer.language
    items = [reader.say(phrases.NOTICE_ITEM, name=one.name, id=one.id) for one in customers]
    more = count - len(items)
    return Card(
        title=reader.say(phrases.NOTICE_MANY, by=by, customers=noun.CUSTOMERS.count(language, count)),
        items=(*items, reader.say(phrases.AND_MORE, count=more)) if more > 0 else tuple(items),
    )
