"""Modals as Slack shows them, and what their submission asks for, as a command in plain text.

Nothing that comes back is trusted: neither the hidden part of a form nor what was picked in it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.plain import clipped, one_line, plain
from adapters.slack import words
from adapters.slack.mrkdwn import clipped_escaped, escaped
from adapters.slack.told import object_of, word
from crm_core.chat import Document
from crm_core.desk import Choice
from crm_core.words import Words

LOG = "log_form"
TASK = "task_form"

#: The action a field that suggests customers is known by, on cards and in forms.
PICK = "pick"

LONGEST_TEXT = 2_000
LONGEST_OPTION = 75
_EXCERPT = 300

_REFERENCE = re.compile(r"#[0-9]{1,18}")
_ROOM = re.compile(r"[A-Z][A-Z0-9]{1,30}")
_MOMENT = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")

#: The words of the commands a form becomes, by language.
COMMANDS = {
    "zh": {"log": "归档", "message": "消息", "thread": "整串", "note": "记", "task": "提醒"},
    "en": {"log": "log", "message": "message", "thread": "thread", "note": "note", "task": "remind"},
}


class Incomplete(ValueError):
    """What is wrong with a submission: a sentence for each field, by its block."""

    def __init__(self, errors: Mapping[str, Words]) -> None:
        super().__init__("the form is not complete")
        self.errors = errors


@dataclass(frozen=True)
class Origin:
    """The hidden part of a form: what it is about. Ids only; `message` "" for a form about no message."""

    language: str = "en"
    timezone: str = "UTC"
    room: str = ""
    message: str = ""

    def hidden(self) -> str:
        return json.dumps({"l": self.language, "z": self.timezone, "r": self.room, "m": self.message})


@dataclass(frozen=True)
class Filled:
    """A form that was filled in and can be carried out. `kind`: "", "note" or "task"."""

    origin: Origin
    customer: str
    kind: str
    text: str
    due: datetime | None
    thread: bool

    def command(self) -> str:
        """The command it stands for."""
        said = COMMANDS[self.origin.language]
        after = self._after(said)
        if not self.origin.message:
            return after
        whole = f" {said['thread']}" if self.thread else ""
        first = f"{said['log']} {self.customer} {said['message']} {self.origin.message}{whole}"
        return f"{first}\n{after}" if after else first

    def _after(self, said: Mapping[str, str]) -> str:
        if self.kind == "note":
            return f"{said['note']} {self.customer}: {self.text}"
        if self.kind == "task" and self.due is not None:
            when = self.due.astimezone(ZoneInfo(self.origin.timezone))
            return f"{said['task']} {self.customer} {when:%Y-%m-%d %H:%M}: {one_line(self.text)}"
        return ""


def loading(title: Words, language: str) -> Document:
    """What stands there until the form is ready."""
    return _view(title, language, [_section(words.LOADING.say(language))])


def refusal(title: Words) -> Document:
    """For who is not of the staff."""
    return {
        "type": "modal",
        "title": _plain(title.en),
        "close": _plain(words.CLOSE.en),
        "blocks": [_section(words.OUTSIDER.both())],
    }


def log_form(origin: Origin, guess: Choice | None, excerpt: str) -> Document:
    """Log one message, or its whole thread; with a note or a task."""
    language = origin.language
    blocks = [
        *([_section(_quoted(excerpt))] if plain(excerpt) else []),
        _customer(language, guess),
        _kind(language),
        _text(language, optional=True),
        _due(language, optional=True),
        _thread(language),
    ]
    return _form(LOG, words.LOG_TITLE, words.LOG_SUBMIT, origin, blocks)


def task_form(origin: Origin, guess: Choice | None = None) -> Document:
    """A task about a customer, from anywhere."""
    language = origin.language
    blocks = [_customer(language, guess), _text(language, optional=False), _due(language, optional=False)]
    return _form(TASK, words.TASK_TITLE, words.TASK_SUBMIT, origin, blocks)


def is_reference(value: str) -> bool:
    """Whether this is what a picked customer comes back as."""
    return _REFERENCE.fullmatch(value) is not None


def option(choice: Choice) -> Document:
    """A customer in a list of suggestions."""
    label = " · ".join(part for part in (one_line(choice.name), one_line(choice.about)) if part)
    return {"text": _plain(clipped(label or choice.reference, LONGEST_OPTION)), "value": choice.reference}


def language_of(payload: Document) -> str:
    """The language a form was shown in."""
    return _origin(object_of(payload.get("view")).get("private_metadata")).language


def read(payload: Document) -> Filled:
    """A submission of one of these forms. Raises `Incomplete` with what is missing, `ValueError` when it is none."""
    view = object_of(payload.get("view"))
    form = view.get("callback_id")
    if form not in {LOG, TASK}:
        raise ValueError("not one of our forms")
    origin = _origin(view.get("private_metadata"))
    values = object_of(object_of(view.get("state")).get("values"))
    filled = Filled(
        origin=origin,
        customer=_picked(values, "customer"),
        kind=_picked(values, "kind") if form == LOG else "task",
        text=plain(word(_field(values, "text"), "value"))[:LONGEST_TEXT],
        due=_due_of(values),
        thread=bool(_field(values, "thread").get("selected_options")),
    )
    if (form == LOG) != bool(origin.message and origin.room):
        raise Incomplete({"customer": words.STALE})
    if errors := _missing(filled):
        raise Incomplete(errors)
    return filled


def _missing(filled: Filled) -> dict[str, Words]:
    errors = {}
    if not is_reference(filled.customer):
        errors["customer"] = words.NO_CUSTOMER
    if filled.kind and not filled.text:
        errors["text"] = words.NO_TEXT
    if filled.kind == "task" and filled.due is None:
        errors["due"] = words.NO_DUE
    return errors


def _origin(hidden: object) -> Origin:
    try:
        said = json.loads(hidden) if isinstance(hidden, str) and len(hidden) <= 3000 else {}
    except ValueError:
        said = {}
    known = {name: value for name, value in object_of(said).items() if isinstance(value, str)}
    room, message = known.get("r", ""), known.get("m", "")
    return Origin(
        language="zh" if known.get("l") == "zh" else "en",
        timezone=_zone(known.get("z", "")),
        room=room if _ROOM.fullmatch(room) else "",
        message=message if _MOMENT.fullmatch(message) else "",
    )


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return "UTC"


def _due_of(values: Document) -> datetime | None:
    at = _field(values, "due").get("selected_date_time")
    if isinstance(at, bool) or not isinstance(at, int) or not 0 < at < 2**33:
        return None
    return datetime.fromtimestamp(at, ZoneInfo("UTC"))


def _picked(values: Document, block: str) -> str:
    chosen = word(object_of(_field(values, block).get("selected_option")), "value")
    return "" if chosen == "none" else chosen


def _field(values: Document, block: str) -> Document:
    """The one element of an input."""
    actions = object_of(values.get(block))
    return object_of(next(iter(actions.values()), None))


def _form(callback: str, title: Words, submit: Words, origin: Origin, blocks: list[Document]) -> Document:
    view = _view(title, origin.language, blocks)
    return view | {
        "callback_id": callback,
        "submit": _plain(submit.say(origin.language)),
        "private_metadata": origin.hidden(),
    }


def _view(title: Words, language: str, blocks: list[Document]) -> Document:
    return {
        "type": "modal",
        "title": _plain(title.say(language)),
        "close": _plain(words.CANCEL.say(language)),
        "blocks": blocks,
    }


def _customer(language: str, guess: Choice | None) -> Document:
    element: Document = {
        "type": "external_select",
        "action_id": PICK,
        "min_query_length": 0,
        "placeholder": _plain(words.CUSTOMER_HINT.say(language)),
    }
    if guess is not None:
        element["initial_option"] = option(guess)
    return _input("customer", words.CUSTOMER.say(language), element, optional=False)


def _kind(language: str) -> Document:
    kinds = (("none", words.KIND_NONE), ("note", words.KIND_NOTE), ("task", words.KIND_TASK))
    options = [{"text": _plain(label.say(language)), "value": value} for value, label in kinds]
    element = {"type": "radio_buttons", "action_id": "kind", "options": options, "initial_option": options[0]}
    return _input("kind", words.KIND.say(language), element, optional=False)


def _text(language: str, *, optional: bool) -> Document:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": LONGEST_TEXT}
    return _input("text", words.TEXT.say(language), element, optional=optional)


def _due(language: str, *, optional: bool) -> Document:
    return _input("due", words.DUE.say(language), {"type": "datetimepicker", "action_id": "due"}, optional=optional)


def _thread(language: str) -> Document:
    whole = {"text": _plain(words.THREAD_WHOLE.say(language)), "value": "thread"}
    element = {"type": "checkboxes", "action_id": "thread", "options": [whole]}
    return _input("thread", words.THREAD.say(language), element, optional=True)


def _input(block: str, label: str, element: Document, *, optional: bool) -> Document:
    return {"type": "input", "block_id": block, "label": _plain(label), "element": element, "optional": optional}


def _quoted(text: str) -> str:
    return "\n".join(f">{line}" for line in clipped_escaped(escaped(plain(text)), _EXCERPT).splitlines())


def _section(text: str) -> Document:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _plain(text: str) -> Document:
    return {"type": "plain_text", "text": text, "emoji": False}
