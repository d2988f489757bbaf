"""Sequences written, previewed, switched on and steered in the chat."""

import re
from collections.abc import Callable

from bot import cards
from bot.commands import sequence_approval
from bot.commands import sequence_naming as naming
from bot.commands import sequence_preview as previewing
from bot.commands import sequence_texts as texts
from bot.commands.command import Reply, Turn
from bot.language import noun, sequence_lines
from bot.language.phrase import Phrase
from bot.language.phrases import sequence as phrases
from bot.language.phrases import sequence_approval as approval
from crm_core.chat import Button, ButtonStyle, Card, Field
from crm_core.outreach.sequences import agreement, enrolments, plans, sequences
from crm_core.outreach.sequences.sequences import Made
from crm_core.outreach.sequences.tables import Sequence, SequenceState
from crm_core.people.viewer import Right

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
    sequence = naming.named(turn, name)
    before = sequences.newest(turn.session, sequence).number
    made = sequences.revise(turn.session, sequence, sequence_lines.read(lines), viewer=turn.viewer, now=turn.now)
    said = phrases.SAME if made.version.number == before else phrases.MADE
    return _made(turn, made, turn.say(said, name=sequence.name, version=made.version.number))


def ask_on(turn: Turn, rest: str) -> Reply:
    """Who would enter now, and the question."""
    sequence = naming.named(turn, rest)
    sequences.require_steering(sequence, turn.viewer)
    return _asked(turn, sequence)


def confirm(turn: Turn, rest: str) -> Reply:
    """Switch it on, if it is what was previewed."""
    told = _CONFIRM.fullmatch(rest)
    if told is None:
        return ask_on(turn, rest)
    sequence = sequences.get(turn.session, int(told[1]))
    newest = sequences.hold(turn.session, sequence)
    plan = plans.of(newest)
    seen = previewing.preview(turn, sequence, plan)
    if (newest.number, seen.entering) != (int(told[2]), int(told[3])):
        return _asked(turn, sequence, changed=True)
    if sequence_approval.approvers(turn, sequence, seen.entering) is not None:
        return sequence_approval.asking(turn, sequence)
    sequences.switch_on(turn.session, sequence, viewer=turn.viewer, now=turn.now)
    customers = noun.CUSTOMERS.count(turn.language, seen.entering)
    text = turn.say(phrases.ON, name=sequence.name, version=newest.number, customers=customers)
    return Reply(Card(text=text, buttons=(*_looks(turn, sequence), _pause(turn, sequence))), personal=False)


def pause(turn: Turn, rest: str) -> Reply:
    """Nobody goes on."""
    sequence, withdrawn = _ended(turn, rest, sequences.pause)
    resumes = Button(turn.say(phrases.RESUME_BUTTON), turn.say(phrases.RESUME_COMMAND, id=sequence.id))
    text = _lines(turn.say(phrases.PAUSED, name=sequence.name), withdrawn)
    return Reply(Card(text=text, buttons=(resumes,)), personal=False)


def resume(turn: Turn, rest: str) -> Reply:
    """Everybody goes on."""
    sequence = naming.named(turn, rest)
    sequences.resume(turn.session, sequence, viewer=turn.viewer, now=turn.now)
    text = turn.say(phrases.RESUMED, name=sequence.name)
    return Reply(Card(text=text, buttons=_looks(turn, sequence)), personal=False)


def off(turn: Turn, rest: str) -> Reply:
    """Nobody enters any more; nobody is asked about it any more."""
    withdrawn = sequence_approval.withdraw(turn, rest)
    return withdrawn or _over(turn, *_ended(turn, rest, sequences.close), phrases.OFF, SequenceState.OFF)


def stop(turn: Turn, rest: str) -> Reply:
    """Nobody goes on, for good."""
    return _over(turn, *_ended(turn, rest, sequences.stop), phrases.STOPPED, SequenceState.STOPPED)


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
    seen = previewing.preview(turn, made.sequence, plan)
    card = Card(
        title=heading,
        text=previewing.tight(turn, plan),
        fields=(
            *texts.terms(turn, plan),
            *previewing.entering_now(turn, plan, seen),
            *previewing.mended(turn, plan, seen),
        ),
        items=texts.steps(turn, plan),
        quotes=previewing.samples(seen),
        buttons=(
            Button(turn.say(phrases.ON_BUTTON), turn.say(phrases.ON_COMMAND, id=made.sequence.id), ButtonStyle.PRIMARY),
        ),
    )
    return Reply(card, shown=seen.shown, personal=bool(seen.shown))


def _asked(turn: Turn, sequence: Sequence, *, changed: bool = False) -> Reply:
    newest = sequences.newest(turn.session, sequence)
    plan = plans.of(newest)
    seen = previewing.preview(turn, sequence, plan)
    yes = turn.say(phrases.CONFIRM_COMMAND, id=sequence.id, version=newest.number, count=seen.entering)
    no = turn.say(phrases.NOT_NOW_COMMAND, id=sequence.id)
    ask = phrases.ASK if plan.entry else phrases.ASK_BY_HAND
    names = sequence_approval.approvers(turn, sequence, seen.entering)
    needed = Field(turn.say(approval.FIELD), sequence_approval.needed(turn, sequence, names))
    confirming = approval.CONFIRM if names else phrases.CONFIRM
    buttons = (Button(turn.say(confirming), yes, ButtonStyle.PRIMARY), Button(turn.say(phrases.NOT_NOW), no))
    card = Card(
        title=naming.title(turn, sequence, newest.number),
        text=_lines(turn.say(phrases.CHANGED) if changed else "", previewing.tight(turn, plan)),
        fields=(
            *texts.terms(turn, plan),
            *previewing.entering_now(turn, plan, seen),
            *previewing.mended(turn, plan, seen),
            *([needed] if needed.value else []),
        ),
        items=texts.steps(turn, plan),
        quotes=previewing.samples(seen),
        buttons=buttons if names is None or names else buttons[1:],
        footer=turn.say(ask, name=sequence.name) if names is None else turn.say(approval.ASK) if names else "",
    )
    return Reply(card, answers={"yes": yes, "no": no}, shown=seen.shown, personal=bool(seen.shown))


def _ended(turn: Turn, rest: str, verb: Callable[..., Sequence]) -> tuple[Sequence, str]:
    """Steered, with a word about the version that waited for approval until then."""
    sequence = naming.named(turn, rest)
    sequences.hold(turn.session, sequence)
    waited = agreement.waiting(turn.session, sequence)
    verb(turn.session, sequence, viewer=turn.viewer, now=turn.now)
    return sequence, sequence_approval.withdrawn(turn, sequence, waited)


def _over(turn: Turn, sequence: Sequence, withdrawn: str, said: Phrase, state: SequenceState) -> Reply:
    if sequence.state is not state:
        return Reply(Card(text=withdrawn), personal=False)
    active = enrolments.count_active(turn.session, sequence, viewer=turn.viewer)
    return Reply(Card(text=_lines(turn.say(said, name=sequence.name, active=active), withdrawn)), personal=False)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _looks(turn: Turn, sequence: Sequence) -> tuple[Button, ...]:
    return (
        Button(turn.say(phrases.RESULTS_BUTTON), turn.say(phrases.RESULTS_COMMAND, id=sequence.id)),
        Button(turn.say(phrases.WHO_BUTTON), turn.say(phrases.WHO_COMMAND, id=sequence.id)),
    )


def _pause(turn: Turn, sequence: Sequence) -> Button:
    return Button(turn.say(phrases.PAUSE_BUTTON), turn.say(phrases.PAUSE_COMMAND, id=sequence.id))
