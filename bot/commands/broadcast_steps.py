"""What is done about one broadcast: confirmed, tried on oneself, approved, paused, cancelled, sent again."""

from dataclasses import dataclass
from datetime import datetime

from bot import cards
from bot.commands import (
    broadcast_approval,
    broadcast_files,
    broadcast_preview,
    broadcast_progress,
    broadcast_tasks,
    timing,
)
from bot.commands import broadcast_buttons as buttons
from bot.commands.command import Reply, Turn
from bot.language.phrases import broadcast as phrases
from crm_core.chat import Button, Card
from crm_core.outreach import approvals, authors, broadcasts, enclosures, previews, recipients, standstill, trials
from crm_core.outreach.tables import Broadcast, BroadcastState, BroadcastWork, DeliveryState
from crm_core.people.viewer import Right

_TO_GO = (DeliveryState.DUE, DeliveryState.HELD, DeliveryState.SENDING, DeliveryState.WAITING)


@dataclass(frozen=True)
class Told:
    """What a step was told: how many were previewed, the time, and the mark of the files that were previewed."""

    count: str
    time: str
    files: str = ""


def confirm(turn: Turn, broadcast: Broadcast, told: Told) -> Reply:
    """Send it, once: confirmed again it only shows how far it is; other numbers or files than those previewed ask
    again."""
    if broadcast.state is not BroadcastState.DRAFT:
        return broadcast_progress.shown(turn, broadcast)
    authors.require(turn.session, broadcast, viewer=turn.viewer)
    if broadcast.work is not BroadcastWork.NONE:
        return broadcast_preview.again(turn, broadcast)
    broadcast.send_at = _meant_for(turn, broadcast, told)
    if told.count and told.files != broadcast_files.mark(broadcast):
        return broadcast_preview.of_draft(turn, broadcast, changed=turn.say(phrases.CHANGED_FILES))
    counted = bool(broadcast.counted)
    if not counted and (changed := _changed(turn, broadcast, told)) is not None:
        return changed
    sent = broadcasts.confirm(
        turn.session,
        broadcast,
        viewer=turn.viewer,
        now=turn.now,
        at=broadcast.send_at,
        manners=turn.config.manners,
        approval_above=turn.config.broadcasts.approval_above,
    )
    return _asking(turn, sent) if sent.state is BroadcastState.APPROVAL else _started(turn, sent)


