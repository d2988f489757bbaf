"""What a sequence is to do, as values: who enters, when they leave, and the steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from crm_core.customers.tables import Stage
from crm_core.errors import Invalid
from crm_core.outreach import templates
from crm_core.outreach.sequences.tables import SequenceVersion

#: How many steps a sequence has at most, and how long one text may be, in characters.
MOST_STEPS = 30
LONGEST_MESSAGE = 2000
LONGEST_NUDGE = 400
#: How long one wait may be.
LONGEST_WAIT = timedelta(days=366)


class StepKind(StrEnum):
    """A message to the customer, or a reminder for whoever looks after them."""

    MESSAGE = "message"
    NUDGE = "nudge"


class Unit(StrEnum):
    """What a wait is counted in. day_number: the day after the entry, which is day 1."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    DAY_NUMBER = "day_number"


_LENGTHS = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WORKDAYS: timedelta(days=1.5),
    Unit.DAY_NUMBER: timedelta(days=1),
}


@dataclass(frozen=True)
class Wait:
    """From the end of the step before, or from the entry. `at`: not before this time of the customer's day."""

    count: int = 0
    unit: Unit = Unit.MINUTES
    at: time | None = None


@dataclass(frozen=True)
class Step:
    """`if_no_reply`: only when the customer did not write since the last message."""

    kind: StepKind
    text: str
    wait: Wait = Wait()
    if_no_reply: bool = False


@dataclass(frozen=True)
class Plan:
    """`entry`: a tag, a stage, a saved segment or an expression; "": customers enter by hand alone.

    Besides what is asked for here a customer leaves who opts out, is merged into another record, or is lost.
    """

    entry: str
    steps: tuple[Step, ...]
    stop_on_reply: bool = True
    stages: tuple[Stage, ...] = ()


def check(plan: Plan) -> None:
    """Raise `Invalid` for what cannot be: see `bot/language/problems/sequences.py`."""
    if not plan.steps:
        raise Invalid("sequence_no_steps")
    if len(plan.steps) > MOST_STEPS:
        raise Invalid("sequence_too_many_steps", limit=MOST_STEPS)
    for number, step in enumerate(plan.steps, start=1):
        _check_step(number, step)


def of(version: SequenceVersion) -> Plan:
    """The plan of a stored version."""
    return Plan(
        version.entry,
        tuple(map(step_of, version.steps)),
        version.stop_on_reply,
        tuple(Stage(word) for word in version.stages),
    )


def step_of(document: Mapping[str, Any]) -> Step:
    """A stored step."""
    at = document.get("at")
    wait = Wait(document["count"], Unit(document["unit"]), time.fromisoformat(at) if at else None)
    return Step(StepKind(document["kind"]), document["text"], wait, document["if_no_reply"])


def documents(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps as they are stored."""
    return [
        {
            "kind": step.kind.value,
            "text": step.text,
            "count": step.wait.count,
            "unit": step.wait.unit.value,
            "at": step.wait.at.isoformat("minutes") if step.wait.at else "",
            "if_no_reply": step.if_no_reply,
        }
        for step in steps
    ]


def _check_step(number: int, step: Step) -> None:
    if not step.text.strip():
        raise Invalid("sequence_step_empty", number=number)
    limit = LONGEST_MESSAGE if step.kind is StepKind.MESSAGE else LONGEST_NUDGE
    if len(step.text) > limit:
        raise Invalid("sequence_step_too_long", number=number, limit=limit)
    if step.wait.count * _LENGTHS[step.wait.unit] > LONGEST_WAIT:
        raise Invalid("sequence_wait_too_long", number=number, days=LONGEST_WAIT.days)
    if step.wait.unit is Unit.DAY_NUMBER and step.wait.count < 1:
        raise Invalid("sequence_day_unknown", number=number)
    templates.parse(step.text)
