"""回复客服/reply: an answer to a customer who wrote to the company's account."""

from bot import answer_window, cards
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.naming import named
from bot.language.phrases import reply as phrases
from crm_core.chat import Card
from crm_core.outreach import answers
from crm_core.people.viewer import Right

#: How much of an answer its echo repeats, in characters.
ECHOED = 200


def run_reply(turn: Turn, rest: str) -> Reply:
    """Answer a customer; asks for the text when only the name is there, and says what is left."""
    meant = named(turn, turn.say(phrases.WORD), rest, glued=True, nameless=lambda _text: True)
    customer = meant.customer
    if not meant.rest:
        left = answer_window.left(turn, answers.window(turn.session, customer.id))
        question = Card(text=turn.say(phrases.WHAT, name=customer.name, left=left))
        raise Detour(Reply(question, {"*": turn.say(phrases.COMMAND, id=customer.id)}, customer.id))
    window = answers.write(turn.session, customer, meant.rest, asked_on=turn.platform, viewer=turn.viewer, now=turn.now)
    said = turn.say(phrases.SENDING, name=customer.name, text=cards.shortened(meant.rest, ECHOED))
    card = Card(text=said, footer=answer_window.left(turn, window), buttons=(cards.open_button(turn, customer.id),))
    return Reply(card, subject_id=customer.id)


COMMANDS = (
    Command(
        name="reply",
        words=("回复客服", "reply", "客服回复", "答复客户"),
        right=Right.WRITE,
        writes=True,
        run=run_reply,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
