"""The blocks, and where each may stand."""

from collections import Counter
from typing import Any

from tests.fakes.slack.block_kit.checks import (
    Check,
    Spot,
    a_list,
    all_of,
    anything,
    by_type,
    fields,
    flag,
    string,
    walk,
    whole,
)
from tests.fakes.slack.block_kit.elements import (
    ACCESSORIES,
    ACTIONS,
    IMAGE,
    INPUTS,
    any_text,
    plain,
)

_ID: dict[str, Check] = {"block_id": string(255)}


def _section(spot: Spot, value: Any) -> None:
    if not value.get("text") and not value.get("fields"):
        spot.fail("must provide text or fields")


def _one_image(spot: Spot, value: Any) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        spot.fail("must provide either image_url or slack_file")


def _short_table(spot: Spot, value: Any) -> None:
    for number, row in enumerate(value.get("rows") or []):
        if isinstance(row, list) and len(row) > 20:
            spot.down("rows").down(number).fail(f"no more than 20 items allowed [{len(row)} provided]")


SECTION = all_of(
    fields(
        {
            **_ID,
            "text": any_text(3000),
            "fields": a_list(any_text(2000), 10),
            "accessory": by_type(ACCESSORIES, "accessory"),
            "expand": flag,
        }
    ),
    _section,
)
CONTEXT = fields(
    {
        **_ID,
        "elements": a_list(
            by_type({"image": IMAGE, "mrkdwn": any_text(3000), "plain_text": any_text(3000)}, "context element"), 10
        ),
    },
    required=("elements",),
)
INPUT = fields(
    {
        **_ID,
        "label": plain(2000),
        "hint": plain(2000),
        "element": by_type(INPUTS, "input element"),
        "optional": flag,
        "dispatch_action": flag,
    },
    required=("label", "element"),
)
PICTURE = all_of(
    fields(
        {
            **_ID,
            "image_url": string(3000),
            "slack_file": anything,
            "alt_text": string(2000),
            "title": plain(2000),
        },
        required=("alt_text",),
    ),
    _one_image,
)
VIDEO = fields(
    {
        **_ID,
        "alt_text": string(2000),
        "title": plain(200),
        "title_url": string(3000),
        "thumbnail_url": string(3000),
        "video_url": string(3000),
        "description": plain(200),
        "author_name": string(50),
        "provider_name": string(200),
        "provider_icon_url": string(3000),
    },
    required=("alt_text", "title", "thumbnail_url", "video_url"),
)
EVERYWHERE: dict[str, Check] = {
    "section": SECTION,
    "divider": fields(_ID),
    "header": fields({**_ID, "text": plain(150), "level": whole(1, 4)}, required=("text",)),
    "image": PICTURE,
    "context": CONTEXT,
    "actions": fields({**_ID, "elements": a_list(by_type(ACTIONS, "action"), 25)}, required=("elements",)),
    "input": INPUT,
    "rich_text": fields({**_ID, "elements": a_list(anything, 1000, least=0)}, required=("elements",)),
    "video": VIDEO,
}
IN_MESSAGES: dict[str, Check] = {
    **EVERYWHERE,
    "markdown": fields({**_ID, "text": string(12_000)}, required=("text",)),
    "table": all_of(
        fields({**_ID, "rows": a_list(anything, 100), "column_settings": anything}, required=("rows",)), _short_table
    ),
    "context_actions": fields({**_ID, "elements": a_list(anything, 5)}, required=("elements",)),
    "file": fields({**_ID, "external_id": string(255), "source": string(20)}, required=("external_id", "source")),
}
NEWER = ("alert", "card", "carousel", "container", "plan", "task_card")
"""Newer blocks for agents: let through unchecked."""


def check_blocks(spot: Spot, blocks: Any, kinds: dict[str, Check], most: int) -> None:
    """All blocks of a surface, and that their ids are unique."""
    known = kinds | (dict.fromkeys(NEWER, anything) if "markdown" in kinds else {})
    a_list(by_type(known, "block"), most, least=0)(spot, blocks)
    if isinstance(blocks, list):
        _unique(spot, [block.get("block_id") for block in blocks if isinstance(block, dict)], "block_id")
        for number, block in enumerate(blocks):
            actions = [entry.get("action_id") for entry in walk(block)]
            _unique(spot.down(number), actions, "action_id")


def _unique(spot: Spot, ids: list[Any], what: str) -> None:
    for name, times in Counter(str(value) for value in ids if value is not None).items():
        if times > 1:
            spot.fail(f"`{what}` {name} already exists")
