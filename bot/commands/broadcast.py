"""群发/broadcast: one text to a segment of customers, after a preview."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import cards
from bot.commands import broadcast_orders as orders
from bot.commands import broadcast_tasks, timing
from bot.commands.broadcast_orders import Order
from bot.commands.command import Command, Reply, Turn
from bot.language import moments, noun
from bot.language.phrase import Phrase
from bot.language.phrases import broadcast as phrases
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote
from crm_core.outreach import broadcasts
from crm_core.outreach.broadcasts import Preview
from crm_core.outreach.manners import quiet_until
from crm_core.outreach.tables import Broadcast, BroadcastState, DeliveryState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right

_CONTROL = re.compile(
    r"(确认|暂停|继续|恢复|取消|停止|提醒|confirm|send|pause|resume|continue|cancel|stop|remind)\s*#?(\d{1,18})"
    r"(?:\s+\((\d{1,9})\))?(?:\s+(.*))?",
    re.IGNORECASE,
)
_TO_GO = (DeliveryState.DUE, DeliveryState.HELD, DeliveryState.SENDING, DeliveryState.WAITING)
_ONE = re.compile(r"#?(\d{1,18})")


@dataclass(frozen=True)
class _Told:
    """What a step was told: how many were previewed, and the time."""

    count: str
    time: str


def run_broadcast(turn: Turn, rest: str) -> Reply:
    """Preview a new broadcast, steer one, show its progress, or list the latest."""
    if not rest:
        return _latest(turn)
    if (control := _CONTROL.fullmatch(rest)) is not None:
        broadcast = broadcasts.get(turn.session, int(control[2]), viewer=turn.viewer)
        return _CONTROLS[control[1].lower()](turn, broadcast, _Told(control[3] or "", control[4] or ""))
    if (one := _ONE.fullmatch(rest)) is not None:
        return _progress(turn, broadcasts.get(turn.session, int(one[1]), viewer=turn.viewer))
    return _preview(turn, orders.read(turn, rest))


def _latest(turn: Turn) -> Reply:
    latest = broadcasts.latest(turn.session, viewer=turn.viewer, limit=10)
    if not latest:
        return turn.reply(phrases.LIST_NONE)
    items = tuple(_line(turn, broadcast) for broadcast in latest)
    footer = turn.say(phrases.LIST_FOOTER, id=latest[0].id)
    return Reply(Card(title=turn.say(phrases.LIST_TITLE), items=items, footer=footer))


def _line(turn: Turn, broadcast: Broadcast) -> str:
    return turn.say(
        phrases.LIST_ITEM,
        id=broadcast.id,
        state=turn.say(phrases.STATES[broadcast.state]),
        segment=broadcast.segment,
        text=cards.shortened(broadcast.text, 30),
        counts=_counts(turn, broadcast),
    )


def _counts(turn: Turn, broadcast: Broadcast) -> str:
    counted = broadcasts.counts(turn.session, broadcast.id)
    parts = [turn.say(phrases.DELIVERIES[state], count=counted[state]) for state in DeliveryState if counted.get(state)]
    return cards.listed(turn, parts) or turn.say(phrases.NO_COUNTS)


def _preview(turn: Turn, order: Order) -> Reply:
    """A draft, and who would receive it; nothing is sent before somebody says yes."""
    turn.viewer.require(Right.BROADCAST)
    if order.at is not None and order.at <= turn.now:
        raise turn.refusal(phrases.PAST)
    draft = broadcasts.draft(
        turn.session, order.segment, order.text, viewer=turn.viewer, now=turn.now, to_groups=order.to_groups
    )
    preview = broadcasts.preview(turn.session, draft, viewer=turn.viewer, now=turn.now, manners=turn.config.manners)
    return _shown(turn, draft, preview, order)


def _shown(turn: Turn, draft: Broadcast, preview: Preview, order: Order, *, before: int | None = None) -> Reply:
    """The preview and the question. `before`: how many an earlier preview showed."""
    if not preview.reachable:
        return Reply(_nobody(turn, draft, preview))
    command = turn.say(phrases.CONFIRM_COMMAND, id=draft.id)
    confirm = f"{command} ({preview.reachable}){_at(turn, order.at)}"
    cancel = turn.say(phrases.CANCEL_COMMAND, id=draft.id)
    changed = "" if before is None else turn.say(phrases.CHANGED_COUNT, before=before, after=preview.reachable)
    card = Card(
        title=turn.say(phrases.TITLE, id=draft.id, customers=_customers(turn, preview.reachable)),
        text="\n".join(part for part in (changed, draft.text) if part),
        fields=_preview_fields(turn, order, preview),
        quotes=tuple(Quote(sample.name, "", cards.shortened(sample.text)) for sample in preview.samples),
        buttons=(
            Button(turn.say(phrases.CONFIRM, count=preview.reachable), confirm, ButtonStyle.PRIMARY),
            Button(turn.say(phrases.CANCEL), cancel),
        ),
        footer=turn.say(phrases.FOOTER),
    )
    shown = tuple(sample.customer_id for sample in preview.samples)
    return Reply(card, answers={"yes": confirm, "no": cancel}, shown=shown)


def _at(turn: Turn, at: datetime | None) -> str:
    return "" if at is None else f" {timing.written(turn, at)}"


def _preview_fields(turn: Turn, order: Order, preview: Preview) -> tuple[Field, ...]:
    when = _at_once(turn, phrases.AT_ONCE) if order.at is None else timing.in_full(turn, order.at)
    fields = (
        Field(turn.say(phrases.AUDIENCE), _aim(turn, order.segment, to_groups=order.to_groups)),
        Field(turn.say(phrases.MATCHING), _customers(turn, preview.total)),
        Field(turn.say(phrases.LEFT_OUT), _left_out(turn, preview.left_out)),
        Field(turn.say(phrases.ASKED), broadcast_tasks.asked(turn, preview.asked)),
        Field(turn.say(phrases.WHEN), when),
    )
    return tuple(field for field in fields if field.value)


def _at_once(turn: Turn, words: Phrase) -> str:
    """These words for "now"; during the quiet hours of the asker's day, also when customers there receive it."""
    manners = turn.config.manners
    if quiet_until(manners, turn.viewer.timezone, turn.now) is None:
        return turn.say(words)
    return turn.say(phrases.QUIET, when=turn.say(words), hour=manners.quiet_to)


