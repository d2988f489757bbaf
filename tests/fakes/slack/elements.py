"""What can be pressed, picked and filled in on blocks, and what Slack sends about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack.errors import Json

#: How the state of an element is named, by its type; what is not here has no state.
STATES = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_PRESETS = {"value": "initial_value", "rich_text_value": "initial_value"}
EXTERNAL = frozenset(("external_select", "multi_external_select"))


class NotThere(AssertionError):
    """The person cannot do that: there is no such element before them."""


@dataclass(frozen=True)
class Element:
    """An interactive element and the block it stands in."""

    body: Json
    block: Json

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def action_id(self) -> str:
        return str(self.body.get("action_id", ""))

    @property
    def block_id(self) -> str:
        return str(self.block.get("block_id", ""))

    @property
    def label(self) -> str:
        """What a person reads on or beside it."""
        for part in (self.body.get("text"), self.block.get("label"), self.body.get("placeholder")):
            if isinstance(part, dict):
                return str(part.get("text", ""))
        return str(self.body.get("accessibility_label", ""))

    @property
    def is_input(self) -> bool:
        return self.block.get("type") == "input"

    @property
    def options(self) -> list[Json]:
        groups: list[Json] = self.body.get("option_groups") or []
        return [*(self.body.get("options") or []), *(option for group in groups for option in group["options"])]

    def option(self, wanted: str) -> Json:
        """The option with this text or value; `NotThere`."""
        return pick(self.options, wanted, of=self.label or self.action_id)

    def preset(self) -> Any:
        """What it holds before anybody touched it."""
        state = STATES.get(self.type, "")
        return self.body.get(_PRESETS.get(state, state.replace("selected_", "initial_")))


def walk(blocks: list[Json]) -> Iterator[Element]:
    """Every interactive element, from top to bottom."""
    for block in blocks:
        inner = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        for body in inner:
            if isinstance(body, dict) and "action_id" in body:
                yield Element(body, block)


def find(blocks: list[Json], wanted: str) -> Element:
    """The element with this label, action_id, block_id or value; `NotThere` names what there is."""
    elements = list(walk(blocks))
    for matches in (_is_named, _is_labelled):
        for element in elements:
            if matches(element, wanted):
                return element
    there = ", ".join(f"{element.label!r} ({element.action_id})" for element in elements) or "nothing to press"
    raise NotThere(f"no {wanted!r} here, but: {there}")


def pick(options: list[Json], wanted: str, *, of: str) -> Json:
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return option
    there = ", ".join(repr(option["text"]["text"]) for option in options) or "nothing"
    raise NotThere(f"{of!r} does not offer {wanted!r}, but: {there}")


def action(element: Element, chosen: Any, at: str) -> Json:
    """The entry of `actions` for a press (`chosen` None) or a choice."""
    body: Json = {"type": element.type, "action_id": element.action_id, "block_id": element.block_id}
    if element.type == "button":
        body |= {name: element.body[name] for name in ("text", "value", "style", "url") if name in element.body}
    elif element.type == "overflow":
        body["selected_option"] = chosen
    else:
        body[STATES[element.type]] = chosen
        body |= {name: element.body[name] for name in ("placeholder",) if name in element.body}
    return body | {"action_ts": at}


def held(element: Element, values: Json) -> Any:
    """What an element holds: what was put there (`values` by block and action), else its preset."""
    put = values.get(element.block_id, {}).get(element.action_id)
    value = put[STATES[element.type]] if put else element.preset()
    return value or [] if STATES[element.type] == "selected_options" else value


def entry(element: Element, value: Any) -> Json:
    """How `state.values` shows an element that holds this."""
    return {"type": element.type, STATES[element.type]: value}


def state(blocks: list[Json], values: Json) -> Json:
    """`state.values` of a surface, with what nobody touched."""
    result: Json = {}
    for element in walk(blocks):
        if element.type in STATES:
            result.setdefault(element.block_id, {})[element.action_id] = entry(element, held(element, values))
    return result


def missing(blocks: list[Json], values: Json) -> dict[str, str]:
    """Required inputs that are empty, by block_id: the client does not let such a form go."""
    return {
        element.block_id: "required"
        for element in walk(blocks)
        if element.is_input and not element.block.get("optional") and not held(element, values)
    }


def _is_named(element: Element, wanted: str) -> bool:
    return wanted in (element.action_id, element.label)


def _is_labelled(element: Element, wanted: str) -> bool:
    return wanted in (element.block_id, element.body.get("value")) or element.label.endswith(wanted)
