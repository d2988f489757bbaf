"""The command word nearest to a mistyped one: by letters, or by how it sounds (题醒 → 提醒)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.language import grammar
from crm_core.text.pinyin import fuzzy, syllables

_FIRST = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Nearest:
    """A command word, and the text with it in place of the mistyped one."""

    word: str
    text: str


def nearest(text: str, words: Iterable[str]) -> Nearest | None:
    """The word that the text's first word was most likely meant to be, or None."""
    folded = grammar.fold(text)
    first = _FIRST.match(folded)
    if first is None:
        return None
    distances = [(_distance(first.group(), word), -len(word), word) for word in words]
    close = min((found for found in distances if found[0] is not None), default=None)
    if close is None:
        return None
    word = close[2]
    typed = len(first.group()) if word.isascii() else len(word)
    return Nearest(word, f"{word} {grammar.rest_after(text[typed:])}".strip())


def _distance(typed: str, word: str) -> int | None:
    """0: sounds the same; else the number of typing errors; None: too far."""
    if word.isascii() is not typed.isascii() or " " in word:
        return None
    if not word.isascii():
        return _distance_in_chinese(typed[: len(word)], word)
    if len(word) < 3 or typed[0] != word[0]:
        return None
    errors = OSA.distance(typed, word, score_cutoff=2)
    return errors if errors <= (1 if len(word) < 6 else 2) else None


def _distance_in_chinese(typed: str, word: str) -> int | None:
    if len(word) < 2 or len(typed) < len(word):
        return None
    if _sound(typed) == _sound(word):
        return 0
    return 1 if len(word) > 1 and sorted(typed) == sorted(word) else None


@lru_cache(4096)
def _sound(text: str) -> str:
    """Pinyin without tones, and without the differences that many people do not hear or type."""
    return fuzzy("".join(syllables(text)))
