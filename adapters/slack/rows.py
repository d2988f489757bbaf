"""What can be pressed and picked on a card, as rows of buttons and menus."""

from collections.abc import Iterator, Sequence

from adapters.plain import clipped, one_line, plain
from crm_core.chat import Button, ButtonStyle, Card, Document

#: So many buttons are seen at once; the others are in the menu beside them, or in rows below.
SEEN = 3

_IN_MENU = 5
_IN_ROW = 5
_MOST_ROWS = 5
_LABEL = 75
_VALUE = 2_000
_OPTION_VALUE = 75
_BLOCK_ID = 255
_PLACEHOLDER = 150
#: Characters of all rows together.
_MOST = 5_000

_CONFIRM = {"zh": ("确定", "不了"), "en": ("Yes", "No")}


def of(card: Card, language: str) -> list[Document]:
    """The rows; buttons that Slack cannot carry are left out."""
    numbered = [(number, button) for number, button in enumerate(card.buttons) if _can_be_shown(button)]
    shown, menu, below = _arranged(_affordable(numbered))
    first = [_button(number, button, card, language) for number, button in shown]
    if menu:
        first.append({"type": "overflow", "action_id": "more", "options": [_option(button) for _, button in menu]})
    rows = [[_button(number, button, card, language) for number, button in row] for row in _split(below)]
    return [*_picker(card), *({"type": "actions", "elements": row} for row in (first, *rows) if row)]


_Numbered = tuple[int, Button]


def _can_be_shown(button: Button) -> bool:
    return bool(one_line(button.label)) and 0 < len(button.command) <= _VALUE


def _affordable(buttons: Sequence[_Numbered]) -> list[_Numbered]:
    kept, left = [], _MOST
    for number, button in buttons:
        left -= len(button.command) + 3 * _LABEL + len(button.confirm[:300])
        if left >= 0:
            kept.append((number, button))
    return kept


def _arranged(buttons: list[_Numbered]) -> tuple[list[_Numbered], list[_Numbered], list[_Numbered]]:
    """Those seen at once, those in the menu, those in rows below. A menu asks nothing and carries short commands."""
    shown, rest = buttons[:SEEN], buttons[SEEN:]
    menu = [each for each in rest if _fits_in_menu(each[1])][:_IN_MENU]
    if len(menu) < 2:
        menu = []
    below = [each for each in rest if each not in menu]
    return shown, menu, below[: _IN_ROW * _MOST_ROWS]


def _fits_in_menu(button: Button) -> bool:
    return len(button.command) <= _OPTION_VALUE and not button.confirm


def _split(buttons: Sequence[_Numbered]) -> Iterator[Sequence[_Numbered]]:
    return (buttons[start : start + _IN_ROW] for start in range(0, len(buttons), _IN_ROW))


def _button(number: int, button: Button, card: Card, language: str) -> Document:
    """`accessibility_label`: read alone, the button still says what it is about."""
    label = one_line(button.label)
    about = " · ".join(part for part in (label, one_line(card.title)) if part)
    made: Document = {
        "type": "button",
        "action_id": f"command:{number}",
        "text": _plain_text(label, _LABEL),
        "value": button.command,
        "accessibility_label": clipped(about, _LABEL),
    }
    if button.style is not ButtonStyle.PLAIN:
        made["style"] = button.style.value
    if plain(button.confirm):
        made["confirm"] = _confirm(button, label, language)
    return made


def _confirm(button: Button, label: str, language: str) -> Document:
    yes, no = _CONFIRM[language]
    asked: Document = {
        "title": _plain_text(label, 100),
        "text": _plain_text(plain(button.confirm), 300),
        "confirm": _plain_text(yes, 30),
        "deny": _plain_text(no, 30),
    }
    return {**asked, "style": "danger"} if button.style is ButtonStyle.DANGER else asked


def _option(button: Button) -> Document:
    return {"text": _plain_text(one_line(button.label), _LABEL), "value": button.command}


def _picker(card: Card) -> Iterator[Document]:
    picker = card.picker
    if picker is None or not 0 < len(picker.command) <= _BLOCK_ID:
        return
    menu = {
        "type": "external_select",
        "action_id": "pick",
        "placeholder": _plain_text(one_line(picker.label) or "…", _PLACEHOLDER),
        "min_query_length": 0,
    }
    yield {"type": "actions", "block_id": picker.command, "elements": [menu]}


def _plain_text(text: str, most: int) -> Document:
    return {"type": "plain_text", "text": clipped(text, most), "emoji": False}
