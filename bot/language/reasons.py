"""Why a message could not be delivered, in plain words."""

from bot.language.phrase import Phrase
from bot.language.phrases import undelivered as phrases


def plain(problem: str, language: str) -> str:
    """`problem`: a word of ours, or what the adapter of the platform says. Anything unknown is quoted."""
    phrase = known(problem)
    return phrases.OTHERWISE.say(language, reason=problem or "?") if phrase is None else phrase.say(language)


def known(problem: str) -> Phrase | None:
    """What is said for it; None for what only the platform can explain."""
    return next((phrase for part, phrase in phrases.REASONS.items() if part in problem), None)
