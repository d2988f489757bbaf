"""What 群发/broadcast shows of the members of staff who are asked to send it to their own customers."""

from collections.abc import Sequence

from bot import cards
from bot.commands.command import Turn
from bot.language import moments, noun
from bot.language.phrases import broadcast as phrases
from bot.language.phrases import broadcast_tasks as tasks
from crm_core.chat import Button
from crm_core.outreach.tables import Broadcast, DeliveryState, TaskState
from crm_core.outreach.tasks import progress, steering
from crm_core.outreach.tasks.progress import Share

#: How many members a card names.
_MOST = 20

_WAITING = (TaskState.DISPATCHING, TaskState.WAITING)
_NOT_REACHED = (DeliveryState.DEAD, DeliveryState.SKIPPED)


def asked(turn: Turn, shares: Sequence[tuple[str, int]]) -> str:
    """Who will have to send it, and to how many."""
    parts = [turn.say(tasks.ASKED_OF, name=name, count=count) for name, count in shares[:_MOST]]
    if len(shares) > _MOST:
        parts.append(turn.say(tasks.MORE, count=len(shares) - _MOST))
    return cards.listed(turn, parts)


def awaited(turn: Turn, broadcast: Broadcast) -> str:
    """That nothing arrives before they confirm; "" where nobody has to."""
    members = len(progress.shares(turn.session, broadcast.id, viewer=turn.viewer))
    return turn.say(tasks.AWAITED, members=noun.COLLEAGUES.count(turn.language, members)) if members else ""


def look_again(turn: Turn, broadcast: Broadcast) -> None:
    """The platform is asked anew, for whoever looks next."""
    steering.look_again(turn.session, broadcast, now=turn.now)


def lines(turn: Turn, found: Sequence[Share]) -> tuple[str, ...]:
    """One for each member: whether they confirmed, whom it reached, and why not the others."""
    shown = [_line(turn, share) for share in sorted(found, key=_is_done)[:_MOST]]
    if len(found) > _MOST:
        shown.append(turn.say(tasks.MORE, count=len(found) - _MOST))
    return tuple(shown)


def buttons(turn: Turn, broadcast: Broadcast, found: Sequence[Share]) -> tuple[Button, ...]:
    waiting = sum(share.state in _WAITING for share in found)
    if not waiting:
        return ()
    return (Button(turn.say(tasks.REMIND, count=waiting), turn.say(tasks.REMIND_COMMAND, id=broadcast.id)),)


def remind(turn: Turn, broadcast: Broadcast) -> str:
    """Have everybody reminded who has not confirmed, and say of how many that is true."""
    done = steering.remind(turn.session, broadcast, viewer=turn.viewer, now=turn.now)
    said = []
    if done.members:
        said.append(turn.say(tasks.REMINDED, members=noun.COLLEAGUES.count(turn.language, done.members)))
    if done.too_often:
        said.append(turn.say(tasks.TOO_OFTEN, members=noun.COLLEAGUES.count(turn.language, done.too_often)))
    return "\n".join(said)


def _line(turn: Turn, share: Share) -> str:
    parts = [turn.say(tasks.STATES[share.state], when=_when(turn, share))]
    if share.state is TaskState.FAILED:
        parts.append(problem(turn, share.problem))
    parts += [
        turn.say(tasks.COUNTS[state], count=share.counts[state]) for state in tasks.COUNTS if share.counts.get(state)
    ]
    if missed := sum(share.counts.get(state, 0) for state in _NOT_REACHED):
        why = [turn.say(tasks.WHY, why=problem(turn, word), count=count) for word, count in share.problems.items()]
        parts.append(turn.say(tasks.MISSED, count=missed, why=cards.listed(turn, why)))
    if share.reminders:
        parts.append(turn.say(tasks.REMINDERS, count=share.reminders))
    return turn.say(tasks.LINE, name=share.name, what=" · ".join(parts))


def problem(turn: Turn, word: str) -> str:
    """Why somebody did not get it, as a sentence if it is one of ours."""
    return turn.say(phrases.PROBLEMS[word]) if word in phrases.PROBLEMS else word


def _when(turn: Turn, share: Share) -> str:
    if share.confirmed_at is None:
        return ""
    return moments.short(share.confirmed_at, now=turn.now, zone=turn.zone, language=turn.language)


def _is_done(share: Share) -> bool:
    """Those who are waited for come first."""
    return share.state not in _WAITING
