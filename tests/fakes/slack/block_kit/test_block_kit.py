"""Block Kit's limits, each from both sides."""

import copy
from typing import Any

import pytest

from tests.fakes.slack.block_kit.surfaces import checked_view, message_blocks
from tests.fakes.slack.errors import Json, SlackError
from tests.fakes.slack.ids import Ids


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "hello", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Done"), "action_id": "done", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: Any = "1", text: str = "one") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> Json:
    chosen = {"type": "static_select", "action_id": "pick", "options": [option()]}
    return {name: value for name, value in {**chosen, **more}.items() if value is not None}


def field(element: Json | None = None) -> Json:
    return {"type": "input", "label": plain("Note"), "element": element or {"type": "plain_text_input"}}


def confirmation(title: str) -> Json:
    return {"title": plain(title), "text": plain("Sure?"), "confirm": plain("Yes"), "deny": plain("No")}


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "title": plain("Log"), "submit": plain("Save"), "blocks": list(blocks), **more}
    return {name: value for name, value in view.items() if value is not None}


SOUND: list[list[Json]] = [
    [],
    [section("x" * 3000)],
    [{"type": "section", "fields": [mrkdwn("x" * 1100)] * 10}],
    [section(accessory=button(style="primary", value="v" * 2000, url="https://crm.example/"))],
    [section(accessory={"type": "overflow", "options": [option(str(n)) for n in range(5)]})],
    [section(accessory={"type": "image", "image_url": "https://crm.example/a.png", "alt_text": "chart"})],
    [{"type": "header", "text": plain("x" * 150)}, {"type": "divider"}],
    [{"type": "context", "elements": [mrkdwn("by Alice")] * 10}],
    [actions(*[button(action_id=f"a{n}") for n in range(25)])],
    [actions(select(initial_option=option()), {"type": "datepicker", "initial_date": "2026-01-31"})],
    [actions({"type": "external_select", "action_id": "who", "min_query_length": 0, "placeholder": plain("Customer")})],
    [actions(select(options=None, option_groups=[{"label": plain("A"), "options": [option()]}]))],
    [{"type": "markdown", "text": "x" * 12_000}],
    [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 20] * 100}],
    [{"type": "image", "image_url": "https://crm.example/a.png", "alt_text": "chart"}],
    [{"type": "rich_text", "elements": []}],
    [section("x")] * 50,
]

BROKEN: list[tuple[str, list[Any]]] = [
    ("must be less than 3001 characters [json-pointer:/blocks/0/text/text]", [section("x" * 3001)]),
    ("must be more than 0 characters", [section("")]),
    ("must provide text or fields", [{"type": "section"}]),
    ("no more than 10 items", [{"type": "section", "fields": [mrkdwn("x")] * 11}]),
    ("must be less than 2001 characters", [{"type": "section", "fields": [mrkdwn("x" * 2001)]}]),
    ("unsupported type: mrkdwn", [{"type": "header", "text": mrkdwn("x")}]),
    ("must be less than 151 characters", [{"type": "header", "text": plain("x" * 151)}]),
    ("must be less than 76 characters", [actions(button(text=plain("x" * 76)))]),
    ("must be less than 2001 characters", [actions(button(value="x" * 2001))]),
    ("must be one of the enum values: primary, danger", [actions(button(style="green"))]),
    ("must be a string", [actions(button(value=1))]),
    ("invalid additional property: colour", [actions(button(colour="red"))]),
    ("no more than 25 items", [actions(*[button(action_id=f"a{n}") for n in range(26)])]),
    ("no fewer than 1 items", [actions()]),
    ("`action_id` done already exists", [actions(button(), button())]),
    ("`block_id` b already exists", [section(block_id="b"), section(block_id="b")]),
    ("must be less than 256 characters", [section(block_id="b" * 256)]),
    ("no more than 10 items", [{"type": "context", "elements": [mrkdwn("x")] * 11}]),
    ("unsupported type: button", [{"type": "context", "elements": [button()]}]),
    ("unsupported type: text", [{"type": "section", "text": {"type": "text", "text": "x"}}]),
    ("no more than 5 items", [section(accessory={"type": "overflow", "options": [option(str(n)) for n in range(6)]})]),
    ("no more than 100 items", [actions(select(options=[option(str(n)) for n in range(101)]))]),
    ("no fewer than 1 items", [actions(select(options=[]))]),
    ("must provide either options or option_groups", [actions(select(options=None))]),
    ("must be a string", [actions(select(options=[option(1)]))]),
    ("must be less than 76 characters", [actions(select(options=[option(text="x" * 76)]))]),
    ("initial option must be one of the options", [actions(select(initial_option=option("2")))]),
    ("must be less than 151 characters", [actions(select(placeholder=plain("x" * 151)))]),
    ("no more than 50 items", [section("x")] * 51),
    ("unsupported type: shout", [{"type": "shout"}]),
    ("missing required field: type", ["hello"]),
    ("missing required field: alt_text", [{"type": "image", "image_url": "https://crm.example/a.png"}]),
    ("no more than 20 items", [{"type": "table", "rows": [["x"] * 21]}]),
    ("must be less than 101 characters", [actions(button(confirm=confirmation("x" * 101)))]),
]


