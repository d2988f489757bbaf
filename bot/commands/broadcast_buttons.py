"""The buttons under what 群发/broadcast shows."""

from collections.abc import Callable

from bot.commands.command import Turn
from bot.language.phrases import broadcast as phrases
from bot.language.phrases import broadcast_files as files
from crm_core.chat import Button, ButtonStyle
from crm_core.outreach import approvals
from crm_core.outreach.tables import Broadcast, BroadcastState


def offered(turn: Turn, broadcast: Broadcast) -> tuple[Button, ...]:
    """What can be done about it in its state; about one that waits for approval, by whoever may decide."""
    waits = broadcast.state is BroadcastState.APPROVAL
    decides = waits and approvals.may_decide(turn.session, broadcast, viewer=turn.viewer)
    return tuple(button(turn, broadcast) for button in (_DECIDING if decides else _OFFERED.get(broadcast.state, ())))


def test(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.TEST), turn.say(phrases.TEST_COMMAND, id=broadcast.id))


def detach(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(files.DETACH), turn.say(files.DETACH_COMMAND, id=broadcast.id))


def approve(turn: Turn, broadcast: Broadcast) -> Button:
    command = turn.say(phrases.APPROVE_COMMAND, id=broadcast.id)
    return Button(turn.say(phrases.APPROVE), command, ButtonStyle.PRIMARY)


def refuse(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.REFUSE), turn.say(phrases.REFUSE_COMMAND, id=broadcast.id), ButtonStyle.DANGER)


def progress(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.PROGRESS), turn.say(phrases.PROGRESS_COMMAND, id=broadcast.id))


def pause(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.PAUSE), turn.say(phrases.PAUSE_COMMAND, id=broadcast.id))


def resume(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.RESUME), turn.say(phrases.RESUME_COMMAND, id=broadcast.id), ButtonStyle.PRIMARY)


def cancel(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.CANCEL), turn.say(phrases.CANCEL_COMMAND, id=broadcast.id), ButtonStyle.DANGER)


def resend(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.RESEND), turn.say(phrases.RESEND_COMMAND, id=broadcast.id))


_DECIDING = (approve, refuse, test)
_OFFERED: dict[BroadcastState, tuple[Callable[[Turn, Broadcast], Button], ...]] = {
    BroadcastState.APPROVAL: (cancel,),
    BroadcastState.SCHEDULED: (pause, cancel),
    BroadcastState.RUNNING: (progress, pause, cancel),
    BroadcastState.PAUSED: (resume, cancel),
}
