"""What people typed, made fit to be stored: one form of every character, nothing invisible."""

import re
import unicodedata

#: Joins emoji into one picture; kept between two pictures, invisible trickery anywhere else.
_JOINER = "\u200d"
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs"})
#: Longer than this is no word to be kept whole.
_LONGEST_WORD = 20
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """NFKC (so full width becomes half width), without control, bidi and zero-width characters, spaces folded."""
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" ", _visible(folded)).strip()


def paragraphs(text: str) -> str:
    """Several lines as they were typed, without control, bidi and zero-width characters."""
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    return "\n".join(_visible(line.replace("\t", " ")).rstrip() for line in lines).strip()


def shortened(text: str, longest: int) -> str:
    """One line of at most so many characters; a cut is marked with …, and stands between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    kept = line[: longest - 1]
    whole, space, half = kept.rpartition(" ")
    in_a_word = line[longest - 1].isascii() and line[longest - 1] != " " and half.isascii()
    return (whole if space and in_a_word and len(half) <= _LONGEST_WORD else kept).rstrip() + "…"


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for at, character in enumerate(text) if _stays(text, at, character))


def _stays(text: str, at: int, character: str) -> bool:
    if character == _JOINER:
        return 0 < at < len(text) - 1 and _is_picture(text[at - 1]) and _is_picture(text[at + 1])
    return unicodedata.category(character) not in _DROPPED


def _is_picture(character: str) -> bool:
    return character == "\ufe0f" or unicodedata.category(character) in {"So", "Sk"}
