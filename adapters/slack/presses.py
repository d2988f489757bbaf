"""What a press or a submitted form asks for, as a command in plain text."""

from typing import Any

from adapters.slack import forms
from crm_core.chat import Document


def command_of(payload: Document) -> str:
    """The command of a `block_actions` or a `view_submission`; "" when it carries none.

    A button has it as its value, a menu as the value of what was chosen; a picker runs the command in its `block_id`
    with the customer that was picked; a form stands for one. Of several actions the first counts.
    """
    if payload.get("type") == "view_submission":
        return _of_form(payload)
    actions = payload.get("actions")
    action = _object(actions[0]) if isinstance(actions, list) and actions else {}
    chosen = _text(_object(action.get("selected_option")), "value")
    if action.get("action_id") == forms.PICK:
        command = _text(action, "block_id")
        return f"{command} {chosen}" if command and forms.is_reference(chosen) else ""
    return chosen or _text(action, "value")


def _of_form(payload: Document) -> str:
    try:
        return forms.read(payload).command()
    except ValueError:
        return ""


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
