"""Blocks as they arrive with a message or a view: checked as a whole, and given the ids they lack."""

import copy
import json
from typing import Any

from tests.fakes.slack.block_kit.checks import Check, Spot, all_of, anything, fields, flag, string, walk
from tests.fakes.slack.block_kit.elements import plain
from tests.fakes.slack.block_kit.layout import EVERYWHERE, IN_MESSAGES, check_blocks
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.ids import Ids

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 12_000
"""All texts of a message's blocks together. Documented for markdown blocks only; seen near 13,000 for others."""
VIEW_BYTES = 250_000
INTERACTIVE = frozenset(
    ("button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "number_input")
)


def message_blocks(blocks: Any, ids: Ids, *, pointer: str = "/blocks") -> list[Json]:
    """The blocks of a message with ids; invalid_blocks_format, invalid_blocks, msg_blocks_too_long."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    spot = Spot(pointer)
    check_blocks(spot, blocks, IN_MESSAGES, MESSAGE_BLOCKS)
    if spot.found:
        raise SlackError("invalid_blocks", errors=spot.found, response_metadata={"messages": spot.found})
    if characters(blocks) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return with_ids(blocks, ids)


def characters(blocks: list[Json]) -> int:
    """How much text blocks carry."""
    return sum(len(entry["text"]) for entry in walk(blocks) if isinstance(entry.get("text"), str))


def checked_view(view: Any, ids: Ids) -> Json:
    """A modal or home view with ids in its blocks; invalid_arguments with what is wrong, view_too_large."""
    if isinstance(view, dict) and len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    spot = Spot("/view")
    if not isinstance(view, dict):
        spot.fail("must be an object")
    elif view.get("type") not in _SURFACES:
        spot.fail("must be one of the enum values: modal, home")
    else:
        _SURFACES[view["type"]](spot, view)
    if spot.found:
        raise SlackError("invalid_arguments", response_metadata={"messages": spot.found})
    return {**view, "blocks": with_ids(view["blocks"], ids)}


def with_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", ids.hex(5))
        for entry in walk(block):
            kind = str(entry.get("type", ""))
            if kind in INTERACTIVE or kind.endswith(("_select", "_input")):
                entry.setdefault("action_id", ids.hex(5))
    return blocks


def _view_blocks(spot: Spot, value: Any) -> None:
    check_blocks(spot, value, EVERYWHERE, VIEW_BLOCKS)


def _submit_for_inputs(spot: Spot, value: Any) -> None:
    blocks = value.get("blocks")
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    if "input" in kinds and not value.get("submit"):
        spot.fail("missing required field: submit")


_SHARED: dict[str, Check] = {
    "blocks": _view_blocks,
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL: dict[str, Check] = {
    **_SHARED,
    "title": plain(24),
    "submit": plain(24),
    "close": plain(24),
    "clear_on_close": flag,
    "notify_on_close": flag,
    "submit_disabled": flag,
}
_SURFACES: dict[str, Check] = {
    "modal": all_of(fields(_MODAL, required=("title", "blocks")), _submit_for_inputs),
    "home": fields({**_SHARED, "title": anything, "close": anything, "submit": anything}, required=("blocks",)),
}
