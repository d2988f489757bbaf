"""Plain text as Slack's mrkdwn: escaped, so that nobody's words mention or link anything, and cut to what fits."""

import re

#: The signs that mean something to Slack ("Escaping text").
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_HALF_ESCAPE = re.compile(r"&[a-z]{0,3}$")
_ADDRESS = re.compile(r"https?://(?:&amp;|[^\s<>&|\"'`,。、;)）])+(?<![.,!?:])")
_ENDS = re.compile(r"[\n 。!?;,.;]")


def escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def clipped_escaped(text: str, most: int) -> str:
    """An escaped text cut to so many characters, never within an escape."""
    return text if len(text) <= most else _HALF_ESCAPE.sub("", text[: most - 1]).rstrip() + "…"


def linked(text: str, most: int) -> str:
    """An escaped text with its web addresses to click on, if that fits."""
    if "://" not in text:
        return text
    longer = _ADDRESS.sub(r"<\g<0>>", text)
    return longer if len(longer) <= most else text


def pieces(text: str, most: int) -> list[str]:
    """An escaped text in pieces of at most so many characters, cut after a line, a sentence or a word if possible."""
    found = []
    while len(text) > most:
        cut = _cut(text, most)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in (*found, text) if piece]


def _cut(text: str, most: int) -> int:
    newline = text.rfind("\n", most // 2, most)
    if newline > 0:
        return newline
    ends = [match.end() for match in _ENDS.finditer(text, most // 2, most)]
    return ends[-1] if ends else len(_HALF_ESCAPE.sub("", text[:most]))
