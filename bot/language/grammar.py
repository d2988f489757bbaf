"""Which command a text calls: its word, in either language, with or without a space after a Chinese word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Longer texts are never read as commands.
LONGEST = 4000

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_GREETING = re.compile(r"\s*(?:@(?:crm)?bot\b|@crm\b|@机器人|/crm\b|/(?=\w))[\s,:，：]*", re.IGNORECASE)
_POLITE = re.compile(
    r"(?:请问一下|请问|麻烦你|麻烦|请帮我|请你|帮我|帮忙|请|(?:你好|您好)(?=[,，\s])|"
    r"(?:please|pls|(?:can|could|would|will) you|(?:hey|hi|hello)(?![ ,]+there\b)(?=[ ,]+\S))\b)[\s,，]*",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"[\s,，]+(?:please|pls|谢谢|thanks|thank you)[\s.!?。！？]*$", re.IGNORECASE)
_QUOTES = {"’": "'", "‘": "'", "“": '"', "”": '"'}
_BREAK = " \t\n:,;=#"


@dataclass(frozen=True)
class Intent:
    """A command's name and what follows its word. `explicit`: the word stood apart from what follows."""

    command: str
    rest: str = ""
    explicit: bool = True


def clean(text: str) -> str:
    """The text without what calls the bot ("@bot", "/crm") and without invisible characters."""
    text = _UNSEEN.sub("", text).strip()
    while (greeting := _GREETING.match(text)) is not None:
        text = text[greeting.end() :]
    return text.strip()


def without_courtesy(text: str) -> str:
    """The text without "please" or "帮我" before it, and without thanks after it."""
    shorter = _PLEASE.sub("", text)
    while (polite := _POLITE.match(shorter)) is not None and polite.end() < len(shorter):
        shorter = shorter[polite.end() :]
    return shorter.strip() or text


def fold(text: str) -> str:
    """Full width to half width and capitals to small, character by character: places stay where they are."""
    return "".join(_folded(character) for character in text)


def read(text: str, words: Mapping[str, str]) -> Intent | None:
    """The command whose word the text begins with; the longest word wins. `words`: word → name of its command."""
    folded = fold(text)
    found = [(len(word), name) for word, name in words.items() if folded.startswith(word) and _ends(folded, len(word))]
    if not found:
        return None
    length, name = max(found)
    apart = length == len(text) or folded[length] in _BREAK
    return Intent(name, rest_after(text[length:]), explicit=apart)


def rest_after(text: str) -> str:
    """What follows a word or a name, without the sign that separates it."""
    return re.sub(r"^[\s:：,，;；=＝]+", "", text).strip()


def _ends(folded: str, length: int) -> bool:
    """Whether a word may end here: a Chinese one anywhere, a Latin one not inside a longer one."""
    if length == len(folded) or not folded[length - 1].isascii():
        return True
    following = folded[length]
    return not (following.isascii() and (following.isalnum() or following in "_'-"))


def _folded(character: str) -> str:
    character = _QUOTES.get(character, character)
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        character = chr(code - 0xFEE0)
    elif code == 0x3000:
        return " "
    small = character.lower()
    return small if len(small) == 1 else character
