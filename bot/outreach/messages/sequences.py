"""What staff are told of sequences: to be approved, decided about."""

from bot.commands import aside, sequence_approval
from bot.config import Config
from bot.language.phrase import Phrase
from bot.language.phrases import sequence as sequence_phrases
from bot.language.phrases import sequence_approval as phrases
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, Card
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.sequences import agreement
from crm_core.outreach.sequences.tables import Sequence
from crm_core.outreach.tables import Delivery


def to_approve(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    """Somebody else's sequence, to be approved or refused."""
    sequence = reader.session.get(Sequence, delivery.body["sequence_id"])
    version = None if sequence is None else agreement.waiting(reader.session, sequence)
    if sequence is None or version is None or version.number != delivery.body["version"]:
        return deliveries.cancel("sequence_moved")
    author = agreement.author(reader.session, version, config.bot.timezone)
    return sequence_approval.to_approve(aside.turn(reader, delivery, config), sequence, version, author)


def approved(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
    return _decided(reader, delivery, phrases.WAS_APPROVED)


def refused(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
    return _decided(reader, delivery, phrases.WAS_REFUSED)


def _decided(reader: Reader, delivery: Delivery, said: Phrase) -> Card | Verdict:
    told = delivery.body
    sequence = reader.session.get(Sequence, told["sequence_id"])
    if sequence is None:
        return deliveries.cancel("sequence_moved")
    look = Button(reader.say(phrases.LOOK), reader.say(sequence_phrases.SHOW_COMMAND, id=sequence.id))
    return Card(text=reader.say(said, by=told["by"], name=sequence.name, version=told["version"]), buttons=(look,))
