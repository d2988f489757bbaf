"""A sequence in words: its steps, who enters, and when they leave."""

from collections.abc import Mapping

from bot import cards
from bot.commands.command import Turn
from bot.language import moments
from bot.language.phrase import Phrase
from bot.language.phrases import broadcast as broadcast_phrases
from bot.language.phrases import sequence as phrases
from crm_core.chat import Field
from crm_core.customers.stages import stage_word
from crm_core.outreach.sequences.enrolments import UnderWay
from crm_core.outreach.sequences.plans import Plan, Step, StepKind, Unit, Wait


def steps(turn: Turn, plan: Plan) -> tuple[str, ...]:
    """A line for each."""
    return tuple(_step(turn, number, step) for number, step in enumerate(plan.steps, start=1))


def terms(turn: Turn, plan: Plan) -> tuple[Field, ...]:
    """Who enters, and when they leave."""
    ways = [turn.say(phrases.EXIT_REPLY)] if plan.stop_on_reply else []
    ways += [stage_word(stage, turn.language) for stage in plan.stages]
    return (
        Field(turn.say(phrases.ENTRY), plan.entry or turn.say(phrases.BY_HAND)),
        Field(turn.say(phrases.EXIT), cards.listed(turn, [*ways, turn.say(phrases.EXIT_ALWAYS)])),
    )


def next_step(turn: Turn, each: UnderWay) -> str:
    """When the next step of somebody under way is due."""
    if each.sending:
        return turn.say(phrases.WHO_SENDING)
    return moments.short(each.due_at, now=turn.now, zone=turn.zone, language=turn.language)


def reasons(turn: Turn, counted: Mapping[str, int]) -> str:
    """Why customers receive nothing, each with how many."""
    return cards.listed(turn, [_reason(turn, why, count) for why, count in sorted(counted.items()) if count])


def leaving(turn: Turn, counted: Mapping[str, int]) -> str:
    """Why customers left, each with how many."""
    return cards.listed(turn, [turn.say(phrases.LEAVING[why], count=count) for why, count in sorted(counted.items())])


def _reason(turn: Turn, why: str, count: int) -> str:
    if why in broadcast_phrases.REASONS:
        return turn.say(broadcast_phrases.REASONS[why], count=count)
    word: Phrase | None = phrases.MISSED.get(why) or broadcast_phrases.PROBLEMS.get(why)
    return f"{turn.say(word) if word else why} {count}"


def _step(turn: Turn, number: int, step: Step) -> str:
    return turn.say(
        phrases.STEP,
        number=number,
        wait=wait(turn, step.wait),
        condition=turn.say(phrases.IF_NO_REPLY) if step.if_no_reply else "",
        what=turn.say(phrases.REMINDS if step.kind is StepKind.NUDGE else phrases.SAYS),
        text=step.text,
    ).replace("  ", " ")


def wait(turn: Turn, wait: Wait) -> str:
    """How long a step waits, in words."""
    at = turn.say(phrases.AT, at=f"{wait.at:%H:%M}") if wait.at else ""
    if not wait.count:
        word = phrases.SAME_DAY if wait.unit is Unit.DAYS else phrases.AT_ONCE
        return f"{turn.say(word)}{at}"
    return f"{turn.say(phrases.WAIT[wait.unit], count=wait.count)}{at}"
