"""A yes or no that answers nothing else is for the draft of a broadcast that waits for one."""

from bot.answering.interpreting import Pending, Unanswerable, called
from bot.commands import broadcast_preview
from bot.commands.command import Reply, Turn
from bot.language import shortly
from bot.language.grammar import Intent
from bot.language.phrases import broadcast as phrases
from bot.language.phrases import router
from crm_core.chat import Button, Card


def meant(turn: Turn, error: Unanswerable, pending: Pending) -> Intent | Reply | None:
    """The command of a no, which drops the draft as its preview said; for a yes the preview once more. A no that may
    mean a list which was shown meanwhile says how the draft is dropped. None: it is for another question, or there is
    no such draft."""
    if error.choice.isdecimal() or shortly.QUESTION in pending.answers:
        return None
    draft = broadcast_preview.waiting(turn)
    if draft is None:
        return None
    if error.choice != shortly.NO:
        return broadcast_preview.once_more(turn, draft)
    dropping = broadcast_preview.dropping(turn, draft)
    if not error.offered:
        return called(dropping)
    text = f"{turn.say(router.DROPPED)}\n{turn.say(phrases.STILL_DRAFT, id=draft.id)}"
    return Reply(Card(text=text, buttons=(Button(turn.say(phrases.CANCEL_DRAFT, id=draft.id), dropping),)))
