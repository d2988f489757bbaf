"""How far a customer may be answered as the company's account, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language import moments
from bot.language.phrases import reply as phrases
from crm_core.outreach.answers import Window

if TYPE_CHECKING:
    from bot.commands.command import Turn


def left(turn: Turn, window: Window | None) -> str:
    """What is left of a customer's window, "" for who never wrote to an account."""
    if window is None:
        return ""
    if window.until is None or turn.now >= window.until:
        return turn.say(phrases.CLOSED)
    if not window.left:
        return turn.say(phrases.USED_UP)
    span = moments.span(window.until - turn.now, turn.language)
    return turn.say(phrases.LEFT, count=window.left, span=span)
