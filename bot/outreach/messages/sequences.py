"""What staff are told of sequences: to be approved, and what became of the request."""

from collections.abc import Callable

from bot.commands import aside, sequence_approval
from bot.config import Config
from bot.language.phrase import Phrase
from bot.language.phrases import sequence as sequence_phrases
from bot.language.phrases import sequence_approval as phrases
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, Card
from crm_core.errors import CrmError
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.sequences import agreement, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion
from crm_core.outreach.tables import Delivery

_Told = Callable[[Reader, Delivery, Config], Card | Verdict]


def to_approve(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    """Somebody else's sequence, to be approved or refused; none where its author may not any more, or the segment is
    not there any more."""
    sequence = reader.session.get(Sequence, delivery.body["sequence_id"])
    version = None if sequence is None else agreement.waiting(reader.session, sequence)
    if sequence is None or version is None or version.number != delivery.body["version"]:
        return deliveries.cancel("sequence_moved")
    if not agreement.may_decide(reader.session, sequence, reader.viewer):
        return deliveries.cancel("sequence_moved")
    turn = aside.turn(reader, delivery, config)
    try:
        author = agreement.author(reader.session, version, config.bot.timezone)
        seen = sequence_approval.preview(turn, sequence, version, author)
    except CrmError:
        return deliveries.cancel("sequence_moved")
    reader.shown.extend(seen.shown)
    return sequence_approval.to_approve(turn, sequence, version, author, seen)


def _settled(said: Phrase, holds: Callable[[Sequence, SequenceVersion], bool]) -> _Told:
    """What became of a request, unless that was undone meanwhile."""

    def told(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
        body = delivery.body
        sequence = reader.session.get(Sequence, body["sequence_id"])
        version = None if sequence is None else sequences.numbered(reader.session, sequence, body["version"])
        if sequence is None or version is None or not holds(sequence, version):
            return deliveries.cancel("sequence_moved")
        look = Button(reader.say(phrases.LOOK), reader.say(sequence_phrases.SHOW_COMMAND, id=sequence.id))
        state = reader.say(sequence_phrases.STATES[sequence.state])
        text = reader.say(said, by=body["by"], name=sequence.name, version=version.number, state=state)
        return Card(text=text, buttons=(look,))

    return told


def _is_in_force(sequence: Sequence, version: SequenceVersion) -> bool:
    return sequence.version == version.number


def _is_refused(_sequence: Sequence, version: SequenceVersion) -> bool:
    return version.refused_by_id is not None


def _is_withdrawn(_sequence: Sequence, version: SequenceVersion) -> bool:
    return version.asked_at is None


approved = _settled(phrases.WAS_APPROVED, _is_in_force)
taken_over = _settled(phrases.TAKEN_OVER, _is_in_force)
refused = _settled(phrases.WAS_REFUSED, _is_refused)
withdrawn = _settled(phrases.WAS_WITHDRAWN, _is_withdrawn)
