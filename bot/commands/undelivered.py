"""退信/undelivered: what could not be delivered, why, and trying it again."""

import re

from bot.commands.command import Command, Reply, Turn
from bot.language import moments, reasons
from bot.language.phrases import undelivered as phrases
from crm_core.chat import Button, Card
from crm_core.outreach import undelivered
from crm_core.outreach.tables import DeliveryKind
from crm_core.outreach.undelivered import Copies, Undelivered
from crm_core.people.viewer import Right

PAGE = 10
_BUTTONS = 3

_AGAIN = re.compile(r"(?:重试|再试|重发|retry|again|resend)\s*#?\s*(\d{1,18})", re.IGNORECASE)
_BEFORE = re.compile(r"#?(\d{1,18})\s*之前|before\s*#?(\d{1,18})", re.IGNORECASE)


def run_undelivered(turn: Turn, rest: str) -> Reply:
    """The list, its next page, or one of them tried again."""
    rest = rest.strip()
    if (again := _AGAIN.fullmatch(rest)) is not None:
        delivery = undelivered.try_again(turn.session, int(again[1]), viewer=turn.viewer, now=turn.now)
        return turn.reply(phrases.TRIED, id=delivery.id)
    before = _BEFORE.fullmatch(rest)
    return _list(turn, None if before is None else int(before[1] or before[2]))


def _list(turn: Turn, before: int | None) -> Reply:
    failed = undelivered.to_staff(turn.session, viewer=turn.viewer, before=before, limit=PAGE + 1)
    copies = [] if before is not None else undelivered.copies(turn.session, viewer=turn.viewer)
    if not failed and not copies:
        return turn.reply(phrases.NONE)
    here = failed[:PAGE]
    more = (_more(turn, here[-1]),) if len(failed) > PAGE else ()
    card = Card(
        title=turn.say(phrases.TITLE),
        items=(*(_copies(turn, one) for one in copies), *(_item(turn, one) for one in here)),
        buttons=(
            *(_again(turn, one) for one in here[:_BUTTONS]),
            *(_broadcast(turn, one) for one in copies[:_BUTTONS]),
            *more,
        ),
        footer=turn.say(phrases.FOOTER) if here else "",
    )
    return Reply(card, beyond=True)


def _item(turn: Turn, one: Undelivered) -> str:
    return turn.say(
        phrases.ITEM,
        id=one.delivery_id,
        when=moments.short(one.due_at, now=turn.now, zone=turn.zone, language=turn.language),
        what=_what(turn, one),
        whom=one.whom,
        platform=one.platform,
        reason=reasons.plain(one.problem, turn.language),
    )


def _what(turn: Turn, one: Undelivered) -> str:
    kind = DeliveryKind.NOTICE if one.kind is DeliveryKind.NUDGE and one.nudge_id is None else one.kind
    return turn.say(phrases.KINDS[kind], nudge=one.nudge_id)


def _copies(turn: Turn, one: Copies) -> str:
    reason = reasons.plain(one.problem, turn.language)
    return turn.say(phrases.COPIES, id=one.broadcast_id, count=one.count, reason=reason)


def _again(turn: Turn, one: Undelivered) -> Button:
    label = turn.say(phrases.AGAIN, id=one.delivery_id)
    return Button(label, turn.say(phrases.AGAIN_COMMAND, id=one.delivery_id))


def _broadcast(turn: Turn, one: Copies) -> Button:
    label = turn.say(phrases.BROADCAST, id=one.broadcast_id)
    return Button(label, turn.say(phrases.BROADCAST_COMMAND, id=one.broadcast_id))


def _more(turn: Turn, last: Undelivered) -> Button:
    return Button(turn.say(phrases.MORE), turn.say(phrases.MORE_COMMAND, id=last.delivery_id))


COMMANDS = (
    Command(
        name="undelivered",
        words=("退信", "undelivered", "失败的消息", "没送到的", "failed", "failed messages", "dead letters"),
        right=Right.READ,
        writes=True,
        run=run_undelivered,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
