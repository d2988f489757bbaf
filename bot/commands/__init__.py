"""One file per command family; `COMMANDS` is all there is, in the order of the help."""

from bot.commands import (
    ask,
    assign,
    audit,
    broadcast,
    closing,
    digest,
    fields,
    find,
    history,
    identities,
    links,
    log,
    merge,
    notes,
    outgoing,
    record,
    recording,
    remind,
    reply,
    segments,
    sequence,
    settings,
    share,
    staff,
    stale,
    status,
    tags,
    todo,
    undelivered,
    undo,
    ways,
    when,
)
from bot.commands import help as help_
from bot.commands.command import Command
from bot.commands.find import BARE

__all__ = ["BARE", "BY_NAME", "COMMANDS", "WORDS"]

COMMANDS: tuple[Command, ...] = (
    *find.COMMANDS,
    *record.COMMANDS,
    *notes.COMMANDS,
    *reply.COMMANDS,
    *history.COMMANDS,
    *tags.COMMANDS,
    *segments.COMMANDS,
    *remind.COMMANDS,
    *todo.COMMANDS,
    *closing.COMMANDS,
    *digest.COMMANDS,
    *assign.COMMANDS,
    *merge.COMMANDS,
    *broadcast.COMMANDS,
    *undelivered.COMMANDS,
    *outgoing.COMMANDS,
    *sequence.COMMANDS,
    *ways.COMMANDS,
    *undo.COMMANDS,
    *ask.COMMANDS,
    *links.COMMANDS,
    *log.COMMANDS,
    *share.COMMANDS,
    *stale.COMMANDS,
    *identities.COMMANDS,
    *when.COMMANDS,
    *settings.COMMANDS,
    *staff.COMMANDS,
    *fields.COMMANDS,
    *audit.COMMANDS,
    *recording.COMMANDS,
    *status.COMMANDS,
    *help_.COMMANDS,
)

#: Every word that calls a command → the command's name.
WORDS: dict[str, str] = {word: command.name for command in COMMANDS for word in command.words}

BY_NAME: dict[str, Command] = {command.name: command for command in (*COMMANDS, BARE)}
