import json
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import manifest, scopes
from adapters.slack.manifest import App, to_yaml
from adapters.slack.methods import METHODS
from tests.adapters.slack.json_schema import problems
from tests.fakes.slack.apps import EVENT_SCOPES
from tests.fakes.slack.web_api.methods import METHODS as FAKED

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "payloads" / "slack" / "manifest.schema.json").read_text(encoding="utf-8")
)
URL = "https://crm.example.com/"
KINDS = {
    "over sockets": App(socket=True),
    "over HTTP": App(URL),
    "several workspaces": App(URL, several=True),
    "sockets with links": App(URL, socket=True),
}
#: Methods that ask for no scope of the bot.
_SCOPELESS = {
    "auth.test",
    "apps.connections.open",
    "oauth.v2.access",
    "views.open",
    "views.publish",
    "views.update",
}
#: Not for a method or an event alone: the command and the shortcuts; the address in what `users.info` tells.
_OF_THEIR_OWN = ["commands", "users:read.email"]


@pytest.mark.parametrize("app", KINDS.values(), ids=KINDS)
def test_a_manifest_keeps_every_limit_of_slack(app: App) -> None:
    assert list(problems(app.manifest(), SCHEMA)) == []


def test_the_schema_refuses_what_slack_refuses() -> None:
    changed = App(URL).manifest()
    changed["display_information"]["name"] = "x" * 36
    changed["display_information"]["long_description"] = "too short"
    changed["features"]["assistant_view"] = {}
    changed["settings"]["interactivity"]["request_url"] = "http://crm.example.com"
    assert len(list(problems(changed, SCHEMA))) == 4


def test_over_sockets_there_is_no_address_in_it() -> None:
    assert "http" not in json.dumps(App(socket=True).manifest())


def test_over_http_everything_comes_to_one_address() -> None:
    made = App(URL).manifest()
    address = f"{URL}slack/events"
    settings = made["settings"]
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == settings["interactivity"]["message_menu_options_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["features"]["unfurl_domains"] == ["crm.example.com"]


def test_only_for_several_workspaces_there_is_a_way_back_from_installing() -> None:
    assert "redirect_urls" not in App(URL).manifest()["oauth_config"]
    assert App(URL, several=True).manifest()["oauth_config"]["redirect_urls"] == [f"{URL}slack/oauth_redirect"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:8765/", "http://localhost:8765/", ""])
def test_a_machine_of_ones_own_is_no_domain_of_links(address: str) -> None:
    assert "unfurl_domains" not in App(address, socket=True).manifest()["features"]


def test_every_method_that_is_called_has_its_scope_and_no_other() -> None:
    assert {method for scope in scopes.SCOPES for method in scope.methods} == _called() - _SCOPELESS


def _called() -> set[str]:
    """The methods named anywhere in the adapter but in the two tables of methods."""
    files = [path for path in Path(manifest.__file__).parent.rglob("*.py") if path.stem not in {"methods", "scopes"}]
    named = {word for path in files for word in re.findall(r'"([a-z]+(?:\.\w+)+)"', path.read_text(encoding="utf-8"))}
    return named & set(METHODS)


def test_the_scopes_are_those_slack_asks_for() -> None:
    for scope in scopes.SCOPES:
        for method in scope.methods:
            if method in FAKED:
                assert scope.name in FAKED[method].scopes, method
        for event in scope.events:
            assert scope.name in EVENT_SCOPES[event], event


def test_every_event_of_a_shared_kind_comes_with_each_of_its_scopes() -> None:
    assert set(scopes.events()) <= {*EVENT_SCOPES, *scopes.FREE_EVENTS}
    assert all(not {*EVENT_SCOPES[event]} - {*scopes.names()} for event in scopes.events() if event in EVENT_SCOPES)


def test_nothing_is_asked_for_without_a_use() -> None:
    assert [one.name for one in scopes.SCOPES if not one.methods and not one.events] == _OF_THEIR_OWN


@pytest.mark.parametrize("app", KINDS.values(), ids=KINDS)
def test_yaml_says_the_same(app: App) -> None:
    assert _read(to_yaml(app.manifest())) == app.manifest()


def _read(text: str) -> Any:
    """Block YAML as the manifest uses it."""
    value, rest = _block([line for line in text.splitlines() if line.strip()], 0)
    assert rest == []
    return value


def _block(lines: list[str], indent: int) -> tuple[Any, list[str]]:
    if lines[0].lstrip().startswith("- "):
        return _list(lines, indent)
    found: dict[str, Any] = {}
    while lines and _depth(lines[0]) == indent:
        name, _, scalar = lines[0].strip().partition(":")
        if scalar:
            found[name], lines = _scalar(scalar.strip()), lines[1:]
        else:
            found[name], lines = _block(lines[1:], _depth(lines[1]))
    return found, lines


def _list(lines: list[str], indent: int) -> tuple[list[Any], list[str]]:
    found: list[Any] = []
    while lines and _depth(lines[0]) == indent and lines[0].lstrip().startswith("- "):
        item = lines[0].replace("- ", "  ", 1)
        if ": " in item and not item.lstrip().startswith('"'):
            value, lines = _block([item, *lines[1:]], indent + 2)
        else:
            value, lines = _scalar(item.strip()), lines[1:]
        found.append(value)
    return found, lines


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _scalar(text: str) -> Any:
    return json.loads(text) if text[0] in '"0123456789' or text in {"true", "false"} else text
