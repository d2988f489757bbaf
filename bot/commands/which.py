"""Which to-do is meant: "2" of the list just shown, "#41", a customer's name, a word of its text, or nothing at all."""

import re
from collections.abc import Mapping, Sequence

from bot.commands.command import Detour, Reply, Turn
from bot.language import moments
from bot.language.phrase import Phrase
from bot.language.phrases import todo as phrases
from crm_core.chat import Button, Card
from crm_core.conversations import prompts
from crm_core.conversations.prompts import Listed
from crm_core.customers.mentions import mentioned
from crm_core.customers.tables import Customer
from crm_core.outreach import nudges
from crm_core.outreach.tables import Nudge
from crm_core.people.viewer import Viewer

#: How many open to-dos of one person are looked through.
OPEN = 200

_ID = re.compile(r"#\s*(\d{1,18})")
_POSITION = re.compile(r"第?\s*(\d{1,4})\s*[项条个.、]?")


def which(turn: Turn, text: str, then: Phrase) -> Nudge:
    """The one to-do the text means; `Detour` asks when it could be several. `then`: the command of each, by `{id}`."""
    text = text.strip()
    if not text:
        return _last_said(turn, then)
    if (by_id := _ID.fullmatch(text)) is not None:
        return nudges.get(turn.session, int(by_id[1]), viewer=turn.viewer)
    if (position := _POSITION.fullmatch(text)) is not None:
        return _at(turn, int(position[1]), then)
    return _about(turn, text, then)


def numbers(turn: Turn) -> Mapping[str, int]:
    """What the numbers stand for: the list of to-dos shown last in this room, whatever was said since; else the
    viewer's own. A command that closes one of them hands them on with its reply, so that the same number never means
    another one the next time."""
    return remembered(turn) or numbered(mine(turn))


def remembered(turn: Turn) -> Mapping[str, int]:
    """What was shown under each number last, if that was a short while ago."""
    listed = _listed(turn)
    return listed.numbers if listed is not None and listed.fresh else {}


def _listed(turn: Turn) -> Listed | None:
    return prompts.listed(turn.session, turn.room.id, turn.platform_user_id, turn.now)


def numbered(found: Sequence[Nudge], start: int = 1) -> dict[str, int]:
    """Each number of a list, and its to-do."""
    return {str(number): one.id for number, one in enumerate(found, start)}


def openers(turn: Turn, todos: Mapping[str, int]) -> dict[str, str]:
    """For each number of a list the command that shows its to-do."""
    return {number: turn.say(phrases.SHOW_COMMAND, id=id_) for number, id_ in todos.items()}


def mine(turn: Turn) -> list[Nudge]:
    """The viewer's own open to-dos, the earliest due first."""
    return nudges.open_of(turn.session, viewer=turn.viewer, staff_id=turn.viewer.staff_id, limit=OPEN)


def about(turn: Turn, nudge: Nudge) -> str:
    """The customer of a to-do in brackets, unless its text names them or the viewer may not see them."""
    customer = customer_of(turn, nudge)
    named = customer is None or customer.name.lower() in nudge.text.lower()
    return "" if named or customer is None else turn.say(phrases.ITEM_CUSTOMER, name=customer.name)


def customer_of(turn: Turn, nudge: Nudge) -> Customer | None:
    """The customer of a to-do, through merges, if the viewer may see them."""
    customer = None if nudge.customer_id is None else turn.session.get(Customer, nudge.customer_id)
    while customer is not None and customer.merged_into_id is not None:
        customer = turn.session.get(Customer, customer.merged_into_id)
    return customer if customer is not None and _sees(turn.viewer, customer) else None


def _sees(viewer: Viewer, customer: Customer) -> bool:
    return viewer.sees(customer.owner_id)


def _last_said(turn: Turn, then: Phrase) -> Nudge:
    """The to-do that rang last; without one, the only one there is."""
    everything = mine(turn)
    said = [nudge for nudge in everything if nudge.delivered_at is not None and nudge.delivered_at >= nudge.due_at]
    if said:
        return max(said, key=lambda nudge: nudge.delivered_at or nudge.due_at)
    return _one(turn, everything, then, otherwise=turn.refusal(phrases.NOTHING_OPEN))


def _at(turn: Turn, number: int, then: Phrase) -> Nudge:
    """The to-do of this number. Of a list from long ago nobody knows the numbers: the open ones are shown to choose
    from."""
    listed = _listed(turn)
    if listed is not None and not listed.fresh:
        found = mine(turn)
        raise Detour(_choice(turn, found[:9], then)) if found else turn.refusal(phrases.NOTHING_OPEN)
    meant = numbers(turn).get(str(number))
    if meant is None:
        raise turn.refusal(phrases.NO_SUCH_NUMBER, number=number)
    return nudges.get(turn.session, meant, viewer=turn.viewer)


def _about(turn: Turn, text: str, then: Phrase) -> Nudge:
    customers = [one.id for mention in mentioned(turn.session, text, viewer=turn.viewer) for one in mention.customers]
    about = [nudge for nudge in mine(turn) if nudge.customer_id in customers]
    about = about or [
        nudge
        for customer_id in customers
        for nudge in nudges.open_of(turn.session, viewer=turn.viewer, customer_id=customer_id, limit=OPEN)
    ]
    found = about or [nudge for nudge in mine(turn) if text.lower() in nudge.text.lower()]
    return _one(turn, found, then, otherwise=turn.refusal(phrases.NO_MATCH, text=text[:40]))


def _one(turn: Turn, found: Sequence[Nudge], then: Phrase, *, otherwise: Detour) -> Nudge:
    if not found:
        raise otherwise
    if len(found) == 1:
        return found[0]
    raise Detour(_choice(turn, found[:9], then))


def _choice(turn: Turn, found: Sequence[Nudge], then: Phrase) -> Reply:
    commands = {str(number): turn.say(then, id=nudge.id) for number, nudge in enumerate(found, start=1)}
    items = tuple(
        turn.say(
            phrases.WHICH_ITEM,
            number=number,
            when=moments.short(nudge.due_at, now=turn.now, zone=turn.zone, language=turn.language),
            text=nudge.text,
            customer=about(turn, nudge),
        )
        for number, nudge in enumerate(found, start=1)
    )
    buttons = tuple(Button(number, command) for number, command in list(commands.items())[:5])
    card = Card(text=turn.say(phrases.WHICH), items=items, buttons=buttons)
    return Reply(card, answers=commands, todos=numbered(found), shown=shown(found), beyond=beyond(found))


def beyond(found: Sequence[Nudge]) -> bool:
    """Whether some of these to-dos are about no customer."""
    return any(nudge.customer_id is None for nudge in found)


def shown(found: Sequence[Nudge]) -> tuple[int, ...]:
    """The customers these to-dos are about."""
    return tuple({nudge.customer_id for nudge in found if nudge.customer_id is not None})
