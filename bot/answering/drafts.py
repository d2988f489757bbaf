"""A yes or no that answers nothing else may be for the draft of a broadcast that waits for one."""

from bot.answering.interpreting import Pending, Unanswerable
from bot.commands import broadcast_preview
from bot.commands.command import Reply, Turn
from bot.language import shortly
from bot.language.phrases import broadcast as phrases
from bot.language.phrases import router
from crm_core.chat import Button, Card
from crm_core.outreach.tables import Broadcast


def meant(turn: Turn, error: Unanswerable, pending: Pending) -> Reply | None:
    """For a yes the preview once more; for a no, which may mean something that was said meanwhile, how the draft is
    dropped, since that cannot be undone. None: it is for another question, or there is no such draft."""
    if error.choice.isdecimal() or shortly.QUESTION in pending.answers:
        return None
    draft = broadcast_preview.waiting(turn)
    if draft is None:
        return None
    return _kept(turn, draft) if error.choice == shortly.NO else broadcast_preview.once_more(turn, draft)


def sending(turn: Turn, text: str, pending: Pending) -> Reply | None:
    """The same for a word for sending. None: it is none, or no question of its own and no such draft."""
    if not shortly.is_send(text) or {shortly.SEND, shortly.QUESTION} & pending.answers.keys():
        return None
    draft = broadcast_preview.waiting(turn)
    return None if draft is None else broadcast_preview.once_more(turn, draft)


def _kept(turn: Turn, draft: Broadcast) -> Reply:
    dropping = broadcast_preview.dropping(turn, draft)
    lines = (
        turn.say(router.DROPPED),
        turn.say(phrases.STILL_DRAFT, id=draft.id),
        turn.say(phrases.DROP_DRAFT),
    )
    button = Button(turn.say(phrases.CANCEL_DRAFT, id=draft.id), dropping)
    return Reply(Card(text="\n".join(lines), buttons=(button,)), answers={shortly.NO: dropping}, personal=False)
