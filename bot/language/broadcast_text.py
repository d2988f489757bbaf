"""A broadcast in one line: its words, and the names of its files."""

from collections.abc import Iterable

from bot.language.listing import listed
from bot.language.phrases import broadcast_files as phrases
from crm_core.enclosure import Enclosure
from crm_core.text.tidying import shortened


def in_short(text: str, files: Iterable[Enclosure], language: str, *, longest: int) -> str:
    """Each of the two has so many characters at most; where there are no words, the names stand alone."""
    words = shortened(text, longest)
    names = shortened(listed((file.name for file in files), language), longest)
    return phrases.WITH.say(language, text=words, files=names) if words and names else words or names
