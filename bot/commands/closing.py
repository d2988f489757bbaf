"""完成/done, 稍后/snooze, 改时间/reschedule and 停止/stop: what becomes of a to-do."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.commands import timing
from bot.commands.command import Command, Detour, Reply, Turn
from bot.commands.which import about, beyond, customer_of, numbers, openers, shown, which
from bot.language import moments
from bot.language.phrase import Phrase
from bot.language.phrases import remind as remind_phrases
from bot.language.phrases import todo as phrases
from bot.language.times import Reading
from crm_core.chat import Button, Card
from crm_core.outreach import nudges
from crm_core.outreach.tables import Nudge, NudgeState
from crm_core.people.tables import Staff
from crm_core.people.viewer import Right

#: How long a to-do is put off when nothing is said.
PAUSE = timedelta(hours=1)
_JUST = timedelta(seconds=45)

_SEVERAL = re.compile(r"#?\d{1,18}(?:(?:\s*[,，、和&]\s*|\s+and\s+|\s+)#?\d{1,18})+")
_NUMBER = re.compile(r"#?\d{1,18}")
_NAMED = re.compile(r"(#\s*\d{1,18}|第?\d{1,4}[项条]?)(?:\s+|(?<=[项条])|$)(.*)", re.DOTALL)
_UNIT = re.compile(
    r"(?:个?(?:半?小时|钟头|分钟?|天|星期|礼拜|周|月)|点|号|日|:|"
    r"(?:hours?|hrs?|h|minutes?|mins?|min|m|days?|d|weeks?|w|months?|am|pm|o'clock)\b)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:到|至|改到|改成|推迟到?|until|till|to|for|by)(?![a-z])\s*", re.IGNORECASE)


def run_done(turn: Turn, rest: str) -> Reply:
    """Close one to-do, or several by their numbers."""
    known = numbers(turn)
    if _SEVERAL.fullmatch(rest):
        chosen = [which(turn, number, phrases.DONE_COMMAND) for number in _NUMBER.findall(rest)]
        lines = tuple(_close(turn, nudge) for nudge in chosen)
        return Reply(Card(items=lines), openers(turn, known), todos=known, shown=shown(chosen), beyond=beyond(chosen))
    nudge = which(turn, rest, phrases.DONE_COMMAND)
    return _settled(turn, nudge, _close(turn, nudge), known)


def _close(turn: Turn, nudge: Nudge) -> str:
    repeating = bool(_open(turn, nudge).recurrence)
    if nudges.is_done_until_next(nudge, turn.now):
        raise Detour(_too_late(turn, nudge, phrases.WAS_DONE_NEXT))
    nudges.done(turn.session, nudge, viewer=turn.viewer, now=turn.now, country=turn.config.bot.country)
    if not repeating:
        return turn.say(phrases.DONE, text=nudge.text, customer=about(turn, nudge))
    if nudge.state is not NudgeState.OPEN:
        return turn.say(phrases.DONE_LAST, text=nudge.text, customer=about(turn, nudge))
    when = moments.short(nudge.due_at, now=turn.now, zone=turn.zone, language=turn.language)
    return turn.say(phrases.DONE_NEXT, text=nudge.text, customer=about(turn, nudge), when=when, id=nudge.id)


def run_snooze(turn: Turn, rest: str) -> Reply:
    """Put a to-do off: `[which] [how long or until when]`."""
    known = numbers(turn)
    name, time = _split(turn, rest)
    nudge = _open(turn, which(turn, name, phrases.SNOOZE_COMMAND))
    until = turn.now + PAUSE if not time else _due(turn, time).at
    nudges.snooze(turn.session, nudge, until, viewer=turn.viewer, now=turn.now)
    return _settled(turn, nudge, _moved(turn, nudge, phrases.SNOOZED), known)


def run_reschedule(turn: Turn, rest: str) -> Reply:
    """Give a to-do another time, or another rule to repeat by; asks for it when none is said."""
    known = numbers(turn)
    name, time = _split(turn, rest)
    nudge = _open(turn, which(turn, name, phrases.MOVE_COMMAND))
    if not time:
        raise Detour(_ask_time(turn, nudge))
    due = _due(turn, time)
    nudges.reschedule(turn.session, nudge, due.at, recurrence=due.rule, viewer=turn.viewer, now=turn.now)
    return _settled(turn, nudge, _moved(turn, nudge, phrases.MOVED), known)


def run_stop(turn: Turn, rest: str) -> Reply:
    """Drop a to-do, with all its repetitions."""
    known = numbers(turn)
    nudge = _open(turn, which(turn, rest, phrases.STOP_COMMAND))
    nudges.cancel(turn.session, nudge, viewer=turn.viewer, now=turn.now)
    details = {"text": nudge.text, "customer": about(turn, nudge)}
    if not nudge.recurrence:
        return _settled(turn, nudge, turn.say(phrases.STOPPED, **details), known)
    rule = timing.repeats(turn, nudge.recurrence)
    return _settled(turn, nudge, turn.say(phrases.STOPPED_SERIES, rule=rule, **details), known)


def _open(turn: Turn, nudge: Nudge) -> Nudge:
    """The to-do itself; `Detour` says who closed it, and when, if somebody was first."""
    if nudge.state is NudgeState.OPEN:
        return nudge
    raise Detour(_too_late(turn, nudge, phrases.WAS_DONE if nudge.state is NudgeState.DONE else phrases.WAS_STOPPED))


def _too_late(turn: Turn, nudge: Nudge, phrase: Phrase) -> Reply:
    closer = None if nudge.closed_by_id is None else turn.session.get(Staff, nudge.closed_by_id)
    mine = closer is not None and closer.id == turn.viewer.staff_id
    text = turn.say(
        phrase,
        who=turn.say(phrases.YOU) if mine else closer.name if closer else turn.say(phrases.SOMEBODY),
        ago=_ago(turn, nudge.closed_at or turn.now),
        when=moments.short(nudge.closed_at or turn.now, now=turn.now, zone=turn.zone, language=turn.language),
        text=nudge.text,
        next=moments.short(nudge.due_at, now=turn.now, zone=turn.zone, language=turn.language),
    )
    known = numbers(turn)
    return Reply(Card(text=text), openers(turn, known), todos=known, shown=shown([nudge]))


def _ago(turn: Turn, at: datetime) -> str:
    if turn.now - at < _JUST:
        return turn.say(phrases.JUST_NOW)
    return moments.distance(at, now=turn.now, language=turn.language)


def _split(turn: Turn, rest: str) -> tuple[str, str]:
    """Which to-do, and when: "2 1小时", "#41 until tomorrow 9am", "2 hours", "张三 明天"."""
    named = _NAMED.fullmatch(rest)
    if named is not None and not _UNIT.match(named[2]):
        return named[1], _UNTIL.sub("", named[2], count=1) if _UNTIL.match(named[2]) else named[2].strip()
    return timing.apart(turn, rest)


def _due(turn: Turn, time: str) -> Reading:
    due = timing.due(turn, time)
    if due is None:
        raise turn.refusal(phrases.NO_TIME, text=time[:40])
    return due


def _moved(turn: Turn, nudge: Nudge, phrase: Phrase) -> str:
    return turn.say(
        phrase,
        when=timing.in_full(turn, nudge.due_at),
        text=nudge.text,
        customer=about(turn, nudge),
    )


def _settled(turn: Turn, nudge: Nudge, text: str, known: Mapping[str, int]) -> Reply:
    customer = customer_of(turn, nudge)
    subject_id = None if customer is None else customer.id
    return Reply(
        Card(text=text),
        openers(turn, known),
        subject_id=subject_id,
        shown=shown([nudge]),
        closes=nudge.id,
        todos=known,
    )


def _ask_time(turn: Turn, nudge: Nudge) -> Reply:
    command = turn.say(phrases.MOVE_COMMAND, id=nudge.id)
    choices = timing.offered(turn)
    card = Card(
        text=turn.say(phrases.ASK_TIME, text=nudge.text),
        buttons=tuple(Button(label, f"{command} {when}") for label, when in choices),
        footer=turn.say(remind_phrases.ASK_FOOTER),
    )
    answers = {str(number): f"{command} {when}" for number, (_, when) in enumerate(choices, start=1)}
    return Reply(card, answers={**answers, "*": f"{command} {{}}"})


COMMANDS = (
    Command(
        name="done",
        words=("完成", "done", "搞定", "办完了", "finish", "finished"),
        right=Right.WRITE,
        writes=True,
        run=run_done,
        usage=phrases.DONE_USAGE,
        summary=phrases.DONE_SUMMARY,
    ),
    Command(
        name="snooze",
        words=("稍后", "snooze", "推迟", "等会儿", "later", "postpone"),
        right=Right.WRITE,
        writes=True,
        run=run_snooze,
        usage=phrases.SNOOZE_USAGE,
        summary=phrases.SNOOZE_SUMMARY,
    ),
    Command(
        name="reschedule",
        words=("改时间", "reschedule", "改期", "move"),
        right=Right.WRITE,
        writes=True,
        run=run_reschedule,
        usage=phrases.MOVE_USAGE,
        summary=phrases.MOVE_SUMMARY,
    ),
    Command(
        name="stop",
        words=("停止", "stop", "取消提醒", "不再提醒", "drop"),
        right=Right.WRITE,
        writes=True,
        run=run_stop,
        usage=phrases.STOP_USAGE,
        summary=phrases.STOP_SUMMARY,
    ),
)
