"""What 群发/broadcast shows before anything is sent: to how many, why not the others, when, and three texts as they
arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import cards
from bot.commands import (
    broadcast_approval,
    broadcast_buttons,
    broadcast_files,
    broadcast_mends,
    broadcast_tasks,
    broadcast_ways,
    timing,
)
from bot.commands.broadcast_orders import Order
from bot.commands.command import Reply, Turn
from bot.language import noun, shortly
from bot.language.phrase import Phrase
from bot.language.phrases import broadcast as phrases
from bot.language.phrases import broadcast_approval as approval
from bot.language.phrases import broadcast_files as file_phrases
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote, RoomKind
from crm_core.outreach import broadcasts, enclosures, previews
from crm_core.outreach.manners import quiet_until
from crm_core.outreach.previews import Preview
from crm_core.outreach.tables import Broadcast, BroadcastWork
from crm_core.people.viewer import Right

#: So long a "yes" or "no" that answers nothing else may be meant for a draft.
_REMEMBERED = timedelta(minutes=30)


def begun(turn: Turn, order: Order) -> Reply:
    """A draft, and who would receive it; nothing is sent before somebody says yes."""
    turn.viewer.require(Right.BROADCAST)
    if order.at is not None and order.at <= turn.now:
        raise turn.refusal(phrases.PAST)
    draft = broadcasts.draft(
        turn.session,
        order.segment,
        order.text,
        viewer=turn.viewer,
        now=turn.now,
        to_groups=order.to_groups,
        platform=turn.platform,
        files=order.files,
    )
    draft.send_at = order.at
    return of_draft(turn, draft)


def waiting(turn: Turn) -> Broadcast | None:
    """What the viewer began a moment ago and neither confirmed nor cancelled."""
    return broadcasts.unconfirmed(turn.session, viewer=turn.viewer, since=turn.now - _REMEMBERED)


def once_more(turn: Turn, draft: Broadcast) -> Reply:
    """The preview of a draft that was forgotten."""
    return again(turn, draft, changed=turn.say(phrases.STILL_DRAFT, id=draft.id))


def again(turn: Turn, draft: Broadcast, *, changed: str = "") -> Reply:
    """The preview of a draft that had one: a large one is not counted anew."""
    if draft.work is BroadcastWork.COUNT:
        return _counting(turn, draft)
    if draft.counted:
        return shown(turn, draft, previews.counted(turn.session, draft), changed=changed)
    return of_draft(turn, draft, changed=changed)


def of_draft(turn: Turn, draft: Broadcast, *, changed: str = "") -> Reply:
    """The preview and the question. `changed`: what an earlier preview did not show. Of a large one, that it is being
    counted: its preview comes by itself."""
    preview = previews.preview(turn.session, draft, viewer=turn.viewer, now=turn.now, manners=turn.config.manners)
    if preview is None:
        return _counting(turn, draft)
    return shown(turn, draft, preview, changed=changed)


def _counting(turn: Turn, draft: Broadcast) -> Reply:
    return Reply(Card(text=turn.say(phrases.COUNTING, id=draft.id), buttons=(_cancel(turn, draft),)))


def shown(turn: Turn, draft: Broadcast, preview: Preview, *, changed: str = "") -> Reply:
    """The card of a preview."""
    if not preview.reachable:
        return _nobody(turn, draft, preview)
    replies = answers(turn, draft, preview.reachable)
    names = broadcast_approval.approvers(turn, draft, preview.reachable)
    card = Card(
        title=turn.say(phrases.TITLE, id=draft.id, customers=customers(turn, preview.reachable)),
        text="\n".join(part for part in (changed, _time_passed(turn, draft), draft.text) if part),
        fields=_fields(turn, draft, preview, _when(turn, draft, names), broadcast_approval.needed(turn, names)),
        quotes=tuple(Quote(sample.name, "", cards.shortened(sample.text)) for sample in preview.samples),
        buttons=(
            *_confirming(turn, preview.reachable, replies[shortly.YES], names),
            _cancel(turn, draft),
            broadcast_buttons.test(turn, draft),
            *_detaching(turn, draft),
        ),
        footer=_footer(turn, draft, names),
    )
    samples = tuple(sample.customer_id for sample in preview.samples)
    return Reply(card, answers=replies, shown=samples)


def answers(turn: Turn, draft: Broadcast, count: int | None = None) -> dict[str, str]:
    """What a short answer to a preview stands for, and a file. `count`: to how many, if the preview said that."""
    confirm = turn.say(phrases.CONFIRM_COMMAND, id=draft.id)
    previewed = "" if count is None else f" ({_previewed(draft, count)})"
    yes = f"{confirm}{previewed}{_at(turn, None if is_past(turn, draft) else draft.send_at)}"
    return {shortly.YES: yes, shortly.SEND: yes, **_other_answers(turn, draft)}


def dropping(turn: Turn, draft: Broadcast) -> str:
    """The command of a no."""
    return turn.say(phrases.CANCEL_COMMAND, id=draft.id)


def _other_answers(turn: Turn, draft: Broadcast) -> dict[str, str]:
    return {
        shortly.NO: dropping(turn, draft),
        shortly.FILE: turn.say(file_phrases.ATTACH_COMMAND, id=draft.id),
    }


def _previewed(draft: Broadcast, count: int) -> str:
    """To how many, and the mark of the files."""
    return " ".join(filter(None, (str(count), broadcast_files.mark(draft))))


def to_approve(turn: Turn, broadcast: Broadcast, preview: Preview, author: str) -> Card:
    """The same for somebody else, who is to approve it."""
    at = broadcast.send_at if broadcast.send_at is not None and broadcast.send_at > turn.now else None
    when = at_once(turn, phrases.AT_APPROVAL) if at is None else at_time(turn, at)
    return Card(
        title=turn.say(
            phrases.APPROVAL_TITLE, id=broadcast.id, by=author, customers=customers(turn, preview.reachable)
        ),
        text=broadcast.text,
        fields=_fields(turn, broadcast, replace(preview, asked=()), when),
        quotes=tuple(Quote(sample.name, "", cards.shortened(sample.text)) for sample in preview.samples),
        buttons=(
            broadcast_buttons.approve(turn, broadcast),
            broadcast_buttons.refuse(turn, broadcast),
            *((broadcast_buttons.test(turn, broadcast),) if broadcast.files else ()),
        ),
    )


def customers(turn: Turn, count: int) -> str:
    return noun.CUSTOMERS.count(turn.language, count)


def aim(turn: Turn, broadcast: Broadcast) -> str:
    """To whom, in words."""
    if broadcast.resends_id is not None:
        return turn.say(phrases.FAILED_OF, id=broadcast.resends_id)
    return turn.say(phrases.GROUPS_OF, segment=broadcast.segment) if broadcast.to_groups else broadcast.segment


def left_out(turn: Turn, reasons: Mapping[str, int]) -> str:
    """How many are left out, and why."""
    parts = [turn.say(phrases.REASONS[reason], count=count) for reason, count in sorted(reasons.items()) if count]
    return cards.listed(turn, parts)


def at_once(turn: Turn, words: Phrase) -> str:
    """These words for "now"; during the quiet hours of the asker's day, also when customers there receive it."""
    return _quiet(turn, turn.say(words), turn.now, phrases.QUIET)


