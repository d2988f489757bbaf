"""问/ask: one field of a customer in one line."""

from collections.abc import Callable, Mapping

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.commands.fieldwords import field_of, label_of
from bot.commands.find import card_of
from bot.commands.naming import named
from bot.language.phrases import cards as labels
from bot.language.phrases import find as phrases
from crm_core.chat import Card
from crm_core.customers import stages, summary
from crm_core.customers.summary import Summary
from crm_core.errors import Invalid
from crm_core.people.viewer import Right

#: Field → how it is answered, masked as on the card.
_ANSWERS: Mapping[str, Callable[[Turn, Summary], str]] = {
    "name": lambda _, known: known.name,
    "kind": lambda turn, known: stages.kind_word(known.kind, turn.language),
    "company": lambda _, known: known.company,
    "position": lambda _, known: known.position,
    "owner": lambda turn, known: known.owner_name or turn.say(labels.POOL),
    "stage": lambda turn, known: cards.stage_of(turn, known.stage),
    "tier": lambda _, known: known.tier or "",
    "tags": lambda turn, known: cards.listed(turn, known.tags),
    "phone": lambda turn, known: cards.listed(turn, known.phones),
    "email": lambda turn, known: cards.listed(turn, known.emails),
    "address": lambda turn, known: cards.listed(turn, known.addresses),
    "birthday": lambda _, known: known.birthday,
    "source": lambda _, known: known.source,
    "timezone": lambda _, known: known.timezone,
    "language": lambda _, known: known.language,
    "opted_out": lambda turn, known: cards.yes_or_no(turn, "yes" if known.opted_out else "no"),
    "last_contact": cards.last_contact,
    "next_nudge": cards.next_nudge,
    "note": cards.last_note,
}


def run_ask(turn: Turn, rest: str) -> Reply:
    """Answer one field, shown as the viewer may see it; without a field, the card."""
    meant = named(turn, turn.say(phrases.ASK_WORD), rest, nameless=lambda text: field_of(turn, text) is not None)
    if not meant.rest:
        return card_of(turn, meant.customer)
    field = field_of(turn, meant.rest)
    if field is None:
        raise Invalid("field_unknown", field=cards.shortened(meant.rest, 40))
    known = summary.of(turn.session, meant.customer, viewer=turn.viewer, now=turn.now)
    value = _ANSWERS[field](turn, known) if field in _ANSWERS else _custom(turn, known, field)
    phrase = phrases.ANSWER if value else phrases.NO_ANSWER
    text = turn.say(phrase, name=known.name, label=label_of(turn, field), value=value)
    return Reply(Card(text=text, buttons=(cards.open_button(turn, known.id),)), subject_id=known.id)


def _custom(turn: Turn, known: Summary, field: str) -> str:
    return next((cards.yes_or_no(turn, each.value) for each in known.custom if each.key == field), "")


COMMANDS = (
    Command(
        name="ask",
        words=("问", "ask"),
        right=Right.READ,
        writes=False,
        run=run_ask,
        usage=phrases.ASK_USAGE,
        summary=phrases.ASK_SUMMARY,
    ),
)
