"""Template cards as a passive reply writes them: the fields of the JSON in capitals, lists as repeated elements."""

import re
from typing import Any

from tests.fakes.wecom.errors import Json

#: Where the XML's name is not the JSON's with capitals instead of underscores.
NAMES = {"KeyName": "keyname", "Keyname": "keyname", "CheckBox": "checkbox", "AppId": "appid", "PagePath": "pagepath"}
LISTS = frozenset(("horizontal_content_list", "jump_list", "vertical_content_list", "action_list")) | frozenset(
    ("button_list", "select_list", "option_list")
)
NUMBERS = frozenset(("type", "style", "desc_color", "mode"))
FLAGS = frozenset(("is_checked", "disable"))


def to_json(card: Json) -> Json:
    """The card as message/send would take it; what has the wrong shape stays wrong."""
    return {_name(name): _value(_name(name), value) for name, value in card.items()}


def _name(name: str) -> str:
    return NAMES.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _value(name: str, value: Any) -> Any:
    if name in LISTS:
        items = value if isinstance(value, list) else [value]
        return [to_json(one) if isinstance(one, dict) else one for one in items]
    if isinstance(value, dict):
        return to_json(value)
    if name in NUMBERS and isinstance(value, str) and value.isdecimal():
        return int(value)
    if name in FLAGS and isinstance(value, str):
        return value in {"true", "1"}
    if name == "aspect_ratio" and isinstance(value, str):
        return float(value)
    return value
