"""Sequences written, previewed, switched on and steered in the chat."""

import re
from collections.abc import Callable

from bot import cards
from bot.commands import sequence_texts as texts
from bot.commands.command import Reply, Turn
from bot.language import noun, sequence_lines
from bot.language.phrases import sequence as phrases
from bot.outreach.company import company_of
from crm_core.chat import Button, ButtonStyle, Card, Field, Quote
from crm_core.customers.names import matching_form
from crm_core.errors import NotFound
from crm_core.outreach.sequences import enrolments, entering, plans, sequences
from crm_core.outreach.sequences.entering import Preview
from crm_core.outreach.sequences.plans import Plan, StepKind, Unit
from crm_core.outreach.sequences.sequences import Made
from crm_core.outreach.sequences.tables import Sequence
from crm_core.people.viewer import Right

_NUMBER = re.compile(r"[#＃]?\s*(\d{1,18})")
#: A part of a name is at least so long.
_SHORTEST = 2
#: So many that could be meant are named.
_NAMED = 5
_CONFIRM = re.compile(r"[#＃]?\s*(\d{1,18})\s+(\d{1,9})\s*[(（](\d{1,9})[)）]")
_NAME = re.compile(r"\s*[「“\"']?(?P<name>[^\n:：;；]+?)[」”\"']?\s*(?:[\n:：;；](?:\s*\n)?(?P<lines>.*))?", re.DOTALL)


def new(turn: Turn, rest: str) -> Reply:
    """A draft, with what would happen if it were switched on."""
    name, lines = _named_lines(turn, rest)
    made = sequences.make(turn.session, name, sequence_lines.read(lines), viewer=turn.viewer, now=turn.now)
    return _made(turn, made, turn.say(phrases.MADE, name=made.sequence.name, version=made.version.number))


def edit(turn: Turn, rest: str) -> Reply:
    """A new version, which waits to be switched on."""
    name, lines = _named_lines(turn, rest)
    sequence = named(turn, name)
    before = sequences.newest(turn.session, sequence).number
    made = sequences.revise(turn.session, sequence, sequence_lines.read(lines), viewer=turn.viewer, now=turn.now)
    said = phrases.SAME if made.version.number == before else phrases.MADE
    return _made(turn, made, turn.say(said, name=sequence.name, version=made.version.number))


def ask_on(turn: Turn, rest: str) -> Reply:
    """Who would enter now, and the question."""
    sequence = named(turn, rest)
    sequences.require_steering(sequence, turn.viewer)
    return _asked(turn, sequence)


def confirm(turn: Turn, rest: str) -> Reply:
    """Switch it on, if it is what was previewed."""
    told = _CONFIRM.fullmatch(rest)
    if told is None:
        return ask_on(turn, rest)
    sequence = sequences.get(turn.session, int(told[1]))
    newest = sequences.newest(turn.session, sequence)
    plan = plans.of(newest)
    seen = _preview(turn, sequence, plan)
    if (newest.number, seen.entering) != (int(told[2]), int(told[3])):
        return _asked(turn, sequence, changed=True)
    above = turn.config.broadcasts.approval_above
    entering.require_second(turn.session, sequence, viewer=turn.viewer, now=turn.now, above=above)
    sequences.switch_on(turn.session, sequence, viewer=turn.viewer, now=turn.now)
    customers = noun.CUSTOMERS.count(turn.language, seen.entering)
    text = turn.say(phrases.ON, name=sequence.name, version=newest.number, customers=customers)
    return Reply(Card(text=text, buttons=(*_looks(turn, sequence), _pause(turn, sequence))), personal=False)


def pause(turn: Turn, rest: str) -> Reply:
    """Nobody goes on."""
    sequence = _steered(turn, rest, sequences.pause)
    resumes = Button(turn.say(phrases.RESUME_BUTTON), turn.say(phrases.RESUME_COMMAND, id=sequence.id))
    return Reply(Card(text=turn.say(phrases.PAUSED, name=sequence.name), buttons=(resumes,)), personal=False)


def resume(turn: Turn, rest: str) -> Reply:
    """Everybody goes on."""
    sequence = _steered(turn, rest, sequences.resume)
    text = turn.say(phrases.RESUMED, name=sequence.name)
    return Reply(Card(text=text, buttons=_looks(turn, sequence)), personal=False)


def off(turn: Turn, rest: str) -> Reply:
    """Nobody enters any more."""
    sequence = _steered(turn, rest, sequences.close)
    return turn.reply(
        phrases.OFF, name=sequence.name, active=enrolments.count_active(turn.session, sequence, viewer=turn.viewer)
    )


def stop(turn: Turn, rest: str) -> Reply:
    """Nobody goes on, for good."""
    sequence = _steered(turn, rest, sequences.stop)
    return turn.reply(
        phrases.STOPPED, name=sequence.name, active=enrolments.count_active(turn.session, sequence, viewer=turn.viewer)
    )


def find(turn: Turn, text: str) -> Sequence | None:
    """The sequence of this name, or number ("3", "#3"), if there is one."""
    number = _NUMBER.fullmatch(text.strip())
    try:
        return sequences.named(turn.session, _bare(text))
    except NotFound:
        return _numbered(turn, int(number[1])) if number is not None else None


def named(turn: Turn, text: str) -> Sequence:
    """The sequence of this name, number, or beginning or part of a name that no other has. Raises
    `NotFound("sequence_not_found")`, and `Detour` when it could be several."""
    exactly = find(turn, text)
    if exactly is not None:
        return exactly
    known = sequences.everything(turn.session)
    wanted = matching_form(_bare(text))
    names = [(each, matching_form(each.name)) for each in known] if len(wanted) >= _SHORTEST else []
    meant = [each for each, name in names if name.startswith(wanted)] or [
        each for each, name in names if wanted in name
    ]
    if len(meant) > 1:
        said = cards.listed(turn, [each.name for each in meant[:_NAMED]])
        raise turn.refusal(phrases.SEVERAL, name=cards.shortened(text, 40), names=said)
    return meant[0] if meant else sequences.named(turn.session, _bare(text))