def at_time(turn: Turn, at: datetime) -> str:
    """The moment in full; in quiet hours, also when customers receive it."""
    return _quiet(turn, timing.in_full(turn, at), at, phrases.QUIET_THEN)


def _quiet(turn: Turn, when: str, at: datetime, noted: Phrase) -> str:
    manners = turn.config.manners
    if quiet_until(manners, turn.viewer.timezone, at) is None:
        return when
    return turn.say(noted, when=when, hour=manners.quiet_to)


def _cancel(turn: Turn, draft: Broadcast) -> Button:
    return Button(turn.say(phrases.CANCEL), dropping(turn, draft))


def _confirming(turn: Turn, count: int, command: str, names: Sequence[str] | None) -> tuple[Button, ...]:
    """The way to confirm; none where it would be refused, because nobody may approve it."""
    if names is not None and not names:
        return ()
    label = phrases.CONFIRM if names is None else approval.CONFIRM
    return (Button(turn.say(label, count=count), command, ButtonStyle.PRIMARY),)


def _detaching(turn: Turn, draft: Broadcast) -> tuple[Button, ...]:
    return (broadcast_buttons.detach(turn, draft),) if draft.files and draft.text else ()


def _when(turn: Turn, draft: Broadcast, names: Sequence[str] | None) -> str:
    if draft.send_at is not None and not is_past(turn, draft):
        return at_time(turn, draft.send_at)
    return at_once(turn, phrases.AT_ONCE if names is None else phrases.AT_APPROVAL)


