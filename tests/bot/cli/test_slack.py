"""`crmbot slack`."""

import json
from pathlib import Path

import pytest

from bot.cli import main


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_manifest_for_sockets_needs_nothing_but_a_configuration(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.write_text("", encoding="utf-8")
    assert main(["slack", "manifest", "--config", str(settings), "--socket", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["socket_mode_enabled"] is True


def test_with_a_token_for_sockets_it_is_for_sockets(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text('[slack]\nbot_token = "xoxb-1"\napp_token = "xapp-1"\n', encoding="utf-8")
    assert main(["slack", "manifest", "--config", str(settings)]) == 0
    said = capsys.readouterr().out
    assert "  socket_mode_enabled: true\n" in said
    assert "xoxb-1" not in said
    assert "xapp-1" not in said


def test_over_http_it_names_the_public_address(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text('[slack]\npublic_url = "https://crm.example.com"\n', encoding="utf-8")
    assert main(["slack", "manifest", "--config", str(settings)]) == 0
    assert "https://crm.example.com/slack/events" in capsys.readouterr().out


def test_without_an_address_it_says_what_to_set(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text("", encoding="utf-8")
    assert main(["slack", "manifest", "--config", str(settings)]) == 2
    said = capsys.readouterr().err
    assert "public_url" in said
    assert "--socket" in said


def test_its_help_is_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["slack", "manifest", "--help"])
    said = capsys.readouterr().out
    assert "From a manifest" in said
    assert "粘贴" in said


SEVERAL = """[slack]
client_id = "1.2"
client_secret = "leaked-marker"
signing_secret = "s"
public_url = "https://crm.example.com"
encryption_key = "{key}"
"""


def test_the_link_for_further_workspaces_carries_a_key(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = "A" * 43 + "="
    settings.write_text(SEVERAL.format(key=key), encoding="utf-8")
    assert main(["slack", "install-link", "--config", str(settings)]) == 0
    link = capsys.readouterr().out
    assert link.startswith("https://crm.example.com/slack/install?key=")
    assert key not in link


@pytest.mark.parametrize(("text", "mend"), [("", "client_id"), (SEVERAL.format(key="short"), "openssl rand -base64")])
def test_without_what_it_takes_there_is_no_link(
    settings: Path, capsys: pytest.CaptureFixture[str], text: str, mend: str
) -> None:
    settings.write_text(text, encoding="utf-8")
    assert main(["slack", "install-link", "--config", str(settings)]) == 2
    assert mend in capsys.readouterr().err
