"""Who of a broadcast is in a state: 群发 12 失败, broadcast 12 replied."""

from bot.commands import broadcast_progress
from bot.commands.command import Reply, Turn
from bot.language import moments
from bot.language.phrases import broadcast as phrases
from crm_core.chat import Button, Card
from crm_core.outreach import recipients
from crm_core.outreach.recipients import Recipient
from crm_core.outreach.tables import Broadcast, DeliveryState

#: So many are shown at once.
PAGE = 20

_STATES: dict[str, tuple[DeliveryState, ...]] = {
    "failed": (DeliveryState.DEAD,),
    "sent": (DeliveryState.SENT,),
    "waiting": (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.WAITING),
    "skipped": (DeliveryState.SKIPPED, DeliveryState.CANCELLED),
    "replied": (),
}
_WORDS = {
    **{word: word for word in _STATES},
    "失败": "failed",
    "已发": "sent",
    "送达": "sent",
    "delivered": "sent",
    "待发": "waiting",
    "open": "waiting",
    "跳过": "skipped",
    "取消": "skipped",
    "cancelled": "skipped",
    "回复": "replied",
    "已回复": "replied",
    "replies": "replied",
}


def is_kind(word: str) -> bool:
    return word.lower() in _WORDS


def shown(turn: Turn, broadcast: Broadcast, word: str, *, after: int) -> Reply:
    """A page of them, from the delivery after this one on."""
    kind = _WORDS[word.lower()]
    found = recipients.listed(
        turn.session,
        broadcast.id,
        viewer=turn.viewer,
        states=_STATES[kind],
        replied=broadcast_progress.within(turn) if kind == "replied" else None,
        after=after,
        limit=PAGE + 1,
    )
    title = turn.say(phrases.LISTED[kind], id=broadcast.id)
    if not found:
        return Reply(Card(title=title, text=turn.say(phrases.NOBODY_LISTED)))
    page = found[:PAGE]
    more = f"{turn.say(phrases.PROGRESS_COMMAND, id=broadcast.id)} {word} >{page[-1].delivery_id}"
    buttons = (Button(turn.say(phrases.NEXT_PAGE), more),) if len(found) > PAGE else ()
    card = Card(title=title, items=tuple(_line(turn, one) for one in page), buttons=buttons)
    return Reply(card, shown=tuple(one.customer_id for one in page))


def _line(turn: Turn, one: Recipient) -> str:
    said = broadcast_progress.problem(turn, one.problem)
    if one.sent_at is not None:
        said = moments.short(one.sent_at, now=turn.now, zone=turn.zone, language=turn.language)
    return turn.say(phrases.RECIPIENT, name=one.name, id=one.customer_id, said=f" · {said}" if said else "")
