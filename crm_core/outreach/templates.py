"""Texts of broadcasts with places for what differs: `{name}`, `{owner}`, and words to fall back on: `{owner|us}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.errors import Invalid

#: How a place may be written → what it stands for.
VARIABLES = {
    "name": "name",
    "名字": "name",
    "姓名": "name",
    "称呼": "name",
    "owner": "owner",
    "负责人": "owner",
    "销售": "owner",
}

_PLACE = re.compile(r"\{\s*([^\W\d_]{1,20})\s*(?:[|｜]([^{}|]{0,100}))?\}")


@dataclass(frozen=True)
class Template:
    """A checked text. `needed`: variables that have nothing to fall back on; `{name|}` falls back on no word at all."""

    text: str
    needed: frozenset[str]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text for one recipient; `values` has every variable, empty when there is none."""
        return _PLACE.sub(lambda place: values[_variable(place)] or (place[2] or "").strip(), self.text)

    def fill_for_all(self, sender: str) -> str:
        """The text where everybody gets the same words: no names, and the member of staff who sends it is the owner."""
        return self.fill({"name": "", "owner": sender})


def parse(text: str) -> Template:
    """Raises `Invalid("broadcast_variable_unknown")` for a place nobody can fill."""
    needed = frozenset(_variable(place) for place in _PLACE.finditer(text) if place[2] is None)
    return Template(text, needed)


def _variable(place: re.Match[str]) -> str:
    try:
        return VARIABLES[place[1].lower()]
    except KeyError:
        raise Invalid("broadcast_variable_unknown", name=place[1]) from None
