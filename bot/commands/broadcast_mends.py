"""How a broadcast is written so that those are reached whom it leaves out."""

from collections.abc import Mapping

from bot.commands import timing
from bot.commands.command import Turn
from bot.language import fallbacks
from bot.language.phrases import broadcast as phrases
from crm_core.outreach.tables import Broadcast


def same_text(turn: Turn, draft: Broadcast, left_out: Mapping[str, int]) -> str:
    """The whole command with words to fall back on, where everybody gets the same ones; "" where nobody is left out
    for that."""
    if not left_out.get("same_text") or draft.resends_id is not None:
        return ""
    to = turn.say(phrases.GROUPS_OF, segment=draft.segment) if draft.to_groups else draft.segment
    at = "" if draft.send_at is None or draft.send_at <= turn.now else f" {timing.written(turn, draft.send_at)}"
    files = turn.say(phrases.SAME_TEXT_FILES, count=len(draft.files)) if draft.files else ""
    return turn.say(phrases.SAME_TEXT_COMMAND, to=to, at=at, files=files, text=fallbacks.filled_in(draft.text))
