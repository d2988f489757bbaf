"""Names of people, companies, tags: how they are stored and how they are matched."""

import re

from crm_core.errors import Invalid
from crm_core.text import folding
from crm_core.text.tidying import one_line

#: Longest name that is stored, in characters.
LONGEST = 200

_INVISIBLE = re.compile(r"[\s\u200d\ufe00-\ufe0f]")
_DOTS = re.compile(r"[•‧∙⋅・]")


def normalise(name: str) -> str:
    """The form that is stored: as typed, but one width, nothing invisible, spaces folded.

    Raises `Invalid`: `name_empty`, `name_too_long`.
    """
    if len(name) > 20 * LONGEST:
        raise Invalid("name_too_long", limit=LONGEST)
    tidy = one_line(name)
    if not _INVISIBLE.sub("", tidy):
        raise Invalid("name_empty")
    if len(tidy) > LONGEST:
        raise Invalid("name_too_long", limit=LONGEST)
    return tidy


def key(name: str) -> str:
    """The form two names are compared in: no spaces, no case, simplified script. Never shown."""
    return matching_form(normalise(name))


def matching_form(text: str) -> str:
    """Like `key`, for any text of any length; may be empty."""
    return _DOTS.sub("·", _INVISIBLE.sub("", folding.key(text)))
