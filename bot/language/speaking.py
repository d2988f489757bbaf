"""Which language a text is in."""

import re

from bot.language import grammar

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_ENGLISH = re.compile(
    r"\b(?:the|a|an|what|what's|whats|who|who's|whose|which|when|where|how|why|is|are|was|were|do|does|did|has|have|"
    r"my|me|i|we|our|us|you|please|to|for|of|with|about|and|or|not|no|yes|on|at|in|as|all|show|tell|give|mark|move|make|"
    r"rename|remove|merge|hand|send|look|upcoming|any|oops|cancel|hello|hi|thanks)\b"
)


def language_of(text: str, *, words: frozenset[str], otherwise: str) -> str:
    """ "zh" or "en"; `otherwise` (which may be "") for a text that is neither plainly. `words`: Latin ones that call
    commands.

    Names do not count: "find 张三" is English, and "Acme的电话" Chinese.
    """
    folded = grammar.fold(text).strip()
    first = re.match(r"[a-z]+", folded)
    if first is not None and (first.group() in words or _ENGLISH.search(folded)):
        return "en"
    return "zh" if _CHINESE.search(text) else otherwise