def is_past(turn: Turn, draft: Broadcast) -> bool:
    """Whether the time it was meant for has passed."""
    return draft.send_at is not None and draft.send_at <= turn.now


def _time_passed(turn: Turn, draft: Broadcast) -> str:
    if draft.send_at is None or not is_past(turn, draft):
        return ""
    return turn.say(phrases.TIME_PASSED, when=timing.in_full(turn, draft.send_at))


def _footer(turn: Turn, draft: Broadcast, names: Sequence[str] | None) -> str:
    """How to answer; and that a file may still come, where one can be given without calling the bot."""
    footer = turn.say(phrases.FOOTER if names is None else approval.FOOTER if names else approval.FOOTER_NOBODY)
    if draft.files or turn.room.kind is not RoomKind.DIRECT:
        return footer
    return footer + (" " if turn.language != "zh" else "") + turn.say(file_phrases.HINT)


def _at(turn: Turn, at: datetime | None) -> str:
    return "" if at is None else f" {timing.written(turn, at)}"


def _fields(turn: Turn, draft: Broadcast, preview: Preview, when: str, needs_approval: str = "") -> tuple[Field, ...]:
    fields = (
        Field(turn.say(phrases.AUDIENCE), aim(turn, draft)),
        Field(turn.say(file_phrases.FIELD), broadcast_files.listed(turn, enclosures.of(draft), preview.ways)),
        Field(turn.say(phrases.MATCHING), customers(turn, preview.total)),
        Field(turn.say(phrases.LEFT_OUT), left_out(turn, preview.left_out)),
        Field(turn.say(phrases.SAME_TEXT), broadcast_mends.same_text(turn, draft, preview.left_out)),
        Field(turn.say(phrases.PLACES), broadcast_ways.places(turn, preview)),
        Field(turn.say(phrases.WAYS), broadcast_ways.ways(turn, preview)),
        Field(turn.say(phrases.ASKED), broadcast_tasks.asked(turn, preview.asked)),
        Field(turn.say(phrases.WHEN), when),
        Field(turn.say(approval.FIELD), needs_approval),
        Field(turn.say(phrases.TAKES), broadcast_ways.takes(turn, preview)),
    )
    return tuple(field for field in fields if field.value)


def _nobody(turn: Turn, draft: Broadcast, preview: Preview) -> Reply:
    """Why nobody is reached, and nothing that would be refused."""
    fields = (
        Field(turn.say(phrases.AUDIENCE), aim(turn, draft)),
        Field(turn.say(phrases.MATCHING), customers(turn, preview.total)),
        Field(turn.say(phrases.LEFT_OUT), left_out(turn, preview.left_out)),
        Field(turn.say(phrases.SAME_TEXT), broadcast_mends.same_text(turn, draft, preview.left_out)),
    )
    why = turn.say(phrases.NOBODY if preview.total else phrases.NOBODY_MATCHES)
    card = Card(
        title=turn.say(phrases.STATUS_TITLE, id=draft.id, state=turn.say(phrases.STATES[draft.state])),
        text="\n".join(part for part in (why, draft.text) if part),
        fields=tuple(field for field in fields if field.value),
        buttons=(_cancel(turn, draft), *_detaching(turn, draft)),
    )
    return Reply(card, answers=_other_answers(turn, draft))
