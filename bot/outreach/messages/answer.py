"""That an answer to a customer did not arrive, and why."""

from bot.language.phrases import reply as phrases
from bot.outreach.messages.reader import Reader
from crm_core.chat import Card
from crm_core.outreach import deliveries
from crm_core.outreach.deliveries import Verdict
from crm_core.outreach.tables import Delivery
from crm_core.text.tidying import shortened

_ECHOED = 200


def failed(reader: Reader, delivery: Delivery) -> Card | Verdict:
    answer = reader.session.get(Delivery, delivery.body["delivery_id"])
    customer = reader.customer(answer.customer_id) if answer is not None else None
    if answer is None or customer is None:
        return deliveries.cancel("answer_gone")
    reason = delivery.body["reason"]
    why = phrases.WHY.get(reason, phrases.OTHER)
    return Card(
        title=reader.say(phrases.FAILED, name=customer.name),
        text=reader.say(why, reason=reason),
        items=(shortened(answer.body["text"], _ECHOED),),
    )
