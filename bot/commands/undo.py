"""撤销/undo."""

from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import undo as phrases
from crm_core.chat import Card
from crm_core.people import operations
from crm_core.people.viewer import Right


def run_undo(turn: Turn, _rest: str) -> Reply:
    """Take back the latest operation of this person."""
    operation = operations.latest(turn.session, viewer=turn.viewer, now=turn.now)
    operations.undo(turn.session, operation, viewer=turn.viewer, now=turn.now)
    return Reply(Card(text=turn.say(phrases.UNDONE, command=operation.command)))


COMMANDS = (
    Command(
        name="undo",
        words=("撤销", "undo", "撤消", "撤回"),
        right=Right.READ,
        writes=False,
        run=run_undo,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
