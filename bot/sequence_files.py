"""Sequences as documents: in a TOML or JSON file for `crmbot sequence`, and in the body of a request.

[[sequence]]
name = "Welcome"
enter = "lead & !lost"
exit = ["reply", "won"]
steps = [
  { wait = "at once", message = "Hello {name|there}" },
  { wait = "3 workdays 10:00", if_no_reply = true, message = "Did you have a look?" },
  { wait = "day 7", remind = "Call them" },
]
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.language import flaws, sequence_lines, sequence_words
from bot.language.grammar import fold
from bot.language.phrases.flaws import TOO_LARGE
from crm_core.errors import Invalid
from crm_core.outreach.sequences.plans import Plan, Step, StepKind, Wait
from crm_core.text.tidying import paragraphs

#: Longest file, in bytes.
LONGEST = 1_000_000

#: Beside `str`: without invisible characters.
_PLAIN = AfterValidator(paragraphs)
_Text = Annotated[str, Field(max_length=4000), _PLAIN]


class StepIn(BaseModel):
    """Either `message` or `remind`. `wait`: as in the chat; absent: at once."""

    model_config = ConfigDict(extra="forbid")
    wait: Annotated[str, Field(max_length=100), _PLAIN] = ""
    if_no_reply: bool = False
    message: _Text = ""
    remind: _Text = ""


class SequenceIn(BaseModel):
    """`enter`: a segment; absent: by hand alone. `exit`: "reply" and stages, or "not on reply"."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(max_length=200), _PLAIN]
    enter: Annotated[str, Field(max_length=500), _PLAIN] = ""
    exit: Annotated[list[Annotated[str, Field(max_length=100), _PLAIN]], Field(max_length=20)] = []
    steps: Annotated[list[StepIn], Field(max_length=100)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sequence: list[SequenceIn]


def read(path: Path, language: str) -> list[SequenceIn]:
    """What a file describes. Raises `Invalid("sequence_file_unclear")` with a reason in this language."""
    try:
        return _File.model_validate(_document(path, language)).sequence
    except ValidationError as error:
        raise _unclear(flaws.first(error, language)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _unclear(flaws.unreadable(error, language)) from None


def _document(path: Path, language: str) -> object:
    with path.open("rb") as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise _unclear(TOO_LARGE.say(language, limit=LONGEST))
    text = content.decode("utf-8")
    return json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)


def plan_of(document: SequenceIn) -> Plan:
    """The plan a document describes. Raises `Invalid`."""
    on_reply, stages = sequence_lines.exits(",".join(document.exit))
    steps = tuple(_step(number, step) for number, step in enumerate(document.steps, start=1))
    return Plan(document.enter.strip(), steps, on_reply, stages)


def _step(number: int, step: StepIn) -> Step:
    if bool(step.message.strip()) == bool(step.remind.strip()):
        raise Invalid("sequence_step_empty", number=number)
    wait = sequence_words.wait_of(fold(step.wait)) if step.wait.strip() else Wait()
    if wait is None:
        raise Invalid("sequence_wait_unclear", number=number, wait=step.wait[:40])
    kind = StepKind.MESSAGE if step.message.strip() else StepKind.NUDGE
    return Step(kind, (step.message or step.remind).strip(), wait, step.if_no_reply)


def _unclear(reason: str) -> Invalid:
    return Invalid("sequence_file_unclear", reason=reason)
