"""What would happen if a sequence were switched on now."""

from bot import cards
from bot.commands import sequence_texts as texts
from bot.commands.command import Turn
from bot.language import fallbacks, noun
from bot.language.phrases import broadcast as broadcast_phrases
from bot.language.phrases import sequence as phrases
from bot.outreach.company import company_of
from crm_core.chat import Field, Quote
from crm_core.outreach import templates
from crm_core.outreach.sequences import entering
from crm_core.outreach.sequences.entering import Preview
from crm_core.outreach.sequences.plans import Plan, Step, StepKind, Unit
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
    )
    return tuple(field for field in fields if field.value)


def mended(turn: Turn, plan: Plan, seen: Preview) -> tuple[Field, ...]:
    """Each message with words to fall back on, where everybody gets the same ones and it has none."""
    if not seen.same_words:
        return ()
    messages = [(number, step) for number, step in enumerate(plan.steps, start=1) if step.kind is StepKind.MESSAGE]
    lines = [
        _mended(turn, number if len(messages) > 1 else 0, step, seen.same_words)
        for number, step in messages
        if "name" in templates.parse(step.text).needed
    ]
    return (Field(turn.say(broadcast_phrases.SAME_TEXT), "\n".join(lines)),) if lines else ()


def _mended(turn: Turn, number: int, step: Step, count: int) -> str:
    """One message; of several (`number` above 0) with which it is, and how many do not get it as it stands."""
    text = fallbacks.filled_in(step.text) or turn.say(phrases.WITHOUT_NAME)
    return turn.say(phrases.MENDED_STEP, number=number, count=count, text=text) if number else text


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
