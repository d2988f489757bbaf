"""Somebody else agrees to a sequence that very many customers would enter at once, or does not."""

import re
from collections.abc import Sequence as Several
from dataclasses import replace

from bot import cards
from bot.commands import broadcast_approval
from bot.commands import sequence_naming as naming
from bot.commands import sequence_preview as previewing
from bot.commands import sequence_texts as texts
from bot.commands.command import Reply, Turn
from bot.language.phrases import sequence as sequence_phrases
from bot.language.phrases import sequence_approval as phrases
from crm_core.chat import Button, ButtonStyle, Card
from crm_core.outreach.sequences import agreement, plans, sequences
from crm_core.outreach.sequences.entering import Preview
from crm_core.outreach.sequences.tables import Sequence, SequenceVersion
from crm_core.people.tables import Staff
from crm_core.people.viewer import Viewer

#: What was shown: the sequence, its version, and how many would enter.
_SEEN = re.compile(r"[#＃]\s*(\d{1,18})\s+(\d{1,9})(?:\s*[(（](\d{1,9})[)）])?")


def approvers(turn: Turn, sequence: Sequence, entering: int) -> list[str] | None:
    """Who may agree, by name; nobody to what was refused; None: nobody has to."""
    newest = sequences.newest(turn.session, sequence)
    above = turn.config.broadcasts.approval_above
    if not agreement.is_needed(newest, viewer=turn.viewer, entering=entering, above=above):
        return None
    return [] if newest.refused_by_id is not None else _names(turn, sequence)


def needed(turn: Turn, sequence: Sequence, names: Several[str] | None) -> str:
    """That one of these has to agree; where nobody may, the mend; "" where nobody has to."""
    newest = sequences.newest(turn.session, sequence)
    if names is not None and newest.refused_by_id is not None:
        return _refused(turn, newest)
    return broadcast_approval.needed(turn, names, said=phrases.NEEDED, kind="sequence")


def asking(turn: Turn, sequence: Sequence) -> Reply:
    """Ask them, and say whom."""
    above = turn.config.broadcasts.approval_above
    asked = agreement.ask(turn.session, sequence, viewer=turn.viewer, now=turn.now, above=above, platform=turn.platform)
    text = turn.say(
        phrases.ASKED,
        name=sequence.name,
        version=sequences.newest(turn.session, sequence).number,
        above=above,
        names=cards.listed(turn, [person.name for person in asked]),
    )
    text += broadcast_approval.told_later(turn, turn.say(phrases.DECIDE_COMMAND, id=sequence.id))
    return Reply(Card(text=text, buttons=withdrawing(turn, sequence)), personal=False)


def approve(turn: Turn, rest: str) -> Reply:
    """It is switched on as its author asked for; shown first, where it is not what was shown, or more would enter."""
    sequence, told = _named(turn, rest)
    version = agreement.to_decide(turn.session, sequence, viewer=turn.viewer)
    zone = turn.config.bot.timezone
    author = agreement.author(turn.session, version, zone)
    seen = preview(turn, sequence, version, author)
    if told is None or int(told[2]) != version.number or seen.entering > int(told[3] or 0):
        return _asked(turn, to_approve(turn, sequence, version, author, seen), seen, changed=told is not None)
    agreement.approve(turn.session, sequence, viewer=turn.viewer, now=turn.now, timezone=zone, platform=turn.platform)
    return turn.reply(phrases.APPROVED, name=sequence.name, version=version.number, by=author.name)


def refuse(turn: Turn, rest: str) -> Reply:
    """It stays as it is. Another version than was shown is shown first."""
    sequence, told = _named(turn, rest)
    version = agreement.to_decide(turn.session, sequence, viewer=turn.viewer)
    if told is not None and int(told[2]) != version.number:
        return approve(turn, rest)
    agreement.refuse(turn.session, sequence, viewer=turn.viewer, now=turn.now, platform=turn.platform)
    return turn.reply(phrases.REFUSED, name=sequence.name, version=version.number)


def withdrawn(turn: Turn, sequence: Sequence, version: SequenceVersion | None) -> str:
    """That this version, which waited, does not any more; "" where none did."""
    return "" if version is None else turn.say(phrases.WITHDRAWN, name=sequence.name, version=version.number)


