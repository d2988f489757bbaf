"""会话存档/recording: whose conversations are recorded, and which customers did not agree."""

from bot import cards
from bot.commands.command import Command, Reply, Turn
from bot.language import noun
from bot.language.phrases import recording as phrases
from crm_core.archiving import ConsentState
from crm_core.chat import Card, Field
from crm_core.conversations import consents
from crm_core.conversations.consents import Covered, Refusal
from crm_core.people import staff
from crm_core.people.viewer import Right

SHOWN = 15
NAMED = 10


def run_recording(turn: Turn, rest: str) -> Reply:
    """How many agreed, and who did not; for administrators."""
    del rest
    covered = consents.covered(turn.session)
    if not covered:
        return turn.reply(phrases.NOT_OPEN)
    platform = covered[0].platform
    found = consents.refusals(turn.session, platform, SHOWN + 1)
    shown = found[:SHOWN]
    card = Card(
        title=turn.say(phrases.TITLE),
        fields=(_members(turn, covered[0]), *_counts(turn, platform)),
        items=tuple(_item(turn, number, one) for number, one in enumerate(shown, start=1)),
        footer=_footer(turn, more=len(found) > SHOWN),
    )
    known = {number: one.customer_id for number, one in enumerate(shown, start=1) if one.customer_id is not None}
    answers = {str(number): turn.say(phrases.SHOW_COMMAND, id=id_) for number, id_ in known.items()}
    return Reply(card, answers, shown=tuple(dict.fromkeys(known.values())), beyond=True)


def _members(turn: Turn, covered: Covered) -> Field:
    behind = [(member, staff.behind(turn.session, covered.platform, member)) for member in covered.members[:NAMED]]
    named = cards.listed(turn, [member if person is None else person.name for member, person in behind])
    count = noun.COLLEAGUES.count(turn.language, len(covered.members))
    told = turn.say(phrases.MEMBERS, count=count, names=named, more="…" if len(covered.members) > NAMED else "")
    return Field(turn.say(phrases.RECORDED), told if named else count)


def _counts(turn: Turn, platform: str) -> tuple[Field, ...]:
    counts = consents.counts(turn.session, platform)
    return tuple(
        Field(turn.say(phrases.STATES[state]), f"{counts[state]:,}") for state in ConsentState if counts.get(state)
    )


def _item(turn: Turn, number: int, refusal: Refusal) -> str:
    told = turn.say(phrases.STATES[refusal.state])
    when = "" if refusal.state is ConsentState.UNANSWERED else f" · {cards.ago(turn, refusal.changed_at)}"
    return turn.say(phrases.ITEM, number=number, name=refusal.name, told=told, where=refusal.where, when=when)


def _footer(turn: Turn, *, more: bool) -> str:
    return turn.say(phrases.MORE, count=SHOWN) if more else turn.say(phrases.FOOTER)


COMMANDS = (
    Command(
        name="recording",
        words=("会话存档", "recording", "存档同意", "consents"),
        right=Right.ADMIN,
        writes=False,
        run=run_recording,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
