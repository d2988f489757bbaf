"""群发/broadcast: one text to a segment of customers, after a preview."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.commands import broadcast_orders, broadcast_preview, broadcast_progress, broadcast_recipients
from bot.commands import broadcast_steps as steps
from bot.commands.broadcast_steps import Told
from bot.commands.command import Command, Reply, Turn
from bot.language import broadcast_text
from bot.language.phrases import broadcast as phrases
from crm_core.chat import Card
from crm_core.outreach import authors, broadcasts, enclosures
from crm_core.outreach.tables import Broadcast, BroadcastState
from crm_core.people.viewer import Right


@dataclass(frozen=True)
class _Step:
    words: tuple[str, ...]
    run: Callable[[Turn, Broadcast, Told], Reply]


_STEPS = (
    _Step(("确认", "发送", "confirm", "send"), steps.confirm),
    _Step(("测试", "试发", "test"), steps.test),
    _Step(("加附件", "附上", "attach"), steps.attach),
    _Step(("去附件", "去掉附件", "detach"), steps.detach),
    _Step(("批准", "同意", "approve"), steps.approve),
    _Step(("拒绝", "驳回", "refuse", "reject"), steps.refuse),
    _Step(("暂停", "pause"), steps.pause),
    _Step(("继续", "恢复", "resume", "continue"), steps.resume),
    _Step(("取消", "停止", "cancel", "stop"), steps.cancel),
    _Step(("提醒", "remind"), steps.remind),
    _Step(("重发", "补发", "resend"), steps.resend),
)
_BY_WORD = {word: step.run for step in _STEPS for word in step.words}
_CONTROL = re.compile(
    rf"({'|'.join(_BY_WORD)})\s*#?(\d{{1,18}})(?:\s+\((\d{{1,9}})(?:\s+([0-9a-f]{{6}}))?\))?(?:\s+(.*))?",
    re.IGNORECASE,
)
#: So many drafts of one's own stand in the list.
_DRAFTS = 3
_ONE = re.compile(r"#?(\d{1,18})(?:\s+([^\W\d_]{1,20})(?:\s+>(\d{1,18}))?)?")


def run_broadcast(turn: Turn, rest: str) -> Reply:
    """Preview a new broadcast, steer one, show its progress or its recipients, or list the latest."""
    if not rest:
        return _latest(turn)
    if (control := _CONTROL.fullmatch(rest)) is not None:
        broadcast = broadcasts.get(turn.session, int(control[2]), viewer=turn.viewer)
        return _BY_WORD[control[1].lower()](turn, broadcast, Told(control[3] or "", control[5] or "", control[4] or ""))
    one = _ONE.fullmatch(rest)
    if one is not None and (one[2] is None or broadcast_recipients.is_kind(one[2])):
        broadcast = broadcasts.get(turn.session, int(one[1]), viewer=turn.viewer)
        if one[2] is None:
            return _shown(turn, broadcast)
        return broadcast_recipients.shown(turn, broadcast, one[2], after=int(one[3] or 0))
    return broadcast_preview.begun(turn, broadcast_orders.read(turn, rest))


def _shown(turn: Turn, broadcast: Broadcast) -> Reply:
    """How far it is; of a draft of one's own the preview, with what can be done about it."""
    if broadcast.state is BroadcastState.DRAFT and authors.is_own(broadcast, viewer=turn.viewer):
        return broadcast_preview.again(turn, broadcast)
    return broadcast_progress.shown(turn, broadcast)


def _latest(turn: Turn) -> Reply:
    drafts = broadcasts.drafts(turn.session, viewer=turn.viewer, limit=_DRAFTS)
    latest = [*drafts, *broadcasts.latest(turn.session, viewer=turn.viewer, limit=10)]
    if not latest:
        return turn.reply(phrases.LIST_NONE)
    latest.sort(key=lambda one: -one.id)
    items = tuple(_line(turn, broadcast) for broadcast in latest)
    footer = turn.say(phrases.LIST_FOOTER, id=latest[0].id)
    return Reply(Card(title=turn.say(phrases.LIST_TITLE), items=items, footer=footer))


def _line(turn: Turn, broadcast: Broadcast) -> str:
    draft = broadcast.state is BroadcastState.DRAFT
    return turn.say(
        phrases.LIST_DRAFT if draft else phrases.LIST_ITEM,
        id=broadcast.id,
        state=broadcast_progress.state(turn, broadcast),
        segment=broadcast.segment,
        text=broadcast_text.in_short(broadcast.text, enclosures.of(broadcast), turn.language, longest=30),
        counts="" if draft else broadcast_progress.counts(turn, broadcast),
    )


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
