"""A sentence of the bot in both languages, side by side so that neither can be missing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """`{name}` places are filled by `say`; both languages have the same places (a test holds it)."""

    zh: str
    en: str

    def say(self, language: str, **details: object) -> str:
        """The sentence in "zh" or "en"."""
        return (self.zh if language == "zh" else self.en).format(**details)
