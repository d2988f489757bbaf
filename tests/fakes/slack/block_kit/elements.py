"""Texts, options and the interactive elements of Block Kit, with the limits of Slack's reference pages."""

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
    one_of,
    string,
    whole,
)

OPTION_VALUE = 75
"""The reference says 150 since a while, older pages 75: the smaller one is held."""


def plain(most: int) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": fields({"text": string(most), "emoji": flag}, required=("text",))}, "plain_text only")


def any_text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    kinds = {
        "plain_text": fields({"text": string(most), "emoji": flag}, required=("text",)),
        "mrkdwn": fields({"text": string(most), "verbatim": flag}, required=("text",)),
    }
    return by_type(kinds, "text object")


def _option(text: Check) -> Check:
    allowed = {"text": text, "value": string(OPTION_VALUE), "description": plain(75), "url": string(3000)}
    return fields(allowed, required=("text", "value"))


PLAIN_OPTION = _option(plain(75))
RICH_OPTION = _option(any_text(75))
OPTIONS = a_list(PLAIN_OPTION, 100)
GROUP = fields({"label": plain(75), "options": OPTIONS}, required=("label", "options"))
GROUPS = a_list(GROUP, 100)
CONFIRM = fields(
    {
        "title": plain(100),
        "text": any_text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)
DISPATCH = fields({"trigger_actions_on": anything})
_INTERACTIVE: dict[str, Check] = {"action_id": string(255), "confirm": CONFIRM, "focus_on_load": flag}
_PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}


def _options_or_groups(spot: Spot, value: Any) -> None:
    if ("options" in value) == ("option_groups" in value):
        spot.fail("must provide either options or option_groups, not both")


def _initial_among_options(spot: Spot, value: Any) -> None:
    chosen = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    groups = value.get("option_groups") or [{"options": value.get("options") or []}]
    offered = [
        option.get("value") for group in groups for option in group.get("options", []) if isinstance(option, dict)
    ]
    for option in chosen:
        if not isinstance(option, dict) or option.get("value") not in offered:
            spot.fail("initial option must be one of the options")


def _select(own: dict[str, Check], *more: Check, many: bool, required: tuple[str, ...] = ()) -> Check:
    allowed = {**_INTERACTIVE, **_PLACEHOLDER, **own}
    if many:
        allowed["max_selected_items"] = whole(1, 100)
    else:
        allowed["response_url_enabled"] = flag
    return all_of(fields(allowed, required=required), *more)


def _selects(prefix: str, *, many: bool) -> dict[str, Check]:
    initial = "initial_options" if many else "initial_option"
    chosen: Check = a_list(PLAIN_OPTION, 100) if many else PLAIN_OPTION
    static = {"options": OPTIONS, "option_groups": GROUPS, initial: chosen}
    plural = "s" if many else ""
    return {
        f"{prefix}static_select": _select(static, _options_or_groups, _initial_among_options, many=many),
        f"{prefix}external_select": _select({"min_query_length": whole(0, 75), initial: chosen}, many=many),
        f"{prefix}users_select": _select({f"initial_user{plural}": anything}, many=many),
        f"{prefix}channels_select": _select({f"initial_channel{plural}": anything}, many=many),
        f"{prefix}conversations_select": _select(
            {f"initial_conversation{plural}": anything, "default_to_current_conversation": flag, "filter": anything},
            many=many,
        ),
    }


def _choice(most: int, **initial: Check) -> Check:
    return all_of(
        fields({**_INTERACTIVE, "options": a_list(RICH_OPTION, most), **initial}, required=("options",)),
        _initial_among_options,
    )


def _date(name: str) -> Check:
    return fields({**_INTERACTIVE, **_PLACEHOLDER, name: anything, "timezone": anything})


def _input(least: int = 0, **own: Check) -> Check:
    allowed = {**_PLACEHOLDER, "action_id": string(255), "focus_on_load": flag, "dispatch_action_config": DISPATCH}
    return fields({**allowed, "initial_value": string(3000, least=least), **own})


IMAGE = fields(
    {"image_url": string(3000), "alt_text": string(2000), "slack_file": anything},
    required=("alt_text",),
)
BUTTON = fields(
    {
        **_INTERACTIVE,
        "text": plain(75),
        "value": string(2000, least=0),
        "url": string(3000, least=0),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
    required=("text",),
)
OVERFLOW = fields({**_INTERACTIVE, "options": a_list(PLAIN_OPTION, 5)}, required=("options",))
CHOOSERS: dict[str, Check] = {
    **_selects("", many=False),
    **_selects("multi_", many=True),
    "checkboxes": _choice(10, initial_options=a_list(RICH_OPTION, 10)),
    "radio_buttons": _choice(10, initial_option=RICH_OPTION),
    "datepicker": _date("initial_date"),
    "timepicker": _date("initial_time"),
    "datetimepicker": fields({**_INTERACTIVE, "initial_date_time": anything}),
}
WRITERS: dict[str, Check] = {
    "plain_text_input": _input(multiline=flag, min_length=whole(0, 3000), max_length=whole(1, 3000)),
    "email_text_input": _input(),
    "url_text_input": _input(),
    "number_input": _input(is_decimal_allowed=flag, min_value=anything, max_value=anything),
    "rich_text_input": fields(
        {**_PLACEHOLDER, "action_id": string(255), "focus_on_load": flag, "initial_value": anything}
    ),
    "file_input": fields({"action_id": string(255), "filetypes": anything, "max_files": whole(1, 10)}),
}
_single = {kind: check for kind, check in CHOOSERS.items() if not kind.startswith("multi_")}
ACTIONS: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW, **_single}
ACCESSORIES: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **CHOOSERS}
INPUTS: dict[str, Check] = {**CHOOSERS, **WRITERS}
