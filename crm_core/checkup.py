"""What the doctor looks at. Every part of the program that can be set up wrong brings its own checks."""

from dataclasses import dataclass
from enum import StrEnum

from crm_core.words import Words

__all__ = ["Check", "Outcome", "Words", "bad", "good", "skipped", "unsure"]


class Outcome(StrEnum):
    """skipped: it cannot be told before something else is mended. unsure: it works, but not as it might."""

    GOOD = "good"
    UNSURE = "unsure"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """`found`: what was seen. `mend`: what to do about it, when something is to be done; `page`: where."""

    title: Words
    outcome: Outcome
    found: Words
    mend: Words | None = None
    page: str = ""


def good(title: Words, found: Words) -> Check:
    return Check(title, Outcome.GOOD, found)


def unsure(title: Words, found: Words, mend: Words, page: str = "") -> Check:
    return Check(title, Outcome.UNSURE, found, mend, page)


def bad(title: Words, found: Words, mend: Words, page: str = "") -> Check:
    return Check(title, Outcome.BAD, found, mend, page)


def skipped(title: Words, found: Words) -> Check:
    return Check(title, Outcome.SKIPPED, found)
