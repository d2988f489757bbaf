"""What administrators are told of backups: one failed, or there was none for too long."""

from bot.language.phrases import backup as phrases
from bot.outreach.messages.reader import Reader
from crm_core.chat import Card
from crm_core.outreach.tables import Delivery


def failed(reader: Reader, delivery: Delivery) -> Card:
    problem = delivery.body["problem"]
    return Card(title=reader.say(phrases.FAILED), text=reader.say(phrases.FAILED_TEXT, problem=problem))


def overdue(reader: Reader, _delivery: Delivery) -> Card:
    return Card(title=reader.say(phrases.OVERDUE), text=reader.say(phrases.OVERDUE_TEXT))
