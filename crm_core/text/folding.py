"""Folding: what makes two spellings the same for matching. Stored text is never rewritten with it.

Width, case, Latin accents, traditional or simplified script, control and bidi characters. Character by character, so
that a part of a text folds as it does inside the whole.
"""

import unicodedata
from functools import cache
from typing import Any

_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def fold(text: str) -> str:
    """The text in lower case, half width, simplified script, without accents on Latin letters and control characters.

    `ＡＣＭＥ　張三` → `acme 张三`. Spaces stay where they are.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().translate(_FOLDED)


def key(text: str) -> str:
    """The folded text without any space: the same for every spelling of a name."""
    return "".join(fold(text).split())


class _Folded(dict[int, str]):
    """Code point → what it folds to, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    if character in _SPACES:
        return " "
    if unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return ""
    if character.isascii():
        return character
    if unicodedata.name(character, "").startswith("LATIN"):
        return unicodedata.normalize("NFD", character)[0]
    simplified: str = _converter().convert(character)
    return simplified


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


_FOLDED = _Folded()
