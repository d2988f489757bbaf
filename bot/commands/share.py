"""分享/share: what was looked up, once more and for the whole room."""

from dataclasses import replace

from bot.commands.command import Command, Reply, Turn
from bot.commands.find import BARE
from bot.language import grammar
from bot.language.phrases import share as phrases
from crm_core.chat import RoomKind
from crm_core.people.viewer import Right

#: What can be shared: it reads, it changes nothing, and what it says is of use to others.
SHAREABLE = frozenset({"find", "ask", "history", "todo", "stale", "bare"})


def run_share(turn: Turn, rest: str) -> Reply:
    """Run a reading command for everybody in the room; whether they may all see it is looked at afterwards."""
    if turn.room.kind is RoomKind.DIRECT:
        raise turn.refusal(phrases.ONLY_IN_GROUPS)
    if not rest:
        raise turn.refusal(phrases.WHAT)
    command, said = _called(turn, rest)
    if command.name not in SHAREABLE:
        raise turn.refusal(phrases.ONLY_READING)
    turn.viewer.require(command.right)
    reply = command.run(turn, said)
    by = turn.say(phrases.SHARED_BY, name=turn.viewer.name)
    footer = " · ".join(part for part in (reply.card.footer, by) if part)
    return replace(reply, card=replace(reply.card, footer=footer), shared=True)


def _called(turn: Turn, text: str) -> tuple[Command, str]:
    commands = {word: command for command in turn.commands for word in command.words}
    intent = grammar.read(text, {word: word for word in commands})
    return (BARE, text) if intent is None else (commands[intent.command], intent.rest)


COMMANDS = (
    Command(
        name="share",
        words=("分享", "share"),
        right=Right.READ,
        writes=False,
        run=run_share,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