def _left_out(turn: Turn, reasons: Mapping[str, int]) -> str:
    """How many are left out, and why."""
    parts = [turn.say(phrases.REASONS[reason], count=count) for reason, count in sorted(reasons.items()) if count]
    return cards.listed(turn, parts)


def _nobody(turn: Turn, draft: Broadcast, preview: Preview) -> Card:
    fields = (
        Field(turn.say(phrases.AUDIENCE), _aim(turn, draft.segment, to_groups=draft.to_groups)),
        Field(turn.say(phrases.MATCHING), _customers(turn, preview.total)),
        Field(turn.say(phrases.LEFT_OUT), _left_out(turn, preview.left_out)),
    )
    return Card(text=turn.say(phrases.NOBODY), fields=tuple(field for field in fields if field.value))


def _aim(turn: Turn, segment: str, *, to_groups: bool) -> str:
    return turn.say(phrases.GROUPS_OF, segment=segment) if to_groups else segment


def _customers(turn: Turn, count: int) -> str:
    return noun.CUSTOMERS.count(turn.language, count)


def _confirm(turn: Turn, broadcast: Broadcast, told: _Told) -> Reply:
    """Send it, once: confirmed again it only shows how far it is; other numbers than those previewed ask again."""
    if broadcast.state is not BroadcastState.DRAFT:
        return _progress(turn, broadcast)
    due = timing.due(turn, told.time) if told.time else None
    at = None if due is None else due.at
    preview = broadcasts.preview(turn.session, broadcast, viewer=turn.viewer, now=turn.now, manners=turn.config.manners)
    if told.count and int(told.count) != preview.reachable:
        order = Order(broadcast.segment, broadcast.text, at, broadcast.to_groups)
        return _shown(turn, broadcast, preview, order, before=int(told.count))
    broadcasts.confirm(turn.session, broadcast, viewer=turn.viewer, now=turn.now, at=at, manners=turn.config.manners)
    count = sum(broadcasts.counts(turn.session, broadcast.id).values())
    when = _at_once(turn, phrases.NOW_SENDING) if at is None else turn.say(phrases.AT, when=timing.in_full(turn, at))
    text = turn.say(phrases.CONFIRMED, id=broadcast.id, customers=_customers(turn, count), when=when)
    buttons = (_progress_button(turn, broadcast), _pause_button(turn, broadcast), _cancel_button(turn, broadcast))
    footer = broadcast_tasks.awaited(turn, broadcast)
    return Reply(Card(text=text, buttons=buttons, footer=footer))


def _pause(turn: Turn, broadcast: Broadcast, _told: _Told) -> Reply:
    broadcasts.pause(turn.session, broadcast, viewer=turn.viewer)
    text = turn.say(phrases.PAUSED, id=broadcast.id, count=_open(turn, broadcast))
    return Reply(Card(text=text, buttons=(_resume_button(turn, broadcast), _cancel_button(turn, broadcast))))


def _resume(turn: Turn, broadcast: Broadcast, _told: _Told) -> Reply:
    broadcasts.resume(turn.session, broadcast, viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.RESUMED, id=broadcast.id, count=_open(turn, broadcast))
    return Reply(Card(text=text, buttons=(_progress_button(turn, broadcast), _pause_button(turn, broadcast))))