def _numbered(turn: Turn, number: int) -> Sequence | None:
    try:
        return sequences.get(turn.session, number)
    except NotFound:
        return None


def _bare(text: str) -> str:
    return text.strip(" 「」“”\"'\n:：")


def title(turn: Turn, sequence: Sequence, version: int) -> str:
    """Its name, a version of it, and its state."""
    return turn.say(phrases.TITLE, name=sequence.name, version=version, state=turn.say(phrases.STATES[sequence.state]))


def _named_lines(turn: Turn, rest: str) -> tuple[str, str]:
    """A name, and the lines after it."""
    found = _NAME.fullmatch(rest)
    turn.viewer.require(Right.BROADCAST)
    if found is None or not (found["lines"] or "").strip():
        raise turn.refusal(phrases.NO_STEPS, name=cards.shortened(rest, 40) or turn.say(phrases.LIST_TITLE))
    return found["name"], found["lines"]


def _made(turn: Turn, made: Made, heading: str) -> Reply:
    """What was written down, so that it can be checked, and the preview of switching it on."""
    plan = plans.of(made.version)
    seen = _preview(turn, made.sequence, plan)
    card = Card(
        title=heading,
        text=_tight(turn, plan),
        fields=(*texts.terms(turn, plan), *_entering(turn, plan, seen)),
        items=texts.steps(turn, plan),
        quotes=tuple(Quote(sample.name, "", cards.shortened(sample.text)) for sample in seen.samples),
        buttons=(
            Button(turn.say(phrases.ON_BUTTON), turn.say(phrases.ON_COMMAND, id=made.sequence.id), ButtonStyle.PRIMARY),
        ),
    )
    return Reply(card, shown=seen.shown, personal=bool(seen.shown))


def _asked(turn: Turn, sequence: Sequence, *, changed: bool = False) -> Reply:
    newest = sequences.newest(turn.session, sequence)
    plan = plans.of(newest)
    seen = _preview(turn, sequence, plan)
    yes = turn.say(phrases.CONFIRM_COMMAND, id=sequence.id, version=newest.number, count=seen.entering)
    no = turn.say(phrases.NOT_NOW_COMMAND, id=sequence.id)
    ask = phrases.ASK if plan.entry else phrases.ASK_BY_HAND
    notes = (turn.say(phrases.CHANGED) if changed else "", _tight(turn, plan))
    card = Card(
        title=title(turn, sequence, newest.number),
        text="\n".join(note for note in notes if note),
        fields=(*texts.terms(turn, plan), *_entering(turn, plan, seen)),
        items=texts.steps(turn, plan),
        quotes=tuple(Quote(sample.name, "", cards.shortened(sample.text)) for sample in seen.samples),
        buttons=(Button(turn.say(phrases.CONFIRM), yes, ButtonStyle.PRIMARY), Button(turn.say(phrases.NOT_NOW), no)),
        footer=turn.say(ask, name=sequence.name),
    )
    return Reply(card, answers={"yes": yes, "no": no}, shown=seen.shown, personal=bool(seen.shown))


def _preview(turn: Turn, sequence: Sequence, plan: Plan) -> Preview:
    company = company_of(turn.config)
    return entering.preview(turn.session, sequence, plan, viewer=turn.viewer, now=turn.now, company=company)


def _entering(turn: Turn, plan: Plan, seen: Preview) -> tuple[Field, ...]:
    if not plan.entry:
        return ()
    customers = noun.CUSTOMERS.count(turn.language, seen.entering)
    more = phrases.FIRST_MORE if seen.entering > len(seen.names) else phrases.FIRST
    who = turn.say(more, customers=customers, names=cards.listed(turn, seen.names)) if seen.names else customers
    fields = (
        Field(turn.say(phrases.NOW), who),
        Field(turn.say(phrases.LEFT_OUT), texts.reasons(turn, seen.left_out)),
    )
    return tuple(field for field in fields if field.value)


def _tight(turn: Turn, plan: Plan) -> str:
    """A word about too many messages for one week."""
    limit = turn.config.manners.per_week
    days = [0]
    for step in plan.steps:
        unit, count = step.wait.unit, step.wait.count
        if unit is Unit.DAY_NUMBER:
            days.append(count - 1)
        else:
            days.append(days[-1] + (count if unit in {Unit.DAYS, Unit.WORKDAYS} else 0))
    written = [day for day, step in zip(days[1:], plan.steps, strict=True) if step.kind is StepKind.MESSAGE]
    crowded = any(sum(first <= day < first + 7 for day in written) > limit for first in written)
    return turn.say(phrases.TIGHT, limit=limit) if crowded else ""


def _steered(turn: Turn, rest: str, verb: Callable[..., Sequence]) -> Sequence:
    return verb(turn.session, named(turn, rest), viewer=turn.viewer, now=turn.now)


def _looks(turn: Turn, sequence: Sequence) -> tuple[Button, ...]:
    return (
        Button(turn.say(phrases.RESULTS_BUTTON), turn.say(phrases.RESULTS_COMMAND, id=sequence.id)),
        Button(turn.say(phrases.WHO_BUTTON), turn.say(phrases.WHO_COMMAND, id=sequence.id)),
    )


def _pause(turn: Turn, sequence: Sequence) -> Button:
    return Button(turn.say(phrases.PAUSE_BUTTON), turn.say(phrases.PAUSE_COMMAND, id=sequence.id))
