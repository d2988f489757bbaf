"""A `Card` as a template card of WeCom ("模板卡片消息"): with up to six buttons, or as a list to pick from.

The lengths are those the page advises; WeCom cuts what is longer where it is shown, so what would be cut is said in a
message before the card. A card is known by its task id, which is never used twice.
"""

import hashlib
import re
from collections.abc import Sequence
from uuid import uuid4

from adapters.plain import language_of, one_line, plain
from adapters.wecom.payload import PICK
from crm_core.chat import Button, ButtonStyle, Card, Document, Field

MOST_BUTTONS = 6
MOST_OPTIONS = 20
MOST_FIELDS = 6

_KEY = 1_024
_OPTION_ID = 128
#: In widths of a Chinese character; a letter is half of one.
_TITLE = 26
_DESC = 30
_SUBTITLE = 112
_LABEL = 8
_VALUE = 26
_BUTTON = 10
_OPTION = 22

#: Where a sentence can be cut in two without a loss.
_PAUSES = re.compile(r"[，。；！？]|[,;!?](?=[^!-~])")
_STYLES = {ButtonStyle.PRIMARY: 1, ButtonStyle.PLAIN: 2, ButtonStyle.DANGER: 3}
_SUBMIT = {"zh": "确定", "en": "OK"}
_CHOOSE = {"zh": "请选择", "en": "Please choose"}
_MORE = {"zh": "更多操作", "en": "More"}
_DONE = {"zh": "已处理", "en": "Done"}


def of(card: Card, key: str) -> list[Document]:
    """The cards that carry the buttons, none when there are none; the first says everything if `fits`."""
    buttons = shown(card.buttons)
    if not buttons:
        return []
    if MOST_BUTTONS < len(buttons) <= MOST_OPTIONS and all(_size(each.command) <= _OPTION_ID for each in buttons):
        return [_pick_list(card, buttons, task_id_of(key, 0))]
    groups = [buttons[start : start + MOST_BUTTONS] for start in range(0, len(buttons), MOST_BUTTONS)]
    first = _with_buttons(card if fits(card) else _without_body(card), groups[0], task_id_of(key, 0))
    more = Card(title=_MORE[language_of(card)])
    return [first, *(_with_buttons(more, group, task_id_of(key, at)) for at, group in enumerate(groups[1:], 1))]


def fits(card: Card) -> bool:
    """Whether a card with buttons shows everything the answer says."""
    if card.quotes or card.picker is not None or len(card.buttons) > MOST_BUTTONS or len(_fields(card)) > MOST_FIELDS:
        return False
    short = all(
        width(one_line(field.label)) <= _LABEL and width(one_line(field.value)) <= _VALUE for field in _fields(card)
    )
    title, footer = one_line(card.title), one_line(card.footer)
    return short and width(title) <= _TITLE and width(footer) <= _DESC and width(_body(card)) <= _SUBTITLE


def changed(card: Card) -> Document:
    """What takes the place of a card: without buttons of its own, one that says that it is done and is grey."""
    buttons = shown(card.buttons)[:MOST_BUTTONS]
    done = _DONE[language_of(card)]
    if buttons:
        made = _with_buttons(card, buttons, "")
    else:
        made = {**_head(card), "card_type": "button_interaction", "button_list": [{"text": done, "key": "done"}]}
        made["replace_text"] = done
    return made


def to_markup(card: Document) -> Document:
    """The same as elements of XML, for a reply: their names begin with capitals."""
    return {_element(name): _value(value) for name, value in card.items()}


def shown(buttons: Sequence[Button]) -> list[Button]:
    """The buttons that WeCom can carry, each command once."""
    fitting = [each for each in buttons if one_line(each.label) and 0 < _size(each.command) <= _KEY]
    return list({each.command: each for each in reversed(fitting)}.values())[::-1]


def task_id_of(key: str, number: int) -> str:
    """The same for the same message however often it is sent; for one without a key, never the same."""
    named = f"{key}:{number}" if key else uuid4().hex
    return f"crm-{hashlib.sha256(named.encode()).hexdigest()[:40]}"


def width(text: str) -> int:
    """In Chinese characters, as far as these are twice as wide as letters."""
    return -(-sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) // 2)


def _with_buttons(card: Card, buttons: Sequence[Button], task_id: str) -> Document:
    listed = [
        {"text": _narrowed(one_line(each.label), _BUTTON), "key": each.command, "style": _STYLES[each.style]}
        for each in buttons
    ]
    made = {"card_type": "button_interaction", **_head(card), "button_list": listed}
    return {**made, "task_id": task_id} if task_id else made


def _head(card: Card) -> Document:
    title, body = one_line(card.title), _body(card)
    if not title:
        title, body = _headed(body)
    head: Document = {"main_title": {"title": _narrowed(title, _TITLE) or "…"}}
    if footer := _narrowed(one_line(card.footer), _DESC):
        head["main_title"]["desc"] = footer
    if body := _narrowed(body, _SUBTITLE):
        head["sub_title_text"] = body
    if fields := _fields(card)[:MOST_FIELDS]:
        head["horizontal_content_list"] = [
            {"keyname": _narrowed(one_line(each.label), _LABEL), "value": _narrowed(one_line(each.value), _VALUE)}
            for each in fields
        ]
    return head


def _headed(body: str) -> tuple[str, str]:
    """The beginning of a text as its title, and the rest: its first line, or what of it makes a title."""
    first, _, rest = body.partition("\n")
    if width(first) <= _TITLE:
        return first, rest
    ends = [end.start() for end in _PAUSES.finditer(first) if width(first[: end.start()]) <= _TITLE]
    if not ends:
        return first, body
    return first[: ends[-1]], body[ends[-1] + 1 :].lstrip()


def _pick_list(card: Card, buttons: Sequence[Button], task_id: str) -> Document:
    options = [
        {"id": each.command, "text": _narrowed(one_line(each.label), _OPTION), "is_checked": False} for each in buttons
    ]
    language = language_of(card)
    title = one_line(card.title) or one_line(card.text)
    return {
        "card_type": "vote_interaction",
        "main_title": {"title": _narrowed(title, _TITLE) or _CHOOSE[language]},
        "checkbox": {"question_key": PICK, "mode": 0, "option_list": options},
        "submit_button": {"text": _SUBMIT[language], "key": PICK},
        "task_id": task_id,
    }


def _without_body(card: Card) -> Card:
    """What a message before it has said."""
    return Card(title=one_line(card.title) or one_line(card.text))


def _fields(card: Card) -> list[Field]:
    return [field for field in card.fields if one_line(field.label) and one_line(field.value)]


def _body(card: Card) -> str:
    return "\n".join(part for part in (plain(card.text), *map(plain, card.items)) if part)


def _narrowed(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    kept = text
    while width(kept) >= most:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _element(name: str) -> str:
    return {"keyname": "KeyName", "checkbox": "CheckBox"}.get(
        name, "".join(part.capitalize() for part in name.split("_"))
    )


def _value(value: object) -> object:
    if isinstance(value, dict):
        return to_markup(value)
    if isinstance(value, list):
        return [_value(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else value


def _size(text: str) -> int:
    return len(text.encode())
