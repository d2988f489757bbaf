"""Somebody else agrees to a sequence that very many customers would enter at once, or does not."""

from collections.abc import Sequence as Several
from dataclasses import replace

from bot import cards
from bot.commands import broadcast_approval
from bot.commands import sequence_naming as naming
from bot.commands import sequence_preview as previewing
from bot.commands import sequence_texts as texts
from bot.commands.command import Reply, Turn
from bot.language import noun
from bot.language.phrases import sequence as sequence_phrases
from bot.language.phrases import sequence_approval as phrases
from bot.language.problems import PROBLEMS
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.outreach.sequences import agreement, plans, sequences
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer


def approvers(turn: Turn, sequence: Sequence, entering: int) -> list[str] | None:
    """Who may agree, by name; None: nobody has to."""
    newest = sequences.newest(turn.session, sequence)
    above = turn.config.broadcasts.approval_above
    if not agreement.is_needed(newest, viewer=turn.viewer, entering=entering, above=above):
        return None
    return _names(turn, sequence)


def needed(turn: Turn, sequence: Sequence, names: Several[str] | None) -> str:
    """That one of these has to agree; where nobody may, the mend; "" where nobody has to."""
    if names is None:
        return ""
    above = turn.config.broadcasts.approval_above
    if not names:
        return PROBLEMS["sequence_nobody_approves"].say(turn.language, above=above, name=sequence.name)
    customers = noun.CUSTOMERS.count(turn.language, above)
    return turn.say(phrases.NEEDED, customers=customers, names=broadcast_approval.one_of(turn, names))


def asking(turn: Turn, sequence: Sequence) -> Reply:
    """Ask them, and say whom."""
    above = turn.config.broadcasts.approval_above
    asked = agreement.ask(turn.session, sequence, viewer=turn.viewer, now=turn.now, above=above, platform=turn.platform)
    return turn.reply(
        phrases.ASKED,
        name=sequence.name,
        version=sequences.newest(turn.session, sequence).number,
        above=above,
        names=cards.listed(turn, [person.name for person in asked]),
    )


def approve(turn: Turn, rest: str) -> Reply:
    """It is switched on as its author asked for."""
    sequence = naming.named(turn, rest)
    version = sequences.newest(turn.session, sequence)
    zone = turn.config.bot.timezone
    agreement.approve(turn.session, sequence, viewer=turn.viewer, now=turn.now, timezone=zone, platform=turn.platform)
    by = _name(turn, version.created_by_id)
    return turn.reply(phrases.APPROVED, name=sequence.name, version=version.number, by=by)


def refuse(turn: Turn, rest: str) -> Reply:
    """It stays as it is."""
    sequence = naming.named(turn, rest)
    agreement.refuse(turn.session, sequence, viewer=turn.viewer, now=turn.now, platform=turn.platform)
    number = sequences.newest(turn.session, sequence).number
    return turn.reply(phrases.REFUSED, name=sequence.name, version=number)


def standing(turn: Turn, sequence: Sequence) -> str:
    """That its newest version waits for approval, or was refused; "" for neither."""
    version = sequences.newest(turn.session, sequence)
    if version.asked_at is not None:
        names = broadcast_approval.one_of(turn, _names(turn, sequence))
        return turn.say(phrases.WAITS, version=version.number, names=names)
    if version.refused_by_id is not None and version.number != sequence.version:
        return turn.say(phrases.REFUSED_BY, version=version.number, by=_name(turn, version.refused_by_id))
    return ""


def deciding(turn: Turn, sequence: Sequence) -> tuple[Button, ...]:
    """For whoever may decide about what waits."""
    if not agreement.may_decide(turn.session, sequence, turn.viewer):
        return ()
    return (
        Button(turn.say(phrases.APPROVE), turn.say(phrases.APPROVE_COMMAND, id=sequence.id), ButtonStyle.PRIMARY),
        Button(turn.say(phrases.REFUSE), turn.say(phrases.REFUSE_COMMAND, id=sequence.id), ButtonStyle.DANGER),
    )


def to_approve(turn: Turn, sequence: Sequence, version: SequenceVersion, author: Viewer) -> Card:
    """What would happen, in the sight of its author, for somebody who is to agree."""
    plan = plans.of(version)
    theirs = replace(turn, viewer=author)
    seen = previewing.preview(theirs, sequence, plan)
    return Card(
        title=turn.say(phrases.TITLE, by=author.name, name=sequence.name, version=version.number),
        text=previewing.tight(turn, plan),
        fields=(*texts.terms(turn, plan), *previewing.entering_now(turn, plan, seen)),
        items=texts.steps(turn, plan),
        quotes=previewing.samples(seen),
        buttons=(
            *deciding(turn, sequence),
            Button(turn.say(phrases.LOOK), turn.say(sequence_phrases.SHOW_COMMAND, id=sequence.id)),
        ),
    )


def _names(turn: Turn, sequence: Sequence) -> list[str]:
    return [person.name for person in agreement.whom(turn.session, sequence, turn.platform)]


def _name(turn: Turn, staff_id: int | None) -> str:
    return "" if staff_id is None else turn.session.get_one(Staff, staff_id).name