def test(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    """The text as the first recipient will see it, to oneself."""
    customer_id = trials.send(
        turn.session,
        broadcast,
        viewer=turn.viewer,
        platform=turn.platform,
        platform_user_id=turn.platform_user_id,
        now=turn.now,
        manners=turn.config.manners,
    )
    waits = broadcast.state is BroadcastState.DRAFT and authors.is_own(broadcast, viewer=turn.viewer)
    answers = broadcast_preview.answers(turn, broadcast) if waits else {}
    return Reply(Card(text=turn.say(phrases.TESTED, id=broadcast.id)), answers=answers, shown=(customer_id,))


def attach(turn: Turn, broadcast: Broadcast, told: Told) -> Reply:
    """With files that are named, or came with this message, or the last one; the preview once more."""
    broadcast_files.require_all(turn)
    turn.viewer.require(Right.BROADCAST)
    _require_author_of_draft(turn, broadcast)
    enclosures.put(turn.session, broadcast, broadcast_files.meant(turn, told.time), now=turn.now)
    return broadcast_preview.of_draft(turn, broadcast)


def detach(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    """Without any file; the preview once more."""
    turn.viewer.require(Right.BROADCAST)
    _require_author_of_draft(turn, broadcast)
    enclosures.take_out(turn.session, broadcast)
    return broadcast_preview.of_draft(turn, broadcast)


def approve(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    broadcasts.approve(turn.session, broadcast, viewer=turn.viewer, now=turn.now, manners=turn.config.manners)
    text = turn.say(phrases.APPROVED, id=broadcast.id, when=_when(turn, broadcast))
    return Reply(Card(text=text, buttons=(buttons.progress(turn, broadcast), buttons.pause(turn, broadcast))))


def refuse(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    broadcasts.refuse(turn.session, broadcast, viewer=turn.viewer, now=turn.now)
    return Reply(Card(text=turn.say(phrases.REFUSED, id=broadcast.id)))


def pause(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    broadcasts.pause(turn.session, broadcast, viewer=turn.viewer)
    text = turn.say(phrases.PAUSED, id=broadcast.id, count=_open(turn, broadcast))
    return Reply(Card(text=text, buttons=(buttons.resume(turn, broadcast), buttons.cancel(turn, broadcast))))


def resume(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    broadcasts.resume(turn.session, broadcast, viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.RESUMED, id=broadcast.id, count=_open(turn, broadcast))
    return Reply(Card(text=text, buttons=(buttons.progress(turn, broadcast), buttons.pause(turn, broadcast))))


def cancel(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    was_draft = broadcast.state is BroadcastState.DRAFT
    broadcasts.cancel(turn.session, broadcast, viewer=turn.viewer, now=turn.now)
    if was_draft:
        return Reply(Card(text=turn.say(phrases.DROPPED, id=broadcast.id)))
    sent = recipients.counts(turn.session, broadcast.id).get(DeliveryState.SENT, 0)
    return Reply(Card(text=turn.say(phrases.CANCELLED, id=broadcast.id, sent=sent)))


def remind(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    return Reply(Card(text=broadcast_tasks.remind(turn, broadcast), buttons=(buttons.progress(turn, broadcast),)))


def resend(turn: Turn, broadcast: Broadcast, _told: Told) -> Reply:
    """The preview of the same to those alone whom it did not reach."""
    again = broadcasts.draft_again(turn.session, broadcast, viewer=turn.viewer, now=turn.now, platform=turn.platform)
    return broadcast_preview.of_draft(turn, again)


def _meant_for(turn: Turn, draft: Broadcast, told: Told) -> datetime | None:
    """When it is to be sent, None for at once: what was told counts; else, where no preview said when, the time of the
    draft, unless it has passed."""
    if told.time:
        due = timing.due(turn, told.time)
        return None if due is None else due.at
    return None if told.count or broadcast_preview.is_past(turn, draft) else draft.send_at


def _require_author_of_draft(turn: Turn, broadcast: Broadcast) -> None:
    """Only its author changes a draft; what is no draft is refused with its state."""
    if broadcast.state is BroadcastState.DRAFT:
        authors.require(turn.session, broadcast, viewer=turn.viewer)


def _changed(turn: Turn, broadcast: Broadcast, told: Told) -> Reply | None:
    """The preview once more, when its numbers are not those that were confirmed, or there are too many to know."""
    preview = previews.preview(turn.session, broadcast, viewer=turn.viewer, now=turn.now, manners=turn.config.manners)
    if preview is None:
        return broadcast_preview.of_draft(turn, broadcast)
    if told.count and int(told.count) != preview.reachable:
        changed = turn.say(phrases.CHANGED_COUNT, before=int(told.count), after=preview.reachable)
        return broadcast_preview.shown(turn, broadcast, preview, changed=changed)
    return None


def _started(turn: Turn, broadcast: Broadcast) -> Reply:
    count = sum(recipients.counts(turn.session, broadcast.id).values())
    count = count if broadcast.work is BroadcastWork.NONE else previews.counted(turn.session, broadcast).reachable
    to_whom = broadcast_preview.customers(turn, count)
    text = turn.say(phrases.CONFIRMED, id=broadcast.id, customers=to_whom, when=_when(turn, broadcast))
    offered = (buttons.progress(turn, broadcast), buttons.pause(turn, broadcast), buttons.cancel(turn, broadcast))
    card = Card(text=text, buttons=offered, footer=broadcast_tasks.awaited(turn, broadcast))
    return Reply(card, follows=broadcast.id)


def _when(turn: Turn, broadcast: Broadcast) -> str:
    """When it is sent; while nothing goes out, that it waits for that."""
    if broadcast.state is BroadcastState.SCHEDULED and broadcast.send_at is not None:
        return turn.say(phrases.AT, when=broadcast_preview.at_time(turn, broadcast.send_at))
    if standstill.stands_still(turn.session):
        return turn.say(phrases.STANDS_STILL)
    return broadcast_preview.at_once(turn, phrases.NOW_SENDING)


def _asking(turn: Turn, broadcast: Broadcast) -> Reply:
    names = [person.name for person in approvals.whom(turn.session, broadcast)]
    text = turn.say(
        phrases.ASKED_APPROVAL,
        id=broadcast.id,
        above=turn.config.broadcasts.approval_above,
        names=cards.listed(turn, names),
    )
    text += broadcast_approval.told_later(turn, turn.say(phrases.PROGRESS_COMMAND, id=broadcast.id))
    cancels: tuple[Button, ...] = (buttons.cancel(turn, broadcast),)
    return Reply(Card(text=text, buttons=cancels), follows=broadcast.id)


def _open(turn: Turn, broadcast: Broadcast) -> int:
    counted = recipients.counts(turn.session, broadcast.id)
    return sum(counted.get(state, 0) for state in _TO_GO)