@pytest.mark.parametrize("blocks", SOUND)
def test_blocks_within_the_limits_are_taken(blocks: list[Json]) -> None:
    assert len(message_blocks(blocks, Ids())) == len(blocks)


@pytest.mark.parametrize(("sentence", "blocks"), BROKEN)
def test_blocks_past_a_limit_are_refused_with_its_place(sentence: str, blocks: list[Any]) -> None:
    with pytest.raises(SlackError) as caught:
        message_blocks(blocks, Ids())
    assert caught.value.name == "invalid_blocks"
    assert any(sentence in message for message in caught.value.fields["errors"])


def test_blocks_must_be_a_list() -> None:
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        message_blocks({"type": "section"}, Ids())


@pytest.mark.parametrize("blocks", [[section("x" * 2500)] * 5, [{"type": "markdown", "text": "x" * 6001}] * 2])
def test_too_much_text_in_all_is_too_long(blocks: list[Json]) -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        message_blocks(blocks, Ids())


def test_blocks_and_elements_get_the_ids_they_lack() -> None:
    given = [section(), actions({"type": "button", "text": plain("Done")})]
    before = copy.deepcopy(given)
    shown = message_blocks(given, Ids())
    assert shown[0]["block_id"] != shown[1]["block_id"]
    assert shown[1]["elements"][0]["action_id"]
    assert given == before


def test_a_modal_within_the_limits_is_taken() -> None:
    view = checked_view(modal(field(), *[section()] * 99, private_metadata="x" * 3000, callback_id="log"), Ids())
    assert view["blocks"][0]["element"]["action_id"]


@pytest.mark.parametrize(
    ("sentence", "view"),
    [
        ("missing required field: submit", modal(field(), submit=None)),
        ("must be less than 25 characters", modal(section(), title=plain("x" * 25))),
        ("must be less than 25 characters", modal(field(), submit=plain("x" * 25))),
        ("must be less than 3001 characters", modal(section(), private_metadata="x" * 3001)),
        ("must be less than 256 characters", modal(section(), callback_id="x" * 256)),
        ("no more than 100 items", modal(*[section()] * 101)),
        ("unsupported type: markdown", modal({"type": "markdown", "text": "x"})),
        ("missing required field: title", modal(section(), title=None)),
        ("must be one of the enum values: modal, home", {"type": "sheet", "blocks": []}),
        ("must be an object", "view"),
        ("unsupported type: button", modal(field(button()))),
        ("must be between 1 and 3000", modal(field({"type": "plain_text_input", "max_length": 3001}))),
    ],
)
def test_a_view_past_a_limit_is_refused(sentence: str, view: Any) -> None:
    with pytest.raises(SlackError) as caught:
        checked_view(view, Ids())
    assert caught.value.name == "invalid_arguments"
    assert any(sentence in message for message in caught.value.fields["response_metadata"]["messages"])


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        checked_view(modal(*[section("x" * 2900)] * 90), Ids())
