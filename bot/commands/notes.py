"""记/note: what staff write down about a customer."""

from bot import cards
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.naming import begins_with_pronoun, named
from bot.language.phrases import notes as phrases
from crm_core.chat import Card
from crm_core.conversations import notes
from crm_core.people.viewer import Right

#: How much of a note its echo repeats, in characters.
ECHOED = 200


def run_note(turn: Turn, rest: str) -> Reply:
    """Write a note on a customer; asks for the text when only the name is there."""
    meant = named(turn, turn.say(phrases.WORD), rest, glued=True, nameless=lambda _text: True)
    customer = meant.customer
    if not meant.rest:
        question = Card(text=turn.say(phrases.WHAT, name=customer.name))
        raise Detour(Reply(question, {"*": turn.say(phrases.COMMAND, id=customer.id)}, customer.id))
    text = rest if begins_with_pronoun(rest) and ":" not in rest and "：" not in rest else meant.rest
    notes.add(turn.session, customer, text, viewer=turn.viewer, now=turn.now)
    said = turn.say(phrases.NOTED, name=customer.name, text=cards.shortened(text, ECHOED))
    card = Card(text=said, buttons=(cards.open_button(turn, customer.id),))
    return Reply(card, subject_id=customer.id)


COMMANDS = (
    Command(
        name="note",
        words=("记", "note", "记一下", "记录", "备注", "记下", "write"),
        right=Right.WRITE,
        writes=True,
        run=run_note,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
