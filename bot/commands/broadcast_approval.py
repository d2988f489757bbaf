"""That somebody else has to agree to a broadcast, and who may: said to its author before they confirm."""

from collections.abc import Sequence

from bot import cards
from bot.commands.command import Turn
from bot.language import noun
from bot.language.phrase import Phrase
from bot.language.phrases import broadcast_approval as phrases
from bot.language.problems import PROBLEMS
from crm_core.outreach import approvals, standstill
from crm_core.outreach.tables import Broadcast


def approvers(turn: Turn, draft: Broadcast, count: int) -> list[str] | None:
    """Who may agree to it, by name; None: it goes to so few customers that nobody has to."""
    above = turn.config.broadcasts.approval_above
    if not above or count <= above:
        return None
    return [person.name for person in approvals.whom(turn.session, draft)]


def needed(turn: Turn, names: Sequence[str] | None, *, said: Phrase = phrases.NEEDED, kind: str = "broadcast") -> str:
    """That one of these has to agree; where nobody may, the mend; "" where nobody has to."""
    if names is None:
        return ""
    above = turn.config.broadcasts.approval_above
    if not names:
        return PROBLEMS[f"{kind}_nobody_approves"].say(turn.language, above=above)
    return turn.say(said, customers=noun.CUSTOMERS.count(turn.language, above), names=one_of(turn, names))


def one_of(turn: Turn, names: Sequence[str]) -> str:
    """These, of whom one is enough."""
    listed = cards.listed(turn, names)
    return listed if len(names) == 1 else turn.say(phrases.ONE_OF, names=listed)


def told_later(turn: Turn, command: str) -> str:
    """Where nothing goes out just now: that those who were asked are told later; "" else. `command`: what they can send
    already."""
    return "\n" + turn.say(phrases.ASKED_LATER, command=command) if standstill.stands_still(turn.session) else ""
