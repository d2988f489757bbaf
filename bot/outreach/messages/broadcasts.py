"""What staff are told of broadcasts: counted, to be approved, decided about, given up, tried on oneself."""

from bot.commands import aside, broadcast_preview
from bot.config import Config
from bot.language.phrases import broadcast as phrases
from bot.language.problems import sentence
from bot.outreach.messages.reader import Reader
from crm_core.chat import Button, Card
from crm_core.customers.families import survivor
from crm_core.errors import CrmError
from crm_core.outreach import approvals, deliveries, previews, texts
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Broadcast, BroadcastState, Delivery
from crm_core.people.tables import Staff


def counted(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    """The preview of a large one, once it is known to how many it would go."""
    broadcast = _of(reader, delivery, BroadcastState.DRAFT)
    if broadcast is None:
        return deliveries.cancel("broadcast_moved")
    turn = aside.turn(reader, delivery, config)
    reply = broadcast_preview.shown(turn, broadcast, previews.counted(reader.session, broadcast))
    reader.shown.extend(reply.shown)
    return reply.card


def to_approve(reader: Reader, delivery: Delivery, config: Config) -> Card | Verdict:
    """Somebody else's broadcast, to be approved or refused; none where its author may not any more, or the segment is
    not there any more."""
    session = reader.session
    broadcast = _of(reader, delivery, BroadcastState.APPROVAL)
    if broadcast is None or not approvals.may_decide(session, broadcast, viewer=reader.viewer):
        return deliveries.cancel("broadcast_moved")
    try:
        author = approvals.author(session, broadcast, config.manners)
        preview = previews.preview(session, broadcast, viewer=author, now=reader.now, manners=config.manners)
    except CrmError:
        return deliveries.cancel("broadcast_moved")
    preview = preview or previews.counted(session, broadcast)
    reader.shown.extend(sample.customer_id for sample in preview.samples)
    return broadcast_preview.to_approve(aside.turn(reader, delivery, config), broadcast, preview, author.name)


def approved(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
    broadcast = reader.session.get_one(Broadcast, delivery.body["broadcast_id"])
    command = reader.say(phrases.PROGRESS_COMMAND, id=broadcast.id)
    state = reader.say(phrases.STATES[broadcast.state])
    text = reader.say(phrases.WAS_APPROVED, id=broadcast.id, by=_decided_by(reader, broadcast), state=state)
    return Card(text=text, buttons=(Button(reader.say(phrases.PROGRESS), command),))


def refused(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
    broadcast = reader.session.get_one(Broadcast, delivery.body["broadcast_id"])
    return Card(text=reader.say(phrases.WAS_REFUSED, id=broadcast.id, by=_decided_by(reader, broadcast)))


def stopped(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
    """It could not be gone on with."""
    error = CrmError(delivery.body["problem"], **delivery.body["details"])
    why = sentence(error, reader.viewer.language)
    return Card(text=reader.say(phrases.STOPPED, id=delivery.body["broadcast_id"], why=why))


def test(reader: Reader, delivery: Delivery, _config: Config) -> Card | Verdict:
    """Nothing but the text, as it arrives."""
    broadcast = reader.session.get_one(Broadcast, delivery.body["broadcast_id"])
    sender = delivery.body.get("sender_id")
    if sender is not None:
        return Card(text=texts.fill_for_all(reader.session, broadcast.text, sender))
    customer = survivor(reader.session, delivery.body["customer_ids"][0])
    return Card(text=texts.fill(reader.session, broadcast.text, customer))


def _of(reader: Reader, delivery: Delivery, state: BroadcastState) -> Broadcast | None:
    broadcast = reader.session.get(Broadcast, delivery.body["broadcast_id"])
    return broadcast if broadcast is not None and broadcast.state is state else None


def _decided_by(reader: Reader, broadcast: Broadcast) -> str:
    person = broadcast.decided_by_id and reader.session.get(Staff, broadcast.decided_by_id)
    return person.name if person else "?"
