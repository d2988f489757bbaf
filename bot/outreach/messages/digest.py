"""The daily digest, composed when it goes out: what changed since it was planned is in it."""

from collections.abc import Iterator
from datetime import date

from bot.config import Config
from bot.language import moments
from bot.language.phrase import Phrase
from bot.language.phrases import digest as words
from bot.language.phrases import outreach as phrases
from bot.outreach.company import digest_settings
from bot.outreach.messages import nudge as nudge_message
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.customers.tables import Customer
from crm_core.outreach import deliveries, digest
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.digest import Digest, Member
from crm_core.outreach.digest_parts import Waiting
from crm_core.outreach.tables import Delivery
from crm_core.text.tidying import shortened

_WEEKDAYS_ZH = "一二三四五六日"
_LONGEST_QUOTE = 40
#: Of each kind so many have a button of their own; the others are reached by their number, or on their list.
_MOST_BUTTONS = 3


def compose(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    found = digest.of(reader.session, viewer=reader.viewer, now=reader.now, settings=digest_settings(config))
    if delivery.body.get("day") != found.day.isoformat():
        return deliveries.skip("digest_outdated")
    if found.is_empty:
        return deliveries.skip("nothing_to_say")
    return card(reader, found, config)


def card(reader: Reader, found: Digest, config: Config) -> Card:
    """What there is to say."""
    names_customers = found.unanswered or found.lost or found.birthdays or found.without_next_step
    return Card(
        title=reader.say(phrases.DIGEST, name=reader.viewer.name, day=day_of(reader, found.day)),
        items=_items(reader, found, config),
        buttons=tuple(_buttons(reader, found)),
        footer=reader.say(words.FOOTER) if names_customers else "",
    )


def _items(reader: Reader, found: Digest, config: Config) -> tuple[str, ...]:
    hours = f"{config.bot.promised_hours:g}"
    birthdays = [
        reader.say(words.BIRTHDAY_LINE, day=day_of(reader, each.day), name=each.customer.name, id=each.customer.id)
        for each in found.birthdays
    ]
    sections: tuple[tuple[Phrase, list[str]], ...] = (
        (phrases.OVERDUE, [nudge_message.line_of(reader, nudge) for nudge in found.overdue]),
        (phrases.TODAY, [nudge_message.line_of(reader, nudge) for nudge in found.today]),
        (words.UNANSWERED, [_waiting(reader, each) for each in found.unanswered]),
        (words.LOST, [_customer(reader, customer) for customer in found.lost]),
        (phrases.BIRTHDAYS, birthdays),
        (phrases.SILENT, [_customer(reader, customer) for customer in found.without_next_step]),
        (words.TEAM, [_member(reader, member) for member in found.team]),
    )
    return tuple(
        line
        for head, lines in sections
        if lines
        for line in (
            reader.say(head, count=len(lines), days=config.bot.silent_days, hours=hours),
            *(f"  {line}" for line in lines),
        )
    )


def _waiting(reader: Reader, each: Waiting) -> str:
    ago = moments.distance(each.since, now=reader.now, language=reader.viewer.language)
    text = shortened(each.text, _LONGEST_QUOTE)
    return reader.say(words.UNANSWERED_LINE, name=each.customer.name, id=each.customer.id, text=text, when=ago)


def _customer(reader: Reader, customer: Customer) -> str:
    return reader.say(words.CUSTOMER_LINE, name=customer.name, id=customer.id)


def _member(reader: Reader, member: Member) -> str:
    counts = (
        (words.OVERDUE, member.overdue),
        (words.TODAY, member.today),
        (words.WAITING, member.unanswered),
        (words.GONE, member.lost),
        (words.SILENT, member.without_next_step),
    )
    shown = [reader.say(word, count=_at_most(count)) for word, count in counts if count]
    between = "，" if reader.viewer.language == "zh" else ", "
    return reader.say(words.TEAM_LINE, name=member.staff.name, counts=between.join(shown))


def _at_most(count: int) -> str:
    return f"{count}+" if count == digest.MOST else str(count)


def _buttons(reader: Reader, found: Digest) -> Iterator[Button]:
    """The to-dos, then whatever cannot wait: who waits for an answer, who is lost, what is overdue; then the lists."""
    say = reader.say
    yield Button(say(phrases.TODO), say(phrases.TODO_COMMAND), ButtonStyle.PRIMARY)
    urgent = [each.customer for each in found.unanswered[:_MOST_BUTTONS]]
    lost = [customer for customer in found.lost[:_MOST_BUTTONS] if customer not in urgent]
    for customer in (*urgent, *lost):
        yield Button(customer.name, say(phrases.OPEN_COMMAND, id=customer.id))
    for nudge in found.overdue[:_MOST_BUTTONS]:
        yield Button(say(phrases.DONE_OF, id=nudge.id), say(phrases.DONE_COMMAND, id=nudge.id))
    if found.without_next_step:
        yield Button(say(words.NO_STEP), say(words.NO_STEP_COMMAND))
    for member in found.team[:_MOST_BUTTONS]:
        yield Button(say(words.OF, name=member.staff.name), say(words.OF_COMMAND, name=member.staff.name))


def day_of(reader: Reader, day: date) -> str:
    """A day with its weekday, in the language of the reader."""
    chinese = reader.viewer.language == "zh"
    return reader.say(
        phrases.DAY,
        month=day.month if chinese else f"{day:%b}",
        number=day.day,
        weekday=_WEEKDAYS_ZH[day.weekday()] if chinese else f"{day:%a}",
    )
