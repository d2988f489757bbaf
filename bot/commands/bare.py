"""A text that calls no command."""

from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import router as phrases
from crm_core.chat import Card
from crm_core.people.viewer import Right


def run_bare(turn: Turn, _text: str) -> Reply:
    return Reply(Card(text=turn.say(phrases.NOT_UNDERSTOOD)), personal=False)


BARE = Command(
    name="bare",
    words=(),
    right=Right.READ,
    writes=False,
    run=run_bare,
    usage=phrases.NOT_UNDERSTOOD,
    summary=phrases.NOT_UNDERSTOOD,
)
