"""A question of the bot waits for its answer while something is said that was not understood, and is said again then.
One that any text answers waits for one such line only. A command puts it aside, also one that came to nothing: what was
asked stands further up by then, and a yes may be meant for the answer to the command."""

from collections.abc import Mapping
from dataclasses import replace

from bot import cards
from bot.answering.interpreting import Pending, calls_a_command
from bot.commands.command import Reply, Turn
from bot.language import shortly
from bot.language.phrases import router as phrases
from crm_core.chat import Button, ButtonStyle

#: So much of a question is said again, in characters.
_LONGEST = 80


def after(turn: Turn, text: str, reply: Reply, pending: Pending, *, idle: bool) -> Reply:
    """The reply to a text with all that a short answer stands for afterwards. `pending`: for what it stood before;
    `idle`: the text led to nothing."""
    if not (idle or reply.missed) or _settles(text, pending):
        return _asked(reply)
    waits = bool({shortly.QUESTION, shortly.NO} & pending.answers.keys())
    if waits and not _asks(reply) and calls_a_command(text, pending):
        return reply
    return _still_asked(turn, reply, pending)


def _asked(reply: Reply) -> Reply:
    """With its question, if it asks one, to be remembered. An offer after a line that was not understood is none: the
    next such line takes it away."""
    if reply.missed or not _asks(reply):
        return reply
    card = reply.card
    question = cards.shortened(" ".join((card.title or card.text or card.footer).split()), _LONGEST)
    return replace(reply, answers={**reply.answers, shortly.QUESTION: question})


def _still_asked(turn: Turn, reply: Reply, pending: Pending) -> Reply:
    """What was open before stays open, and a question is said again; unless there is a new one. One that any text
    answers is said again once: afterwards a text means what it says."""
    if _asks(reply):
        return _asked(reply)
    if shortly.QUESTION not in pending.answers:
        return reply if reply.answers else replace(reply, answers=_without(pending, shortly.ANYTHING))
    notice = turn.say(phrases.STILL_ASKED, question=pending.answers[shortly.QUESTION])
    text = f"{reply.card.text}\n{notice}".strip()
    card = replace(reply.card, text=text, buttons=(*_buttons(turn, pending), *reply.card.buttons))
    open_ = _without(pending, shortly.QUESTION) if shortly.ANYTHING in pending.answers else pending.answers
    answers = _kept(reply, open_)
    return replace(reply, card=card, answers=answers, personal=True, beyond=True)  # the question may name a customer


def _kept(reply: Reply, open_: Mapping[str, str]) -> dict[str, str]:
    """What stays open beside the answers of a reply; its numbers are those of the last list."""
    kept = {answer: command for answer, command in open_.items() if not answer.isdecimal()}
    return {**(reply.answers or open_), **kept}


def _without(pending: Pending, name: str) -> dict[str, str]:
    return {answer: command for answer, command in pending.answers.items() if answer != name}


def _settles(text: str, pending: Pending) -> bool:
    """Whether a text answers the question that waits, so that it does not wait any longer whatever comes of it."""
    commands = {answer: pending.answers[answer] for answer in (shortly.YES, shortly.NO) if answer in pending.answers}
    sends = shortly.SEND in pending.answers and shortly.is_send(text)
    return sends or shortly.answer_of(text) in commands or text in commands.values()


def _asks(reply: Reply) -> bool:
    return shortly.YES in reply.answers or shortly.ANYTHING in reply.answers


def _buttons(turn: Turn, pending: Pending) -> tuple[Button, ...]:
    yes, no = pending.answers.get(shortly.YES), pending.answers.get(shortly.NO)
    offered = ((phrases.YES_BUTTON, yes, ButtonStyle.PRIMARY), (phrases.NO_BUTTON, no, ButtonStyle.PLAIN))
    return tuple(Button(turn.say(label), command, style) for label, command, style in offered if command)
