"""What administrators are told of the archive of conversations: while there is time, or that it is lost."""

from datetime import datetime

from bot.language.phrases import archive as phrases
from bot.outreach.messages.reader import Reader
from crm_core.chat import Card
from crm_core.outreach.tables import Delivery


def behind(reader: Reader, delivery: Delivery) -> Card:
    told = delivery.body
    return Card(
        title=reader.say(phrases.BEHIND),
        text=reader.say(phrases.BEHIND_TEXT, hours=told["hours_behind"], days=told["days_left"]),
    )


def lost(reader: Reader, delivery: Delivery) -> Card:
    since = reader.when(datetime.fromisoformat(delivery.body["since"]))
    return Card(title=reader.say(phrases.LOST), text=reader.say(phrases.LOST_TEXT, since=since))


def key(reader: Reader, delivery: Delivery) -> Card:
    version = delivery.body["version"]
    return Card(title=reader.say(phrases.KEY, version=version), text=reader.say(phrases.KEY_TEXT, version=version))
