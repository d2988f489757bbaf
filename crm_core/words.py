"""Sentences in both languages, side by side, for who speaks to people without a turn: the adapters and the doctor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Holds no secret and nothing of a customer."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """In "zh" or "en"."""
        return self.zh if language == "zh" else self.en

    def both(self) -> str:
        """For somebody whose language is not known."""
        return f"{self.zh} {self.en}"