def _cancel(turn: Turn, broadcast: Broadcast, _told: _Told) -> Reply:
    broadcasts.cancel(turn.session, broadcast, viewer=turn.viewer, now=turn.now)
    sent = broadcasts.counts(turn.session, broadcast.id).get(DeliveryState.SENT, 0)
    return Reply(Card(text=turn.say(phrases.CANCELLED, id=broadcast.id, sent=sent)))


def _remind(turn: Turn, broadcast: Broadcast, _told: _Told) -> Reply:
    return Reply(Card(text=broadcast_tasks.remind(turn, broadcast), buttons=(_progress_button(turn, broadcast),)))


def _open(turn: Turn, broadcast: Broadcast) -> int:
    counted = broadcasts.counts(turn.session, broadcast.id)
    return sum(counted.get(state, 0) for state in _TO_GO)


def _progress(turn: Turn, broadcast: Broadcast) -> Reply:
    """How far a broadcast is, with what can be done about it."""
    by = None if broadcast.created_by_id is None else turn.session.get(Staff, broadcast.created_by_id)
    shares = broadcast_tasks.shares(turn, broadcast)
    fields = (
        Field(turn.say(phrases.AUDIENCE), _aim(turn, broadcast.segment, to_groups=broadcast.to_groups)),
        Field(turn.say(phrases.COUNTS), _counts(turn, broadcast)),
        Field(turn.say(phrases.LEFT_OUT), _left_out(turn, broadcast.left_out)),
        Field(turn.say(phrases.WHEN), _when(turn, broadcast)),
        Field(turn.say(phrases.BY), "" if by is None else by.name),
    )
    card = Card(
        title=turn.say(phrases.STATUS_TITLE, id=broadcast.id, state=turn.say(phrases.STATES[broadcast.state])),
        text=broadcast.text,
        fields=tuple(field for field in fields if field.value),
        items=(*broadcast_tasks.lines(turn, shares), *_problems(turn, broadcast)),
        buttons=(
            *broadcast_tasks.buttons(turn, broadcast, shares),
            *(button(turn, broadcast) for button in _OFFERED.get(broadcast.state, ())),
        ),
    )
    return Reply(card)


def _problems(turn: Turn, broadcast: Broadcast) -> tuple[str, ...]:
    """The first recipients who did not get it, and why."""
    failed = [
        one
        for state in (DeliveryState.DEAD, DeliveryState.SKIPPED)
        for one in broadcasts.deliveries(turn.session, broadcast.id, viewer=turn.viewer, state=state, limit=5)
    ]
    return tuple(turn.say(phrases.FAILED, name=one.name, problem=_problem(turn, one.problem)) for one in failed)


def _problem(turn: Turn, problem: str) -> str:
    return turn.say(phrases.PROBLEMS[problem]) if problem in phrases.PROBLEMS else problem


def _when(turn: Turn, broadcast: Broadcast) -> str:
    if broadcast.send_at is None:
        return ""
    return moments.short(broadcast.send_at, now=turn.now, zone=turn.zone, language=turn.language)


def _confirm_button(turn: Turn, broadcast: Broadcast) -> Button:
    command = turn.say(phrases.CONFIRM_COMMAND, id=broadcast.id)
    return Button(turn.say(phrases.CONFIRM_DRAFT), command, ButtonStyle.PRIMARY)


def _progress_button(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.PROGRESS), turn.say(phrases.PROGRESS_COMMAND, id=broadcast.id))


def _pause_button(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.PAUSE), turn.say(phrases.PAUSE_COMMAND, id=broadcast.id))


def _resume_button(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.RESUME), turn.say(phrases.RESUME_COMMAND, id=broadcast.id), ButtonStyle.PRIMARY)


def _cancel_button(turn: Turn, broadcast: Broadcast) -> Button:
    return Button(turn.say(phrases.CANCEL), turn.say(phrases.CANCEL_COMMAND, id=broadcast.id), ButtonStyle.DANGER)


_STEPS: dict[Callable[[Turn, Broadcast, _Told], Reply], tuple[str, ...]] = {
    _confirm: ("确认", "confirm", "send"),
    _pause: ("暂停", "pause"),
    _resume: ("继续", "恢复", "resume", "continue"),
    _cancel: ("取消", "停止", "cancel", "stop"),
    _remind: ("提醒", "remind"),
}
_CONTROLS = {word: step for step, words in _STEPS.items() for word in words}

_OFFERED: dict[BroadcastState, tuple[Callable[[Turn, Broadcast], Button], ...]] = {
    BroadcastState.DRAFT: (_confirm_button, _cancel_button),
    BroadcastState.SCHEDULED: (_pause_button, _cancel_button),
    BroadcastState.RUNNING: (_progress_button, _pause_button, _cancel_button),
    BroadcastState.PAUSED: (_resume_button, _cancel_button),
}

COMMANDS = (
    Command(
        name="broadcast",
        words=("群发", "broadcast", "broadcasts"),
        right=Right.BROADCAST,
        writes=True,
        run=run_broadcast,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
