"""A nudge that came due: what was to be done, how late it is, and what the customer wrote meanwhile."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bot.config import Config
from bot.language import moments
from bot.language.phrases import outreach as phrases
from bot.outreach.messages.reader import Reader
from crm_core import rows
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote, SenderKind
from crm_core.conversations.tables import Message
from crm_core.customers.families import family
from crm_core.customers.tables import Customer
from crm_core.outreach import deliveries, occurrences
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Delivery, Nudge
from crm_core.people.tables import Staff
from crm_core.text.tidying import shortened

_QUOTES = 2
_LONGEST_QUOTE = 120


def look_ahead(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Read what many nudges are about at once."""
    rows.keep_at_hand(session, Staff, [delivery.staff_id for delivery in deliveries])
    found = rows.keep_at_hand(session, Nudge, [delivery.nudge_id for delivery in deliveries])
    rows.keep_at_hand(session, Customer, [nudge.customer_id for nudge in found])


def compose(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    nudge = reader.session.get(Nudge, delivery.nudge_id) if delivery.nudge_id is not None else None
    if nudge is None or not occurrences.is_meant(delivery, nudge):
        return deliveries.cancel("nudge_moved")
    customer = reader.customer(nudge.customer_id)
    quotes = _meanwhile(reader, nudge, customer) if customer else ()
    return Card(
        title=_title(reader, nudge, delivery),
        text=text_of(reader, nudge, customer),
        fields=_fields(reader, nudge, customer, delivery),
        quotes=quotes,
        footer=" ".join(_remarks(reader, nudge, delivery, customer if quotes else None, config)),
        buttons=buttons(reader, nudge, customer),
    )


def text_of(reader: Reader, nudge: Nudge, customer: Customer | None) -> str:
    return nudge.text or reader.say(phrases.NO_TEXT, name=customer.name if customer else f"#{nudge.customer_id}")


def line_of(reader: Reader, nudge: Nudge) -> str:
    """One line that says what it is about."""
    customer = reader.customer(nudge.customer_id)
    shown = reader.say(phrases.OF_CUSTOMER, name=customer.name) if customer and nudge.text else ""
    text = text_of(reader, nudge, customer)
    return reader.say(phrases.NUDGE_LINE, id=nudge.id, when=reader.when(nudge.due_at), text=text, customer=shown)


def buttons(reader: Reader, nudge: Nudge, customer: Customer | None) -> tuple[Button, ...]:
    """Done, in an hour, tomorrow, and the customer."""
    say, id_ = reader.say, nudge.id
    own = (
        Button(say(phrases.DONE), say(phrases.DONE_COMMAND, id=id_), ButtonStyle.PRIMARY),
        Button(say(phrases.IN_AN_HOUR), say(phrases.IN_AN_HOUR_COMMAND, id=id_)),
        Button(say(phrases.TOMORROW), say(phrases.TOMORROW_COMMAND, id=id_)),
    )
    if customer is None:
        return own
    return (*own, Button(say(phrases.OPEN), say(phrases.OPEN_COMMAND, id=customer.id)))


def _title(reader: Reader, nudge: Nudge, delivery: Delivery) -> str:
    title = reader.say(phrases.NUDGE, id=nudge.id)
    late = deliveries.lateness(delivery.due_at, reader.now)
    if late is None:
        return title
    return f"{title} · {reader.say(phrases.LATE, span=moments.span(late, reader.viewer.language))}"


def _fields(reader: Reader, nudge: Nudge, customer: Customer | None, delivery: Delivery) -> tuple[Field, ...]:
    found = [Field(reader.say(phrases.WHEN), reader.when(delivery.due_at))]
    if customer is not None:
        found.insert(0, Field(reader.say(phrases.CUSTOMER), customer.name))
    author = reader.session.get(Staff, nudge.created_by_id) if nudge.created_by_id is not None else None
    if author is not None and author.id != nudge.staff_id:
        found.append(Field(reader.say(phrases.FROM), author.name))
    return tuple(found)


def _remarks(reader: Reader, nudge: Nudge, delivery: Delivery, writer: Customer | None, config: Config) -> list[str]:
    remarks = []
    if writer is not None:
        remarks.append(reader.say(phrases.MEANWHILE, name=writer.name))
    missed = occurrences.missed(nudge, delivery, now=reader.now, country=config.bot.country)
    if missed:
        remarks.append(reader.say(phrases.MISSED, count=missed))
    if nudge.snoozes > 1:
        remarks.append(reader.say(phrases.SNOOZED, count=nudge.snoozes))
    return remarks


def _meanwhile(reader: Reader, nudge: Nudge, customer: Customer) -> tuple[Quote, ...]:
    """What the customer wrote after the nudge was made and after it was said last; the newest at the end."""
    since = max(nudge.created_at, nudge.delivered_at or nudge.created_at)
    messages = reader.session.exec(
        select(Message)
        .where(
            col(Message.customer_id).in_(family(reader.session, customer.id)),
            col(Message.sender_staff_id).is_(None),
            Message.sender_kind != SenderKind.BOT,
            col(Message.deleted_at).is_(None),
            col(Message.sent_at) > since,
            col(Message.sent_at) <= reader.now,
        )
        .order_by(col(Message.sent_at).desc(), col(Message.id).desc())
        .limit(_QUOTES)
    ).all()
    return tuple(_quote(reader, message) for message in reversed(messages))


def _quote(reader: Reader, message: Message) -> Quote:
    return Quote(message.sender_name, reader.when(message.sent_at), shortened(message.text, _LONGEST_QUOTE))
