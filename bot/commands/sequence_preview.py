"""What would happen if a sequence were switched on now."""

from bot import cards
from bot.commands import sequence_texts as texts
from bot.commands.command import Turn
from bot.language import fallbacks, noun
from bot.language.phrases import broadcast as broadcast_phrases
from bot.language.phrases import sequence as phrases
from bot.outreach.company import company_of
from crm_core.chat import Field, Quote
from crm_core.outreach.sequences import entering
from crm_core.outreach.sequences.entering import Preview
from crm_core.outreach.sequences.plans import Plan, StepKind, Unit
from crm_core.outreach.sequences.tables import Sequence


def preview(turn: Turn, sequence: Sequence, plan: Plan) -> Preview:
    """Who would enter now, in the sight of the viewer."""
    company = company_of(turn.config)
    return entering.preview(turn.session, sequence, plan, viewer=turn.viewer, now=turn.now, company=company)


def entering_now(turn: Turn, plan: Plan, seen: Preview) -> tuple[Field, ...]:
    """How many enter now, and whom of them the first message would not reach."""
    if not plan.entry:
        return ()
    customers = noun.CUSTOMERS.count(turn.language, seen.entering)
    more = phrases.FIRST_MORE if seen.entering > len(seen.names) else phrases.FIRST
    who = turn.say(more, customers=customers, names=cards.listed(turn, seen.names)) if seen.names else customers
    fields = (
        Field(turn.say(phrases.NOW), who),
        Field(turn.say(phrases.LEFT_OUT), texts.reasons(turn, seen.left_out)),
        Field(turn.say(broadcast_phrases.SAME_TEXT), _mended(plan, seen)),
    )
    return tuple(field for field in fields if field.value)


def _mended(plan: Plan, seen: Preview) -> str:
    """The first message with words to fall back on, where everybody gets the same ones and it has none."""
    if not seen.left_out.get("same_text"):
        return ""
    return next((fallbacks.filled_in(step.text) for step in plan.steps if step.kind is StepKind.MESSAGE), "")


def tight(turn: Turn, plan: Plan) -> str:
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


def samples(seen: Preview) -> tuple[Quote, ...]:
    """The first message as some receive it."""
    return tuple(Quote(sample.name, "", cards.shortened(sample.text)) for sample in seen.samples)
