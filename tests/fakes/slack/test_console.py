"""Trying the bot by hand: the lines a person types and what they are shown."""

import socket
import tomllib
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot import config
from tests.fakes.slack.__main__ import main
from tests.fakes.slack.console import HELP, Console
from tests.fakes.slack.errors import Json
from tests.fakes.slack.reference import Receiver, Said
from tests.fakes.slack.running import Fake
from tests.fakes.slack.sample import Sample

CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Acme* belongs to Alice"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "note", "text": {"type": "plain_text", "text": "Add note"}},
        ],
    },
]
FORM: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "customer",
            "label": {"type": "plain_text", "text": "Customer"},
            "element": {"type": "external_select", "action_id": "pick", "min_query_length": 0},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        },
    ],
}


@pytest.fixture
def console(fake: Fake, company: Sample, receiver: Receiver) -> Console:
    """With a small bot behind it: a card for a command, a form for a button, options for a type-ahead."""
    web = WebClient(token=company.crm.token, base_url=fake.api_url)

    def answer(payload: Json) -> Said:
        if "command" in payload:
            return Said(content={"text": "Acme", "blocks": CARD})
        if payload.get("type") == "block_actions":
            web.views_open(trigger_id=payload["trigger_id"], view=FORM)
        if payload.get("type") == "block_suggestion":
            return Said(content={"options": [{"text": {"type": "plain_text", "text": "Acme GmbH"}, "value": "42"}]})
        if (payload.get("event") or {}).get("type") == "app_home_opened":
            web.views_publish(user_id=payload["event"]["user"], view={"type": "home", "blocks": CARD})
        return Said()

    receiver.answer = answer
    fake.deliver_to(company.app, receiver.url)
    return Console(fake, company, quiet=0)


def test_a_command_a_button_and_a_form_from_end_to_end(console: Console, receiver: Receiver) -> None:
    shown = console.act("/crm who owns Acme?")
    assert "(only you) crm: *Acme* belongs to Alice" in shown
    assert "[Add note]" in shown
    assert "== Note ==" in console.act("click Add note")
    assert "picked Acme GmbH" in console.act("choose Customer = ac")
    assert console.act("submit") == "! note: required\n"
    console.act("put Note = asked for a quote")
    assert console.act("submit") == ""
    values = receiver.done["view"]["state"]["values"]
    assert values["note"]["words"]["value"] == "asked for a quote"
    assert console.act("judge") == "nothing to complain about\n"


def test_each_person_sees_their_own(console: Console) -> None:
    console.act("in #acme-shared")
    console.act("/crm who owns Acme?")
    assert "belongs to Alice" in console.act("look")
    seen = console.act("as erin")
    assert seen.startswith("#home-and-acme")
    assert "belongs to Alice" not in seen
    assert console.act("/crm who owns Acme?") == "! /crm is not a valid command\n"


def test_messages_are_written_answered_edited_deleted_and_marked(console: Console) -> None:
    assert "alice: Q3 quote" in console.act("say Q3 quote")
    assert "alice: Q4 quote (edited)" in console.act("edit Q4 quote")
    assert ":tada: 1" in console.act("react tada")
    assert "↳" in console.act("reply sent it")
    console.act("delete")
    assert "sent it" not in console.act("look")
    console.act("in dm")
    assert console.prompt == "alice dm> "
    assert "@crm" in console.act("say hello @bob")


def test_the_home_is_opened(console: Console) -> None:
    assert "belongs to Alice" in console.act("home")
    assert "== Note ==" in console.act("home click Add note")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("as mallory", "there are alice"),
        ("in #nowhere", "there are #sales"),
        ("click Done", "nothing to press"),
        ("submit", "no modal"),
        ("dance", "Type help"),
        ("log", "! failed"),
        ("", ""),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    console: Console, receiver: Receiver, line: str, answer: str
) -> None:
    receiver.answer = lambda _: Said(500)
    assert answer in console.act(line)


def test_the_help_is_bilingual_and_names_every_verb(console: Console) -> None:
    assert console.act("help").strip() == HELP.strip()
    assert "退出" in HELP


@pytest.mark.parametrize(("mode", "secret"), [([], "signing_secret"), (["--socket"], "app_token")])
def test_the_lines_to_paste_are_printed(capsys: pytest.CaptureFixture[str], mode: list[str], secret: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert main([*mode, "--port", str(port), "look"]) == 0
    printed = capsys.readouterr().out
    pasted = tomllib.loads(printed[printed.index("[bot]") : printed.index("In a copy of")])
    assert config.parse(pasted).slack.on
    there = tomllib.loads(Path("config.example.toml").read_text(encoding="utf-8"))
    named = [(section, key) for section, keys in pasted.items() for key in keys]
    assert all(key in there[section] and key in printed.split("In a copy of")[1] for section, key in named)
    assert 'bot_token = "xoxb-' in printed
    assert f'{secret} = "' in printed
    assert f'api_url = "http://127.0.0.1:{port}/api/"' in printed
    assert "#sales" in printed


def test_the_bot_is_brought_into_a_channel_and_taken_out(console: Console, receiver: Receiver) -> None:
    console.act("as charlie")
    assert "crm: @crm has joined the channel" in console.act("invite")
    assert "crm: @crm has left the channel" in console.act("remove")
    heard = [(said.payload.get("event") or {}).get("type") for said in receiver.heard]
    assert {"member_joined_channel", "member_left_channel"} <= set(heard)
