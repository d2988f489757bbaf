"""The daily digest, composed when it goes out: what changed since it was planned is in it."""

from datetime import date

from bot.config import Config
from bot.language.phrases import outreach as phrases
from bot.outreach.messages import nudge as nudge_message
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.outreach import deliveries, digest
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.digest import Digest
from crm_core.outreach.tables import Delivery

_WEEKDAYS_ZH = "一二三四五六日"


def compose(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    found = digest.of(reader.session, viewer=reader.viewer, now=reader.now, silent_days=config.bot.silent_days)
    if delivery.body.get("day") != found.day.isoformat():
        return deliveries.skip("digest_outdated")
    if found.is_empty:
        return deliveries.skip("nothing_to_say")
    return Card(
        title=reader.say(phrases.DIGEST, name=reader.viewer.name, day=day_of(reader, found.day)),
        items=_items(reader, found, config),
        buttons=(Button(reader.say(phrases.TODO), reader.say(phrases.TODO_COMMAND), ButtonStyle.PRIMARY),),
    )


def _items(reader: Reader, found: Digest, config: Config) -> tuple[str, ...]:
    days = config.bot.silent_days
    birthdays = [
        reader.say(phrases.BIRTHDAY_LINE, day=day_of(reader, each.day), name=each.customer.name)
        for each in found.birthdays
    ]
    silent = [f"#{customer.id} {customer.name}" for customer in found.without_next_step]
    sections = (
        (phrases.OVERDUE, [nudge_message.line_of(reader, nudge) for nudge in found.overdue]),
        (phrases.TODAY, [nudge_message.line_of(reader, nudge) for nudge in found.today]),
        (phrases.BIRTHDAYS, birthdays),
        (phrases.SILENT, silent),
    )
    return tuple(
        line
        for head, lines in sections
        if lines
        for line in (reader.say(head, count=len(lines), days=days), *(f"  {line}" for line in lines))
    )


def day_of(reader: Reader, day: date) -> str:
    """A day with its weekday, in the language of the reader."""
    chinese = reader.viewer.language == "zh"
    return reader.say(
        phrases.DAY,
        month=day.month if chinese else f"{day:%b}",
        number=day.day,
        weekday=_WEEKDAYS_ZH[day.weekday()] if chinese else f"{day:%a}",
    )
