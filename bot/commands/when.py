"""时间/when: how a time is read."""

from bot.commands import timing
from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import remind as phrases
from crm_core.chat import Card
from crm_core.people.viewer import Right


def run_when(turn: Turn, rest: str) -> Reply:
    """The reading of a time in words and in the viewer's zone, and its rule when it repeats."""
    if not rest:
        raise turn.refusal(phrases.ASK_WHEN)
    due = timing.due(turn, rest)
    if due is None:
        raise turn.refusal(phrases.NO_TIME)
    hour = due.at.astimezone(turn.zone).hour
    footer = turn.say(phrases.DATE_ONLY, hour=hour) if due.date_only else ""
    return Reply(Card(text=timing.in_full(turn, due), footer=footer), personal=False)


COMMANDS = (
    Command(
        name="when",
        words=("时间", "when"),
        right=Right.READ,
        writes=False,
        run=run_when,
        usage=phrases.WHEN_USAGE,
        summary=phrases.WHEN_SUMMARY,
    ),
)
