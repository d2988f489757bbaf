"""How a broadcast is written so that those are reached whom it leaves out."""

from collections.abc import Mapping

from bot.commands import timing
from bot.commands.command import Turn
from bot.language import fallbacks
from bot.language.phrases import broadcast as phrases
from crm_core.files import handed
from crm_core.outreach import enclosures
from crm_core.outreach.tables import Broadcast, BroadcastState


def same_text(turn: Turn, draft: Broadcast, left_out: Mapping[str, int]) -> str:
    """The whole command with words to fall back on, where everybody gets the same ones; "" where nobody is left out
    for that, or nothing would read well in place of a name, or a file was given by somebody else; nor for whoever is to
    approve it: they would send one of their own."""
    if not left_out.get("same_text") or draft.resends_id is not None or draft.state is not BroadcastState.DRAFT:
        return ""
    text, numbers = fallbacks.filled_in(draft.text), _numbers(turn, draft)
    if not text or numbers is None:
        return ""
    to = turn.say(phrases.GROUPS_OF, segment=draft.segment) if draft.to_groups else draft.segment
    at = "" if draft.send_at is None or draft.send_at <= turn.now else f" {timing.written(turn, draft.send_at)}"
    files = turn.say(phrases.SAME_TEXT_FILES, numbers=numbers) if numbers else ""
    return turn.say(phrases.SAME_TEXT_COMMAND, to=to, at=at, files=files, text=text)


def _numbers(turn: Turn, draft: Broadcast) -> str | None:
    """The files of a draft as "#12 #13"; None: this viewer did not give them all."""
    digests = [file.digest for file in enclosures.of(draft)]
    known = handed.numbers(turn.session, digests, viewer=turn.viewer)
    return " ".join(f"#{known[digest]}" for digest in digests) if len(known) == len(digests) else None
