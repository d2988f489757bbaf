"""Why a message could not be delivered, in plain words."""

from bot.language.phrases import undelivered as phrases


def plain(problem: str, language: str) -> str:
    """`problem`: a word of ours, or what the adapter of the platform says. Anything unknown is quoted."""
    known = next((phrase for part, phrase in phrases.REASONS.items() if part in problem), None)
    return phrases.OTHERWISE.say(language, reason=problem or "?") if known is None else known.say(language)