def withdrawing(turn: Turn, sequence: Sequence) -> tuple[Button, ...]:
    """For what waits: this version and nothing else, however long the button is kept."""
    version = agreement.waiting(turn.session, sequence)
    if version is None:
        return ()
    command = turn.say(phrases.WITHDRAW_COMMAND, id=sequence.id, version=version.number)
    return (Button(turn.say(phrases.WITHDRAW), command),)


def withdraw(turn: Turn, rest: str) -> Reply | None:
    """What its button says. None: no version is named, so the sequence itself is meant."""
    told = _SEEN.fullmatch(rest)
    if told is None:
        return None
    sequence, number = sequences.get(turn.session, int(told[1])), int(told[2])
    sequences.withdraw(turn.session, sequence, number, viewer=turn.viewer, now=turn.now)
    return turn.reply(phrases.WITHDRAWN, name=sequence.name, version=number)


def standing(turn: Turn, sequence: Sequence) -> str:
    """That its newest version waits for approval, or was refused; "" for neither."""
    version = sequences.newest(turn.session, sequence)
    if version.asked_at is not None:
        names = _names(turn, sequence)
        waits = turn.say(phrases.WAITS, version=version.number, names=broadcast_approval.one_of(turn, names))
        return waits if names else broadcast_approval.needed(turn, names, kind="sequence")
    if version.refused_by_id is not None and version.number != sequence.version:
        return _refused(turn, version)
    return ""


def deciding(turn: Turn, sequence: Sequence) -> tuple[Button, ...]:
    """For whoever may decide about what waits: approved is what was looked at first."""
    if not agreement.may_decide(turn.session, sequence, turn.viewer):
        return ()
    number = sequences.newest(turn.session, sequence).number
    look = turn.say(phrases.DECIDE_COMMAND, id=sequence.id)
    return (Button(turn.say(phrases.APPROVE), look, ButtonStyle.PRIMARY), _refusing(turn, sequence, number))


def preview(turn: Turn, sequence: Sequence, version: SequenceVersion, author: Viewer) -> Preview:
    """What would happen, in the sight of its author. Raises what the segment raises."""
    return previewing.preview(replace(turn, viewer=author), sequence, plans.of(version))


def to_approve(turn: Turn, sequence: Sequence, version: SequenceVersion, author: Viewer, seen: Preview) -> Card:
    """This preview, for somebody who is to agree: to this version, and so many."""
    plan = plans.of(version)
    command = turn.say(phrases.APPROVE_COMMAND, id=sequence.id, version=version.number, count=seen.entering)
    return Card(
        title=turn.say(phrases.TITLE, by=author.name, name=sequence.name, version=version.number),
        text=previewing.tight(turn, plan),
        fields=(*texts.terms(turn, plan), *previewing.entering_now(turn, plan, seen)),
        items=texts.steps(turn, plan),
        quotes=previewing.samples(seen),
        buttons=(
            Button(turn.say(phrases.APPROVE), command, ButtonStyle.PRIMARY),
            _refusing(turn, sequence, version.number),
            Button(turn.say(phrases.LOOK), turn.say(sequence_phrases.SHOW_COMMAND, id=sequence.id)),
        ),
    )


def _asked(turn: Turn, card: Card, seen: Preview, *, changed: bool) -> Reply:
    """The card as a question in the chat."""
    note = turn.say(sequence_phrases.CHANGED) if changed else ""
    text = "\n".join(part for part in (note, card.text) if part)
    approving, refusing, _ = card.buttons
    return Reply(
        replace(card, text=text, footer=turn.say(phrases.DECIDE)),
        answers={"yes": approving.command, "no": refusing.command},
        shown=seen.shown,
        personal=bool(seen.shown),
    )


def _named(turn: Turn, rest: str) -> tuple[Sequence, re.Match[str] | None]:
    """Which one, and what a button says was shown of it."""
    told = _SEEN.fullmatch(rest)
    return (naming.named(turn, rest) if told is None else sequences.get(turn.session, int(told[1]))), told


def _refusing(turn: Turn, sequence: Sequence, version: int) -> Button:
    command = turn.say(phrases.REFUSE_COMMAND, id=sequence.id, version=version)
    return Button(turn.say(phrases.REFUSE), command, ButtonStyle.DANGER)


def _refused(turn: Turn, version: SequenceVersion) -> str:
    by = turn.session.get_one(Staff, version.refused_by_id).name
    return turn.say(phrases.REFUSED_BY, version=version.number, by=by)


def _names(turn: Turn, sequence: Sequence) -> list[str]:
    return [person.name for person in agreement.whom(turn.session, sequence, turn.platform)]
