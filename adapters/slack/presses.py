"""What a press or a submitted form asks for, as a command in plain text."""

from adapters.slack import forms
from adapters.slack.told import object_of, word
from crm_core.chat import Document


def command_of(payload: Document) -> str:
    """The command of a `block_actions` or a `view_submission`; "" when it carries none.

    A button has it as its value, a menu as the value of what was chosen; a picker runs the command in its `block_id`
    with the customer that was picked; a form stands for one. Of several actions the first counts.
    """
    if payload.get("type") == "view_submission":
        return _of_form(payload)
    actions = payload.get("actions")
    action = object_of(actions[0]) if isinstance(actions, list) and actions else {}
    chosen = word(object_of(action.get("selected_option")), "value")
    if action.get("action_id") == forms.PICK:
        command = word(action, "block_id")
        return f"{command} {chosen}" if command and forms.is_reference(chosen) else ""
    return chosen or word(action, "value")


def _of_form(payload: Document) -> str:
    try:
        return forms.read(payload).command()
    except ValueError:
        return ""
