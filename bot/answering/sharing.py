"""Where answers go to the asker alone, the way to show one to the whole room; and why it may not be shown."""

from collections.abc import Iterable
from dataclasses import replace

from bot.answering import audience
from bot.answering.audience import Reader
from bot.commands.command import Command, Reply, Turn
from bot.commands.share import SHAREABLE
from bot.language.phrases import router as phrases
from bot.language.phrases import share as share_phrases
from crm_core.chat import Button, Card


def offered(turn: Turn, reply: Reply, command: str, rest: str) -> Reply:
    """The reply with a button that shares it; as it is when there is nothing to share."""
    if command not in SHAREABLE or not reply.personal or reply.shared:
        return reply
    again = _again(turn, reply, command, rest)
    if not again:
        return reply
    button = Button(
        turn.say(phrases.SHARE_BUTTON),
        turn.say(phrases.SHARE_COMMAND, command=again),
        confirm=turn.say(phrases.SHARE_CONFIRM),
    )
    return replace(reply, card=replace(reply.card, buttons=(*reply.card.buttons, button)))


def refused(turn: Turn, readers: Iterable[Reader]) -> Reply:
    """Why it was not shared."""
    outsiders = audience.outsiders_read(readers)
    return Reply(Card(text=turn.say(share_phrases.OUTSIDERS if outsiders else share_phrases.NOT_ALL)), personal=False)


def _again(turn: Turn, reply: Reply, command: str, rest: str) -> str:
    """The command that gives this answer again, also when the talk has moved on to somebody else."""
    finder = _command(turn, "find")
    if command in {"find", "bare"} and reply.subject_id is not None and finder is not None:
        return f"{finder.word(turn.language)} #{reply.subject_id}"
    found = _command(turn, command)
    return rest if found is None else f"{found.word(turn.language)} {rest}".strip()


def _command(turn: Turn, name: str) -> Command | None:
    return next((command for command in turn.commands if command.name == name), None)
