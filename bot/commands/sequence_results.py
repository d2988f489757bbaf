"""What came of a sequence, step by step."""

from bot import cards
from bot.commands import sequence_naming as naming
from bot.commands import sequence_texts as texts
from bot.commands.command import Reply, Turn
from bot.language.phrases import sequence as phrases
from crm_core.chat import Button, Card, Field
from crm_core.outreach.sequences import enrolments, results, sequences
from crm_core.outreach.sequences.results import StepResult


def show(turn: Turn, rest: str) -> Reply:
    """Of the version in force, among the customers this viewer sees: numbers alone."""
    sequence = naming.named(turn, rest)
    version = sequences.in_force(turn.session, sequence)
    found = results.of(turn.session, version, viewer=turn.viewer)
    behind = enrolments.behind(turn.session, sequence)
    left = Field(turn.say(phrases.RESULT_LEFT), texts.leaving(turn, found.left))
    card = Card(
        title=turn.say(phrases.RESULTS, name=sequence.name, version=version.number),
        text=turn.say(
            phrases.RESULT_ALL,
            entered=found.entered,
            active=found.active,
            finished=found.finished,
            replied=found.replied,
        ),
        fields=(left,) if left.value else (),
        items=tuple(_step(turn, each) for each in found.steps),
        buttons=(Button(turn.say(phrases.WHO_BUTTON), turn.say(phrases.WHO_COMMAND, id=sequence.id)),),
        footer=turn.say(phrases.RESULT_BEHIND, count=behind, name=sequence.name) if behind else "",
    )
    return Reply(card, personal=False)


def _step(turn: Turn, each: StepResult) -> str:
    missed, left = sum(each.missed.values()), sum(each.left.values())
    parts = [
        turn.say(
            phrases.RESULT_STEP,
            number=each.number,
            text=cards.shortened(each.step.text, 24),
            reached=each.reached,
            replied=each.replied,
        )
    ]
    if each.waiting:
        parts.append(turn.say(phrases.RESULT_WAITING, count=each.waiting))
    if missed:
        reasons = texts.reasons(turn, each.missed)
        parts.append(turn.say(phrases.RESULT_MISSED, count=missed, reasons=reasons))
    if left:
        parts.append(turn.say(phrases.RESULT_GONE, count=left))
    return "".join(parts)
