"""A sequence as it is sent and as it is shown: what is shown may be sent back."""

from pydantic import BaseModel

from bot.language import sequence_lines, sequence_words
from bot.sequence_files import SequenceIn
from crm_core.outreach.sequences import plans
from crm_core.outreach.sequences.plans import Step, StepKind
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion


class SequenceBody(SequenceIn):
    """What a sequence is to be. What is shown of one may be sent back: `id`, `state`, `version` and `newest` change
    nothing."""

    id: int | None = None
    state: str | None = None
    version: int | None = None
    newest: int | None = None


class WrittenStep(BaseModel):
    """A step as it may be sent back; either `message` or `remind` is empty."""

    wait: str
    if_no_reply: bool
    message: str
    remind: str


class SequenceOut(BaseModel):
    """`version`: the one in force, 0 before the first; the rest is the newest, which may wait to be switched on."""

    id: int
    name: str
    state: str
    version: int
    newest: int
    enter: str
    exit: list[str]
    steps: list[WrittenStep]


def shown(one: Sequence, newest: SequenceVersion) -> SequenceOut:
    """The sequence with its newest version."""
    plan = plans.of(newest)
    return SequenceOut(
        id=one.id,
        name=one.name,
        state=one.state,
        version=one.version,
        newest=newest.number,
        enter=plan.entry,
        exit=sequence_lines.exits_written(plan),
        steps=[_written(step) for step in plan.steps],
    )


def _written(step: Step) -> WrittenStep:
    message, remind = (step.text, "") if step.kind is StepKind.MESSAGE else ("", step.text)
    wait = sequence_words.written(step.wait)
    return WrittenStep(wait=wait, if_no_reply=step.if_no_reply, message=message, remind=remind)
