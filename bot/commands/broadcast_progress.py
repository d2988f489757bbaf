"""How far a broadcast is, and what came of it."""

from datetime import timedelta

from bot import cards
from bot.commands import broadcast_buttons, broadcast_files, broadcast_preview, broadcast_tasks
from bot.commands.command import Reply, Turn
from bot.language import moments, reasons
from bot.language.phrases import broadcast as phrases
from bot.language.phrases import broadcast_approval as approval
from bot.language.phrases import broadcast_files as file_phrases
from crm_core.chat import Button, Card, Field
from crm_core.outreach import enclosures, recipients
from crm_core.outreach.tables import BROADCAST_OVER, Broadcast, BroadcastState, BroadcastWork, DeliveryState
from crm_core.outreach.tally import Tally
from crm_core.outreach.tasks import progress
from crm_core.people.tables import Staff


def shown(turn: Turn, broadcast: Broadcast) -> Reply:
    """How far it is, with what can be done about it. Where members of staff send it, the platform is asked anew."""
    broadcast_tasks.look_again(turn, broadcast)
    return Reply(card(turn, broadcast))


def card(turn: Turn, broadcast: Broadcast) -> Card:
    """The same card, also when nobody asked. It only reads."""
    refused = broadcast.state is BroadcastState.REFUSED
    shares = progress.shares(turn.session, broadcast.id, viewer=turn.viewer)
    counted = recipients.counts(turn.session, broadcast.id)
    fields = (
        Field(turn.say(phrases.AUDIENCE), broadcast_preview.aim(turn, broadcast)),
        Field(turn.say(file_phrases.FIELD), broadcast_files.listed(turn, enclosures.of(broadcast))),
        Field(turn.say(phrases.PLANNED), _planned(turn, broadcast, sum(counted.values()))),
        Field(turn.say(phrases.COUNTS), _counts(turn, broadcast, counted)),
        Field(turn.say(phrases.REPLIES), _replies(turn, broadcast, counted)),
        Field(turn.say(phrases.LEFT_OUT), broadcast_preview.left_out(turn, broadcast.left_out)),
        Field(turn.say(phrases.WHEN), _when(turn, broadcast)),
        Field(turn.say(phrases.BY), _name(turn, broadcast.created_by_id)),
        Field(turn.say(approval.BY), "" if refused else _name(turn, broadcast.decided_by_id)),
    )
    return Card(
        title=turn.say(phrases.STATUS_TITLE, id=broadcast.id, state=state(turn, broadcast)),
        text=broadcast.text,
        fields=tuple(field for field in fields if field.value),
        items=(*broadcast_tasks.lines(turn, shares), *_problems(turn, broadcast, counted)),
        buttons=(
            *broadcast_tasks.buttons(turn, broadcast, shares),
            *_lists(turn, broadcast, counted),
            *broadcast_buttons.offered(turn, broadcast),
        ),
    )


def state(turn: Turn, broadcast: Broadcast) -> str:
    """Its state in words; of one that was refused, by whom."""
    by = _name(turn, broadcast.decided_by_id) if broadcast.state is BroadcastState.REFUSED else ""
    return turn.say(approval.REFUSED_BY, by=by) if by else turn.say(phrases.STATES[broadcast.state])


def counts(turn: Turn, broadcast: Broadcast) -> str:
    return _counts(turn, broadcast, recipients.counts(turn.session, broadcast.id))


def within(turn: Turn) -> timedelta:
    """So long after a broadcast an answer counts as one to it."""
    return timedelta(days=turn.config.broadcasts.reply_days)


def problem(turn: Turn, words: str) -> str:
    """Why somebody did not get it, in plain words where there are any."""
    known = phrases.PROBLEMS.get(words) or reasons.known(words)
    return words if known is None else turn.say(known)


def _name(turn: Turn, staff_id: int | None) -> str:
    person = None if staff_id is None else turn.session.get(Staff, staff_id)
    return "" if person is None else person.name


def _counts(turn: Turn, broadcast: Broadcast, counted: dict[DeliveryState, int]) -> str:
    parts = [turn.say(phrases.DELIVERIES[state], count=counted[state]) for state in DeliveryState if counted.get(state)]
    none = phrases.NOTHING_SENT if broadcast.state in BROADCAST_OVER else phrases.NO_COUNTS
    return cards.listed(turn, parts) or turn.say(none)


def _planned(turn: Turn, broadcast: Broadcast, written: int) -> str:
    """How much of a large one is counted or made ready."""
    if broadcast.work is BroadcastWork.COUNT:
        return turn.say(phrases.COUNTED_SO_FAR, count=Tally.read(broadcast.counted).total)
    if broadcast.work is BroadcastWork.NONE:
        return ""
    total = Tally.read(broadcast.counted).reachable
    return turn.say(phrases.PLANNED_SO_FAR, count=written, total=total or "?")


def _replies(turn: Turn, broadcast: Broadcast, counted: dict[DeliveryState, int]) -> str:
    if not counted.get(DeliveryState.SENT):
        return ""
    found = recipients.replies(turn.session, broadcast.id, within=within(turn), now=turn.now)
    words = phrases.REPLIED_SO_FAR if found.open else phrases.REPLIED
    return turn.say(words, count=found.replied, percent=f"{found.percent:.0f}", days=turn.config.broadcasts.reply_days)


def _problems(turn: Turn, broadcast: Broadcast, counted: dict[DeliveryState, int]) -> tuple[str, ...]:
    """Why some did not get it: by reason, then the first of them by name."""
    missed = [state for state in (DeliveryState.DEAD, DeliveryState.SKIPPED) if counted.get(state)]
    named = [
        one
        for state in missed
        for one in recipients.listed(turn.session, broadcast.id, viewer=turn.viewer, states=(state,), limit=5)
    ]
    lines = [turn.say(phrases.FAILED, name=one.name, problem=problem(turn, one.problem)) for one in named]
    if sum(counted[state] for state in missed) <= len(lines):
        return tuple(lines)
    why = [
        turn.say(phrases.WHY, problem=problem(turn, words), count=count)
        for state in missed
        for words, count in recipients.problems(turn.session, broadcast.id, state).items()
    ]
    return (*why, *lines)


def _lists(turn: Turn, broadcast: Broadcast, counted: dict[DeliveryState, int]) -> tuple[Button, ...]:
    """Who exactly: those it failed to reach, and once it is over the way to try them again."""
    if not counted.get(DeliveryState.DEAD):
        return ()
    command = turn.say(phrases.FAILED_COMMAND, id=broadcast.id)
    who = Button(turn.say(phrases.FAILED_LIST, count=counted[DeliveryState.DEAD]), command)
    return (who, broadcast_buttons.resend(turn, broadcast)) if broadcast.state in BROADCAST_OVER else (who,)


def _when(turn: Turn, broadcast: Broadcast) -> str:
    if broadcast.send_at is None:
        return ""
    return moments.short(broadcast.send_at, now=turn.now, zone=turn.zone, language=turn.language)
