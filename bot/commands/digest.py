"""日报/digest: what the card of each morning says, at any time."""

from bot.commands.command import Command, Reply, Turn
from bot.language.phrases import digest as phrases
from bot.outreach.company import digest_settings
from bot.outreach.messages import digest as message
from bot.outreach.messages.reader import Reader
from crm_core.outreach import digest
from crm_core.people.viewer import Right


def run_digest(turn: Turn, rest: str) -> Reply:
    """The digest as it is now, also for who has switched the morning's off."""
    if rest:
        raise turn.refusal(phrases.SETTING)
    found = digest.of(turn.session, viewer=turn.viewer, now=turn.now, settings=digest_settings(turn.config))
    if found.is_empty:
        return turn.reply(phrases.NOTHING)
    card = message.card(Reader(turn.session, turn.viewer, turn.now), found, turn.config)
    return Reply(card, shown=tuple(id_ for id_ in found.customer_ids if id_ is not None), beyond=True)


COMMANDS = (
    Command(
        name="digest",
        words=("日报", "digest", "简报"),
        right=Right.READ,
        writes=False,
        run=run_digest,
        usage=phrases.USAGE,
        summary=phrases.SUMMARY,
    ),
)
